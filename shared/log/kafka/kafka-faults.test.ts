import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { partitionCount } from '../../contracts/index.ts'
import {
  aGate,
  aRecord,
  aStage,
  codeOf,
  eventually,
  readAll,
  someTexts,
  textOf,
} from '../../testing/log-stage.ts'
import { describeWithKafkaServer } from '../../testing/servers/describe-with-kafka-server.ts'
import { type KafkaServer, type KafkaServerOptions, startKafka } from '../../testing/servers/kafka-server.ts'
import { createTcpProxy, type TcpProxy } from '../../testing/servers/tcp-proxy.ts'
import type { Log, LogRecord } from '../log.ts'
import { openKafkaLog } from './open-kafka-log.ts'
import { aKafkaConfig, anAdmin, consumeAlone, kafkaGround, sendAlone } from './testing-ground.ts'

describeWithKafkaServer('Kafka log and its brokers', () => {
  describe('a connection cut after the broker stored a batch and before it answered', () => {
    it('costs no acknowledged record and stores none twice, with 50 callers waiting', async () => {
      const { proxy, direct, throughProxy } = await aProxiedBroker()
      const log = await throughProxy()
      await log.append([aRecord('first', 'first', 0)])
      for (let round = 0; round < 5; round += 1) {
        const cut = proxy.cutAfterProduce()
        const texts = someTexts(`r${round}-`, 50)
        await Promise.all(texts.map((text) => log.append([aRecord('k', text, 0)])))
        await cut
      }
      const expected = [
        'first',
        ...Array.from({ length: 5 }, (_, round) => someTexts(`r${round}-`, 50)).flat(),
      ]
      const stored = (await readAll(await direct(), 0)).map(textOf)
      expect(stored.toSorted()).toEqual(expected.toSorted())
    })

    it('costs an acknowledged record where kafkajs alone has several idempotent sends in flight', async () => {
      const { proxy, broker, direct, config } = await aProxiedBroker()
      const log = await direct()
      await log.append([aRecord('first', 'first', 0)])
      let lost = 0
      for (let round = 0; round < 5 && lost === 0; round += 1) {
        const acknowledged = await sendAlone({
          brokers: [`127.0.0.1:${proxy.port}`],
          topic: `${config.prefix}mentions`,
          texts: someTexts(`r${round}-`, 20),
          beforeTheRest: () => void proxy.cutAfterProduce(),
        })
        const stored = new Set((await readAll(log, 0)).map(textOf))
        lost += acknowledged.filter((text) => !stored.has(text)).length
      }
      expect(broker.nodes).toHaveLength(1)
      expect(lost).toBeGreaterThan(0)
    })
  })

  it('counts everything once, in order, while the broker restarts under load, ended either way', async () => {
    const broker = await aBroker()
    const log = await aLog(broker.brokers)
    const stage = await aStage(log)
    await log.subscribe(stage.member('a'))
    const load = startLoad(log)
    for (const end of ['stop', 'kill'] as const) {
      await sleep(500)
      await broker.nodes[0]?.[end]()
      await sleep(300)
      await broker.nodes[0]?.start()
      const before = load.acknowledged.size
      await eventually('the log takes records again', () => load.acknowledged.size > before + 50)
    }
    await load.stop()
    await everythingCounted(log, stage)
    expect(stage.faults).toEqual([])
    expect([...load.acknowledged].filter((text) => !stage.texts().includes(text))).toEqual([])
  })

  it('loses no acknowledged record when one of three brokers is killed, and goes on with two', async () => {
    const broker = await aBroker({ brokers: 3 })
    const log = await aLog(broker.brokers, { replication: 3, accept: [] })
    const stage = await aStage(log)
    await log.subscribe(stage.member('a'))
    const load = startLoad(log)
    await sleep(1_000)
    await broker.nodes[1]?.kill()
    const before = load.acknowledged.size
    await eventually('the log takes records again', () => load.acknowledged.size > before + 200)
    await load.stop()
    await everythingCounted(log, stage)
    expect(stage.faults).toEqual([])
    const counted = new Set(stage.texts())
    expect([...load.acknowledged].filter((text) => !counted.has(text))).toEqual([])
  })

  describe('a position that the log does not hold any more', () => {
    it('stops the partition of a member at work that retention has overtaken, naming both', async () => {
      const broker = await aBroker()
      const { prefix } = aKafkaConfig(broker.brokers)
      const log = await aLog(broker.brokers, { prefix })
      const stage = await aStage(log)
      const gate = aGate()
      // Random, so that a fetch does not hold them all packed.
      const bulk = () => randomBytes(1_500).toString('base64')
      await log.append(someTexts('t', 3_000).map((text) => aRecord('k', `${text} ${bulk()}`, 5)))
      const subscription = await log.subscribe({
        ...stage.member('a', () => gate.opened),
        maxBufferedBytes: 100_000,
      })
      await sleep(500)
      const admin = anAdmin(broker.brokers)
      await admin.connect()
      await admin.fetchTopicOffsets(`${prefix}mentions`)
      await admin.deleteTopicRecords({
        topic: `${prefix}mentions`,
        partitions: [{ partition: 5, offset: '2900' }],
      })
      await admin.disconnect()
      gate.open()
      await eventually('partition 5 stops', () => subscription.stoppedPartitions().has(5))
      expect(stage.stopped).toEqual(new Map([[5, 'offset_out_of_range']]))
      expect(subscription.stoppedPartitions().get(5)).toContain('2900')
    })

    it('is left for another, without a word, by the consumer of kafkajs', async () => {
      const broker = await aBroker()
      const { prefix } = aKafkaConfig(broker.brokers)
      const log = await aLog(broker.brokers, { prefix })
      await log.append(someTexts('t', 10).map((text) => aRecord('k', text, 5)))
      const texts = await consumeAlone({
        brokers: broker.brokers,
        topic: `${prefix}mentions`,
        partition: 5,
        from: 500,
        count: 10,
      })
      expect(texts).toEqual(someTexts('t', 10))
    })
  })

  it('stops every partition of a member at work whose topic was deleted and made again, however much it holds', async () => {
    const broker = await aBroker()
    const ground = kafkaGround(broker.brokers)
    const log = await aLog(broker.brokers, ground.config)
    const stage = await aStage(log)
    await log.append(someTexts('a', 10).map((text) => aRecord('k', text, 1)))
    const subscription = await log.subscribe(stage.member('m'))
    await eventually('ten counted', () => stage.total() === 10)
    await ground.recreateTopic(log, 'mentions')
    await log.append(someTexts('b', 50).map((text) => aRecord('k', text, 1)))
    await eventually('all stop', () => subscription.stoppedPartitions().size === partitionCount)
    expect(stage.stopped.get(1)).toBe('topic_changed')
    expect(stage.texts()).toEqual(someTexts('a', 10))
  })

  it('gives the partitions of a member that nobody hears to the others, and lets it in again as a new one', async () => {
    const { proxy, direct, throughProxy } = await aProxiedBroker()
    const [near, far] = [await direct(), await throughProxy()]
    const stage = await aStage(near)
    const cutOff = await far.subscribe(stage.member('far'))
    const other = await near.subscribe(stage.member('near'))
    await eventually('they share', () => cutOff.assignment().length > 0 && other.assignment().length > 0)
    const shared = cutOff.assignment()
    const load = startLoad(near)
    proxy.refuse(60_000)
    await eventually('the near one has all', () => other.assignment().length === partitionCount)
    await eventually('the far one has none', () => cutOff.assignment().length === 0)
    proxy.refuse(0)
    await eventually('the far one is back', () => cutOff.assignment().length === shared.length)
    expect(cutOff.assignment()).toEqual(shared)
    await load.stop()
    await everythingCounted(near, stage)
    expect(stage.faults).toEqual([])
  })

  it('gives a member its place at once when it starts again after it died without a word', async () => {
    const { proxy, direct, throughProxy } = await aProxiedBroker()
    const dead = await throughProxy({ sessionTimeoutSeconds: 200 })
    const stage = await aStage(dead)
    await dead.subscribe(stage.member('a'))
    proxy.refuse(60_000)
    const next = await aStage(await direct())
    const again = await (await direct()).subscribe(next.member('a'))
    await eventually('it has everything', () => again.assignment().length === partitionCount)
  })

  it('reads what the broker packs with any codec', async () => {
    const broker = await aBroker()
    const { prefix } = aKafkaConfig(broker.brokers)
    const log = await aLog(broker.brokers, { prefix })
    const admin = anAdmin(broker.brokers)
    await admin.connect()
    const codecs = ['uncompressed', 'gzip', 'snappy', 'lz4', 'zstd']
    for (const codec of codecs) {
      await admin.alterConfigs({
        validateOnly: false,
        resources: [
          { type: 2, name: `${prefix}mentions`, configEntries: [{ name: 'compression.type', value: codec }] },
        ],
      })
      await sleep(200)
      await log.append(someTexts(`${codec} ç`, 500).map((text) => aRecord('k', text, 3)))
    }
    await admin.disconnect()
    const texts = (await readAll(log, 3)).map(textOf)
    expect(texts).toEqual(codecs.flatMap((codec) => someTexts(`${codec} ç`, 500)))
  })

  it('leaves nothing behind at the brokers after reading outside any group', async () => {
    const broker = await aBroker()
    const log = await aLog(broker.brokers)
    await log.append([aRecord('k', 'a', 3)])
    expect(await readAll(log, 3)).toHaveLength(1)
    const admin = anAdmin(broker.brokers)
    await admin.connect()
    expect((await admin.listGroups()).groups).toEqual([])
    await admin.disconnect()
  })

  it('answers log_unavailable, to be tried again, while no broker is there, and works when one is back', async () => {
    const broker = await aBroker()
    const log = await aLog(broker.brokers)
    await log.append([aRecord('k', 'before', 3)])
    await broker.nodes[0]?.stop()
    expect(await codeOf(log.append([aRecord('k', 'lost', 3)]))).toBe('log_unavailable')
    expect(await codeOf(log.bounds('mentions'))).toBe('log_unavailable')
    await broker.nodes[0]?.start()
    await eventually(
      'it works again',
      async () => (await codeOf(log.append([aRecord('k', 'after', 3)]))) === 'none',
    )
    expect((await readAll(log, 3)).map(textOf)).toContain('before')
  })
})

async function aBroker(options: KafkaServerOptions = {}): Promise<KafkaServer> {
  const broker = await startKafka(options)
  onTestFinished(() => broker.stop())
  return broker
}

async function aLog(
  brokers: readonly string[],
  overrides: Parameters<typeof aKafkaConfig>[1] = {},
): Promise<Log> {
  const log = await openKafkaLog({
    config: aKafkaConfig(brokers, overrides),
    instance: 'test',
    onFatal(err) {
      throw err
    },
  })
  onTestFinished(() => log.close())
  return log
}

/** A broker that can be reached directly, and through a proxy under another name. */
async function aProxiedBroker() {
  let target = 0
  const proxy: TcpProxy = await createTcpProxy({ targetPort: () => target, protocol: 'kafka' })
  onTestFinished(() => proxy.close())
  const broker = await aBroker({ listeners: [{ name: 'PROXIED', protocol: 'PLAINTEXT', port: proxy.port }] })
  target = broker.nodes[0]?.listenerPort('PROXIED') ?? 0
  const config = aKafkaConfig(broker.brokers)
  const { prefix } = config
  return {
    proxy,
    broker,
    config,
    direct: () => aLog(broker.brokers, { prefix }),
    throughProxy: (overrides: Parameters<typeof aKafkaConfig>[1] = {}) =>
      aLog([`127.0.0.1:${proxy.port}`], { prefix, ...overrides }),
  }
}

/** Callers that append numbered records over all partitions until told to stop, each again until it is acknowledged. */
function startLoad(log: Log): { acknowledged: Set<string>; stop(): Promise<void> } {
  const acknowledged = new Set<string>()
  let stopping = false
  const callers = Array.from({ length: 8 }, async (_, caller) => {
    for (let i = 0; !stopping; i += 1) {
      const text = `c${caller}-${i}`
      while (
        (await codeOf(log.append([aRecord(text, text, (caller * 8 + i) % partitionCount)]))) !== 'none'
      ) {
        if (stopping) return
        await sleep(50)
      }
      acknowledged.add(text)
      await sleep(5)
    }
  })
  return {
    acknowledged,
    async stop() {
      stopping = true
      await Promise.all(callers)
    },
  }
}

/** Waits until a stage has counted all that the log holds; each record once and in order. */
async function everythingCounted(log: Log, stage: Awaited<ReturnType<typeof aStage>>): Promise<void> {
  const bounds = await log.bounds('mentions')
  const total = bounds.reduce((sum, { earliest, end }) => sum + end - earliest, 0)
  await eventually(`${total} counted`, () => stage.total() >= total)
  for (const { partition, earliest, end } of bounds) {
    const offsets = (stage.counted.get(partition) ?? []).map(({ offset }: LogRecord) => offset)
    expect(offsets).toEqual(Array.from({ length: end - earliest }, (_, i) => earliest + i))
  }
}
