import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aKafkaConfig } from '../../shared/log/kafka/testing-ground.ts'
import { describeWithOwnServers } from '../../shared/testing/servers/describe-with-own-servers.ts'
import { type KafkaServer, startKafka } from '../../shared/testing/servers/kafka-server.ts'
import { type RedisServer, startRedis } from '../../shared/testing/servers/redis-server.ts'
import { type DayResult, dayOfTrouble } from './trouble/day-of-trouble.ts'
import { troubledPlatforms } from './trouble/troubled-platforms.ts'

/** A day takes two minutes or so; a machine with a lot to do gets more. */
const dayMs = 480_000
/** How long the broker is away, ms. */
const brokerAwayMs = 1_000

describe('a day of trouble on the embedded drivers', () => {
  let folder = ''
  let result: DayResult

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nabiz-trouble-'))
    const drivers = { log: { driver: 'embedded' }, store: { driver: 'embedded' } }
    result = await dayOfTrouble({ folder, drivers })
  }, dayMs)
  afterAll(() => rm(folder, { recursive: true, force: true }))

  expectUnharmed(() => result)
})

describeWithOwnServers('a day of trouble on Kafka and Redis, the broker restarted', () => {
  let folder = ''
  let kafka: KafkaServer
  let redis: RedisServer
  let result: DayResult

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nabiz-trouble-'))
    ;[kafka, redis] = await Promise.all([startKafka(), startRedis()])
    const drivers = { log: aKafkaConfig(kafka.brokers), store: { driver: 'redis', url: redis.url } }
    result = await dayOfTrouble({
      folder,
      drivers,
      async restartBroker() {
        await kafka.nodes[0]?.kill()
        await sleep(brokerAwayMs)
        await kafka.nodes[0]?.start()
      },
    })
  }, dayMs)
  afterAll(async () => {
    await Promise.all([kafka?.stop(), redis?.stop()])
    await rm(folder, { recursive: true, force: true })
  })

  expectUnharmed(() => result)
})

function expectUnharmed(result: () => DayResult): void {
  it('ends with every item of every platform counted exactly once', () => {
    const { expected, wrong, missing } = result()
    expect({ wrong, missing }).toEqual({ wrong: {}, missing: [] })
    expect(expected).toHaveLength(60 * Object.keys(troubledPlatforms).length)
  })

  it('ends with deltas that add up to what every counter says', () => {
    expect(result().counters).toEqual([])
  })

  it('lets no platform count a call beyond its limits', () => {
    expect(result().faults).toEqual([])
  })

  it('really killed ingest five times', () => {
    expect(result().kills).toBe(5)
  })
}
