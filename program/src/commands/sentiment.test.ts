import { Readable, Writable } from 'node:stream'
import { createSilentLogger } from '@nabiz/shared/logging'
import { describe, expect, it } from 'vitest'
import type { ProcessEdge } from '../process-edge.ts'
import { sentiment } from './sentiment.ts'

describe('nabiz sentiment', () => {
  it('reads no further while nobody takes what it has written', async () => {
    const { edge, read, released } = setup(200)
    const done = sentiment({ config: undefined, language: 'tr' }, edge)
    await untilQuiet(read)
    expect(read()).toBeLessThan(20)
    released()
    expect(await done).toBe(0)
    expect(read()).toBe(200)
  })

  it('ends when it is told to stop, even while it waits for its reader', async () => {
    const { edge, read, stop } = setup(200)
    const done = sentiment({ config: undefined, language: undefined }, edge)
    await untilQuiet(read)
    stop()
    expect(await done).toBe(0)
  })

  it('tells a fault of the output and takes a reader that went away for the end', async () => {
    const faulty = (code: string) =>
      setup(200, (_part, done) => done(Object.assign(new Error('no way out'), { code }))).edge
    const command = { config: undefined, language: undefined }
    await expect(sentiment(command, faulty('ENOSPC'))).rejects.toThrow('no way out')
    expect(await sentiment(command, faulty('EPIPE'))).toBe(0)
  })
})

type Write = (part: unknown, done: (err?: Error) => void) => void

/** An edge with so many parts to read, of ten lines each, and an output that takes nothing until it is released. */
function setup(parts: number, write?: Write) {
  let read = 0
  let release: (() => void) | undefined
  let isReleased = false
  const stdin = Readable.from(
    (function* () {
      for (; read < parts; read++) yield Buffer.from('kargo gelmedi, rezalet\n'.repeat(10))
    })(),
    { objectMode: true, highWaterMark: 1 },
  )
  const held: Write = (_part, done) => {
    if (isReleased) done()
    else release = done
  }
  const stdout = new Writable({
    highWaterMark: 1_000,
    write: (part, _encoding, done) => (write ?? held)(part, done),
  })
  const stopping = new AbortController()
  const edge = {
    env: {},
    stdin,
    stdout,
    stderr: stdout,
    stopping: stopping.signal,
    stop: () => stopping.abort(),
    exit: () => undefined,
    onHangUp: () => undefined,
    setFatalLogger: () => createSilentLogger(),
  } as unknown as ProcessEdge
  return {
    edge,
    read: () => read,
    stop: () => stopping.abort(),
    released() {
      isReleased = true
      release?.()
    },
  }
}

/** Resolves once a hundred turns of the event loop have moved nothing, and at least one part was read. */
async function untilQuiet(read: () => number): Promise<void> {
  for (let still = 0, before = 0; still < 100; still = read() === before && before > 0 ? still + 1 : 0) {
    before = read()
    await new Promise((resolve) => setImmediate(resolve))
  }
}
