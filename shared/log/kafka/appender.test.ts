import type { Kafka } from 'kafkajs'
import { describe, expect, it } from 'vitest'
import { aRecord, codeOf } from '../../testing/log-stage.ts'
import { KafkaAppender } from './appender.ts'

// kafkajs' producer is played here, as what is asked of the appender is hard to bring about with a real one.
describe('KafkaAppender', () => {
  it('has one call under way, and gathers meanwhile up to 1,000 records', async () => {
    const { appender, calls, answer } = setup()
    const first = appender.append([aRecord('k', 'a', 1)])
    await until(() => calls.length === 1)
    const others = Array.from({ length: 1_500 }, (_, i) => appender.append([aRecord('k', `${i}`, i % 64)]))
    await turns()
    expect(calls.map(sizeOf)).toEqual([1])
    answer()
    await until(() => calls.length === 2)
    answer()
    await until(() => calls.length === 3)
    answer()
    expect(calls.map(sizeOf)).toEqual([1, 1_000, 500])
    await Promise.all([first, ...others])
  })

  it('keeps a call below 900 KB', async () => {
    const { appender, calls, answer } = setup()
    const big = 'x'.repeat(400_000)
    const appends = [1, 2, 3].map((partition) => appender.append([aRecord('k', big, partition)]))
    await until(() => calls.length === 1)
    answer()
    await until(() => calls.length === 2)
    answer()
    await Promise.all(appends)
    expect(calls.map(sizeOf)).toEqual([2, 1])
  })

  it('sends again, before anything else, what the answer leaves out, and tells where it stands', async () => {
    const { appender, calls, answer } = setup()
    const appending = appender.append([aRecord('k', 'a', 1), aRecord('k', 'b', 2), aRecord('k', 'c', 1)])
    await until(() => calls.length === 1)
    const next = appender.append([aRecord('k', 'd', 2)])
    answer({ leaveOut: 2 })
    await until(() => calls.length === 2)
    answer()
    await until(() => calls.length === 3)
    answer()
    expect(calls.map(textsOf)).toEqual([['a', 'b', 'c'], ['b'], ['d']])
    expect((await appending).map(({ partition, offset }) => [partition, offset])).toEqual([
      [1, 0],
      [2, 0],
      [1, 1],
    ])
    expect((await next)[0]?.offset).toBe(1)
  })

  it('tells every caller of a call that failed for good, throws its producer away, and goes on with another', async () => {
    const { appender, calls, fail, answer, producers } = setup()
    const failing = [appender.append([aRecord('k', 'a', 1)]), appender.append([aRecord('k', 'b', 2)])]
    const codes = Promise.all(failing.map(codeOf))
    await until(() => calls.length === 1)
    fail()
    expect(await codes).toEqual(['log_unavailable', 'log_unavailable'])
    const later = appender.append([aRecord('k', 'c', 1)])
    await until(() => calls.length === 2)
    answer()
    await later
    expect(producers).toEqual({ made: 2, ended: 1 })
  })

  it('asks each broker in a call of its own, and sends again to the one that failed what it did not take', async () => {
    const { appender, calls, answer, fail } = setup({ leaderOf: (partition) => partition % 2 })
    const appending = appender.append([aRecord('k', 'a', 1), aRecord('k', 'b', 2), aRecord('k', 'c', 3)])
    await until(() => calls.length === 2)
    answer()
    fail('NOT_LEADER_FOR_PARTITION')
    await expect.poll(() => calls.length).toBe(3)
    answer()
    await appending
    expect(calls.map(textsOf)).toEqual([['a', 'c'], ['b'], ['b']])
  })

  it('leaves out the rest of a call that failed: its caller begins again with all of it', async () => {
    const { appender, calls, fail, answer } = setup()
    const records = Array.from({ length: 1_200 }, (_, i) => aRecord('k', `${i}`, 1))
    const long = codeOf(appender.append(records))
    await until(() => calls.length === 1)
    fail()
    expect(await long).toBe('log_unavailable')
    const next = appender.append([aRecord('k', 'next', 1)])
    await until(() => calls.length === 2)
    answer()
    await next
    expect(calls.map(sizeOf)).toEqual([1_000, 1])
  })

  it('refuses a record that no broker takes, naming its size', async () => {
    const { appender } = setup()
    await expect(appender.append([aRecord('k', 'x'.repeat(900_001), 1)])).rejects.toThrow(
      /900001 bytes; expected at most 900000/,
    )
  })
})

type Batch = { topicMessages: { topic: string; messages: { value: Buffer; partition: number }[] }[] }

const sizeOf = (call: Batch) => call.topicMessages.flatMap(({ messages }) => messages).length
const textsOf = (call: Batch) =>
  call.topicMessages.flatMap(({ messages }) => messages.map(({ value }) => value.toString()))

function setup({ leaderOf = (_partition: number): number => 1 } = {}) {
  const calls: Batch[] = []
  const ends = new Map<number, number>()
  const producers = { made: 0, ended: 0 }
  const open: { batch: Batch; resolve(answers: object[]): void; reject(err: unknown): void }[] = []
  const producer = () => {
    producers.made += 1
    return {
      connect: async () => undefined,
      disconnect: async () => {
        producers.ended += 1
      },
      sendBatch(batch: Batch) {
        calls.push(batch)
        return new Promise((resolve, reject) => {
          open.push({ batch, resolve, reject })
        })
      },
    }
  }
  const answer = ({ leaveOut }: { leaveOut?: number } = {}) => {
    const call = open.shift()
    const messages = call?.batch.topicMessages.flatMap((topic) => topic.messages) ?? []
    const answers = [...new Set(messages.map(({ partition }) => partition))]
      .filter((partition) => partition !== leaveOut)
      .map((partition) => {
        const baseOffset = ends.get(partition) ?? 0
        ends.set(partition, baseOffset + messages.filter((message) => message.partition === partition).length)
        return { topicName: 't.mentions', partition, baseOffset: String(baseOffset), logAppendTime: '1000' }
      })
    call?.resolve(answers)
  }
  const fail = (type = 'OUT_OF_ORDER_SEQUENCE_NUMBER') =>
    open.shift()?.reject(Object.assign(new Error('refused'), { type }))
  const appender = new KafkaAppender({
    kafka: { producer } as unknown as Kafka,
    nameOf: (topic) => `t.${topic}`,
    leaders: { of: (_topic, partition) => leaderOf(partition), refresh: async () => undefined },
    logger: undefined,
  })
  return { appender, calls, answer, fail, producers }
}

async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 200 && !holds(); i += 1) await turns()
  expect(holds()).toBe(true)
}

async function turns(): Promise<void> {
  for (let i = 0; i < 3; i += 1) await new Promise((resolve) => setImmediate(resolve))
}
