import { setTimeout as sleep } from 'node:timers/promises'
import { type ServiceName, serviceNames } from '../../../src/service-names.ts'
import { crashBrands } from '../installation.ts'
import { type KillPoint, killPoints } from '../kill-points.ts'
import { shuffle } from '../seeded.ts'
import type { Blow } from '../victim.ts'
import type { Strikes } from './strikes.ts'

/** Kills for each fault of a server. */
const killsAFault = 2

/** Every kind of blow at least once, kills of random members between them, in random order and at random moments. */
export function planBlows(kills: number, random: () => number, strikes: Strikes): Blow[] {
  const upTo = (bound: number) => Math.floor(random() * bound)
  const [first = '', second = '', third = '', fourth = ''] = crashBrands
  const once: Blow[] = [
    stormAtPoint('breach-appended', first),
    stormAtPoint('incident-written', second),
    {
      name: 'alerting killed before it was answered',
      kills: 2,
      strike: (storm) => strikes.killBeforeAnswer(third, storm),
    },
    {
      name: 'Redis forgot a page that was sent',
      kills: 0,
      strike: (storm) => strikes.forgetPage(fourth, storm),
    },
  ]
  const points = killPoints.filter((point) => point !== 'breach-appended' && point !== 'incident-written')
  const faults = shuffle(serverFaults(), random)
  const blows = [...once]
  const killed = () => blows.reduce((sum, blow) => sum + blow.kills, 0)
  while (killed() < kills) blows.push(aKill())
  for (let at = 0; at < Math.max(faults.length, kills / killsAFault); at += 1) {
    const fault = faults[at] ?? serverFaults()[upTo(faults.length)]
    if (fault) blows.push(fault)
  }
  return shuffle(blows, random).map(withPause)

  function stormAtPoint(point: KillPoint, brand: string): Blow {
    return {
      name: `${point}, both members`,
      kills: 2,
      strike: (storm) => strikes.killAtPoint(point, 0, () => storm(brand)),
    }
  }

  function aKill(): Blow {
    const kind = random()
    const downMs = upTo(1_500)
    const index = upTo(6)
    if (kind < 0.15) {
      const service: ServiceName = serviceNames[upTo(3)] ?? 'ingest'
      return {
        name: `all of ${service} killed`,
        kills: 2,
        strike: () => strikes.kill(strikes.of(service), downMs),
      }
    }
    if (kind < 0.3) {
      const point = points[upTo(points.length)] ?? 'mentions-appended'
      const passes = upTo(4)
      return { name: point, kills: 2, strike: () => strikes.killAtPoint(point, passes) }
    }
    if (kind < 0.45) {
      const afterMs = upTo(2_500)
      return {
        name: `member ${index} killed, and again ${afterMs} ms after its start`,
        kills: 2,
        async strike() {
          await strikes.kill([strikes.member(index)], downMs)
          await sleep(afterMs)
          await strikes.kill([strikes.member(index)], 0)
        },
      }
    }
    return {
      name: `member ${index} killed, down for ${downMs} ms`,
      kills: 1,
      strike: () => strikes.kill([strikes.member(index)], downMs),
    }
  }

  function serverFaults(): Blow[] {
    const times = 1 + upTo(4)
    const refusedMs = 300 + upTo(3_000)
    const downMs = upTo(2_500)
    const answers = 1 + upTo(3)
    const lostMs = 300 + upTo(1_200)
    const fault = (name: string, strike: () => Promise<unknown>): Blow => ({
      name,
      kills: 0,
      strike: async () => void (await strike()),
    })
    return [
      fault(`Kafka cut ${times} times`, () => strikes.cut('kafka', times)),
      fault(`Redis cut ${times} times`, () => strikes.cut('redis', times)),
      fault(`Kafka refused for ${refusedMs} ms`, () => strikes.refuse('kafka', refusedMs)),
      fault(`Redis refused for ${refusedMs} ms`, () => strikes.refuse('redis', refusedMs)),
      fault('Kafka slow by 100 ms', () => strikes.delay('kafka', 100, 2_000)),
      fault('Redis slow by 50 ms', () => strikes.delay('redis', 50, 2_000)),
      fault(`${answers} answers of Kafka lost`, () => strikes.loseAnswers(answers)),
      fault('Kafka stopped and started', () => strikes.restartKafka('stop', downMs)),
      fault('Kafka killed and started', () => strikes.restartKafka('kill', downMs)),
      fault('Redis stopped and started', () => strikes.restartRedis('stop', downMs)),
      fault(`Redis killed, down for ${downMs} ms`, () => strikes.restartRedis('kill', downMs)),
      fault(`Redis lost its last ${lostMs} ms`, () => strikes.loseRedisTail(lostMs)),
    ]
  }

  /** Most blows fall on an installation that is whole again, the others on what the last one left. */
  function withPause(blow: Blow): Blow {
    const waits = random() < 0.6
    const pauseMs = upTo(1_000)
    return {
      ...blow,
      async strike(storm) {
        if (waits) await strikes.untilReady()
        await sleep(pauseMs)
        await blow.strike(storm)
      },
    }
  }
}
