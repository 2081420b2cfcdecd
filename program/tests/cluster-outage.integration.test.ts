import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { aKafkaConfig } from '../../shared/log/kafka/testing-ground.ts'
import { describeWithOwnServers } from '../../shared/testing/servers/describe-with-own-servers.ts'
import { type KafkaServer, startKafka } from '../../shared/testing/servers/kafka-server.ts'
import { type RedisServer, startRedis } from '../../shared/testing/servers/redis-server.ts'
import { createInstalled, eventually, type Installed } from './cli/installed.ts'
import { countedInState } from './cli/read-log.ts'
import type { RunningNabiz } from './cli/run-nabiz.ts'

const velmora = { id: 'velmora', name: 'Velmora', names: ['Velmora'] }
/** From the fault until every service has noticed: looks come every 5 s and each takes some time to fail, ms. */
const noticedWithinMs = 60_000

describeWithOwnServers('nabiz all while a server is away', () => {
  let folder = ''
  let kafka: KafkaServer
  let redis: RedisServer
  let installed: Installed
  let nabiz: RunningNabiz
  let acknowledged = 0
  let pushed = 0

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nabiz-outage-'))
    ;[kafka, redis] = await Promise.all([startKafka(), startRedis()])
    const store = { driver: 'redis', url: redis.url, timeoutMs: 1_000 }
    installed = await createInstalled(folder, {
      config: { dataDir: folder, log: aKafkaConfig(kafka.brokers), store },
    })
    await installed.configure({ brands: [velmora] })
    nabiz = await installed.start()
  }, 180_000)

  afterAll(async () => {
    nabiz?.child.kill('SIGKILL')
    await nabiz?.ended()
    await Promise.all([kafka?.stop(), redis?.stop()])
    await rm(folder, { recursive: true, force: true })
  })

  it.each([
    { name: 'the broker', away: () => kafka.nodes[0]?.kill(), back: () => kafka.nodes[0]?.start() },
    { name: 'Redis', away: () => redis.kill(), back: () => redis.start() },
  ])(
    'is not ready and acknowledges nothing without $name, and is back by itself with all it acknowledged',
    async ({ away, back }) => {
      expect(await push()).toBe(202)
      await away()
      const [answer] = await Promise.all([push(), everyService(503)])
      expect(answer).toBe(503)
      expect(nabiz.child.exitCode).toBeNull()

      await back()
      await everyService(200)
      // As an honest sender does: what was not acknowledged comes again.
      expect(await push()).toBe(202)
      const counted = () => installed.withDrivers((drivers) => countedInState(drivers, velmora.id))
      await eventually(async () => ((await counted()) >= acknowledged ? true : undefined), noticedWithinMs)
      // A delivery that was answered 503 may stand in the log nevertheless; its sender was told that it may come again.
      expect(await counted()).toBeLessThanOrEqual(pushed)
    },
    240_000,
  )

  it('ends at SIGTERM with 0 after all that', async () => {
    nabiz.child.kill('SIGTERM')
    const end = await Promise.race([nabiz.ended(), sleep(40_000, 'still running')])
    expect({ end, told: nabiz.stdout().slice(-4_000) }).toMatchObject({ end: 0 })
  }, 60_000)

  /** Pushes ten mentions; the status of the answer. */
  async function push(): Promise<number> {
    pushed += 10
    const texts = Array.from({ length: 10 }, (_, n) => `Velmora is late, number ${n}`)
    const { status } = await installed.tryToPush(texts)
    if (status === 202) acknowledged += 10
    return status
  }

  async function everyService(status: number): Promise<void> {
    await eventually(async () => {
      const statuses = await installed.readiness()
      return statuses.every((one) => one === status) || undefined
    }, noticedWithinMs)
  }
})
