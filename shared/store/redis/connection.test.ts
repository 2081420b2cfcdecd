import { Cluster, Redis } from 'ioredis'
import { describe, expect, it } from 'vitest'
import { createSilentLogger } from '../../logging/index.ts'
import type { Client } from './client.ts'
import { Connection } from './connection.ts'
import { script } from './script.ts'

const what = script('test', 'return 1')

describe('writes on one connection', () => {
  it('go out in the order of the calls, without waiting for one another', async () => {
    const { connection, sent, answer } = setup(Redis)
    const writes = ['a', 'b', 'c'].map((key) => connection.write('lane', what, [key], []))
    expect(sent).toEqual(['a', 'b', 'c'])
    for (const _ of writes) answer(1)
    expect(await Promise.all(writes)).toEqual([1, 1, 1])
  })
})

describe('writes to a cluster', () => {
  it('wait for those before them on their lane, also for one that fails', async () => {
    const { connection, sent, answer } = setup(Cluster)
    const first = connection.write('lane', what, ['a'], [])
    const second = connection.write('lane', what, ['b'], [])
    const elsewhere = connection.write('other', what, ['c'], [])
    await turn()
    expect(sent).toEqual(['a', 'c'])
    answer(new Error('connection lost'))
    await expect(first).rejects.toMatchObject({ code: 'store_unavailable', retryable: true })
    await turn()
    expect(sent).toEqual(['a', 'c', 'b'])
    answer(2)
    answer(3)
    expect(await Promise.all([elsewhere, second])).toEqual([2, 3])
  })
})

/** A client that answers when it is told to, in order. */
function setup(kind: typeof Redis | typeof Cluster) {
  const sent: unknown[] = []
  const waiting: ((result: unknown) => void)[] = []
  const client = Object.assign(Object.create(kind.prototype) as Client, {
    status: 'ready',
    callBuffer(_command: string, args: unknown[]) {
      sent.push(args[2])
      return new Promise((resolve, reject) =>
        waiting.push((result) => (result instanceof Error ? reject(result) : resolve(result))),
      )
    },
  })
  const connection = new Connection({
    client,
    server: 'test',
    timeoutMs: 1_000,
    clock: undefined,
    logger: createSilentLogger(),
  })
  return { connection, sent, answer: (result: unknown) => waiting.shift()?.(result) }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
