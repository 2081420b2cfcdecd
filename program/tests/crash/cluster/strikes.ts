import { setTimeout as sleep } from 'node:timers/promises'
import type { ServiceName } from '../../../src/service-names.ts'
import { type KillPoint, killPoints, patienceOf, pointProgram } from '../kill-points.ts'
import type { Receiver } from '../receiver.ts'
import type { ClusterInstallation } from './cluster-installation.ts'
import type { ClusterServers } from './cluster-servers.ts'
import type { Member } from './member.ts'

/** Longest wait for a point to be hit once its members are ready, ms. */
const hitWithinMs = 10_000
/** The same for what comes of a storm, which has to come through the whole line. */
const stormWithinMs = 60_000

/** In which service a point lies. */
const serviceOf: Readonly<Record<KillPoint, ServiceName>> = {
  'mentions-appended': 'ingest',
  'mentions-remembered': 'ingest',
  'emissions-appended': 'scoring',
  'before-checkpoint': 'scoring',
  'checkpoint-written': 'scoring',
  'breach-appended': 'scoring',
  'incident-written': 'alerting',
}

export type Strikes = ReturnType<typeof createStrikes>

/** Each way to break an installation on a cluster; whatever is killed is started again. */
export function createStrikes(
  installation: ClusterInstallation,
  servers: ClusterServers,
  receiver: Receiver,
) {
  const points: Record<string, number> = Object.fromEntries(
    [...killPoints, 'before-answer', 'answer-lost', 'page-forgotten'].map((point) => [point, 0]),
  )
  const broker = () => {
    const [node] = servers.kafka.nodes
    if (!node) throw new Error('no broker')
    return node
  }

  function hit(point: string): void {
    points[point] = (points[point] ?? 0) + 1
  }

  async function killAll(members: readonly Member[], downMs: number): Promise<void> {
    await Promise.all(members.map((member) => member.kill()))
    await sleep(downMs)
    for (const member of members) member.start()
  }

  return {
    points,
    untilReady: () => installation.untilReady(),
    /** Kills members at once; they come back after a while. */
    kill: killAll,
    member(index: number): Member {
      const member = installation.members[index % installation.members.length]
      if (!member) throw new Error('no members')
      return member
    },
    of: installation.of,

    /** Both members of a service end at an exact moment between two writes. */
    async killAtPoint(point: KillPoint, passes: number, storm?: () => void): Promise<void> {
      const service = serviceOf[point]
      const members = installation.of(service)
      await Promise.all(members.map((member) => member.kill()))
      for (const member of members) member.start(pointProgram(point, passes, service))
      storm?.()
      const withinMs = storm ? stormWithinMs : patienceOf(point, hitWithinMs)
      const isHit = () => members.some((member) => !member.isRunning)
      let until = Number.POSITIVE_INFINITY
      while (!isHit() && Date.now() < until) {
        const areReady = await Promise.all(members.map((member) => member.isReady()))
        if (areReady.every((isReady) => isReady)) until = Math.min(until, Date.now() + withinMs)
        await sleep(50)
      }
      if (isHit()) hit(point)
      // The other works on what the dead one had, and comes to the point too.
      const laterUntil = Date.now() + 5_000
      while (members.some((member) => member.isRunning) && Date.now() < laterUntil) await sleep(20)
      await killAll(members, 0)
    },

    /** Every sender ends as the first page about a brand has arrived and is not answered. */
    async killBeforeAnswer(brand: string, storm: (brand: string) => void): Promise<void> {
      const members = installation.of('alerting')
      const arrived = receiver.refuseFirst(brand, () => {
        hit('before-answer')
        void killAll(members, 300)
      })
      storm(brand)
      await installation.untilReady()
      await Promise.race([arrived, sleep(stormWithinMs)])
      await sleep(500)
    },

    /** A page has arrived and was answered, and the store loses everything since before it. */
    async forgetPage(brand: string, storm: (brand: string) => void): Promise<void> {
      await installation.untilReady()
      const paged = () => receiver.received.some((notice) => notice.brand === brand)
      const since = performance.now()
      storm(brand)
      const until = Date.now() + stormWithinMs
      while (!paged() && Date.now() < until) await sleep(20)
      if (paged()) hit('page-forgotten')
      await sleep(300)
      await servers.redisTail.lose(performance.now() - since)
    },

    async cut(which: 'kafka' | 'redis', times: number): Promise<void> {
      for (let time = 0; time < times; time += 1) {
        proxyOf(which).cut()
        await sleep(150)
      }
    },
    async refuse(which: 'kafka' | 'redis', ms: number): Promise<void> {
      proxyOf(which).refuse(ms)
      await sleep(ms)
    },
    async delay(which: 'kafka' | 'redis', delayMs: number, ms: number): Promise<void> {
      proxyOf(which).delay(delayMs)
      await sleep(ms)
      proxyOf(which).delay(0)
    },
    /** Batches are stored and whoever sent them is not told. */
    async loseAnswers(count: number): Promise<void> {
      await servers.kafkaProxy.cutAfterProduce(count)
      for (let lost = 0; lost < count; lost += 1) hit('answer-lost')
    },
    async restartKafka(how: 'stop' | 'kill', downMs: number): Promise<void> {
      await broker()[how]()
      await sleep(downMs)
      await broker().start()
    },
    async restartRedis(how: 'stop' | 'kill', downMs: number): Promise<void> {
      if (how === 'stop') return servers.redis.restart()
      await servers.redis.kill()
      await sleep(downMs)
      await servers.redis.start()
    },
    /** The store forgets what it acknowledged last. Resolves to the bytes lost. */
    loseRedisTail: (ms: number) => servers.redisTail.lose(ms),
  }

  function proxyOf(which: 'kafka' | 'redis') {
    return which === 'kafka' ? servers.kafkaProxy : servers.redisProxy
  }
}
