import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { partitionCount } from '@nabiz/shared/contracts'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { describeWithKafkaServer } from '../../shared/testing/servers/describe-with-kafka-server.ts'
import { describeWithRedisServer } from '../../shared/testing/servers/describe-with-redis-server.ts'
import type { Drivers } from '../src/drivers.ts'
import type { ServiceName } from '../src/service-names.ts'
import { type ClusterInstallation, createClusterInstallation } from './crash/cluster/cluster-installation.ts'
import { type ClusterServers, startClusterServers } from './crash/cluster/cluster-servers.ts'
import type { Member } from './crash/cluster/member.ts'
import { type OwnerChange, type OwnersWatch, watchOwners } from './crash/cluster/watch-owners.ts'
import { type Feed, startFeed } from './crash/feed.ts'
import { createFeeder, type Feeder } from './crash/feeder.ts'
import { crashBrands } from './crash/installation.ts'
import { type Outcome, readOutcome, untilCounted } from './crash/read-outcome.ts'
import { createReceiver, type Receiver } from './crash/receiver.ts'
import { createSeeded } from './crash/seeded.ts'

/** A member that was restarted, the partitions it had, and every move while it was away and came back. */
interface Restart {
  service: ServiceName
  member: string
  owned: number[]
  moves: OwnerChange[]
}

/** Members that are restarted while a crisis begins. */
const stormy = ['ingest-1', 'scoring-1', 'alerting-1', 'alerting-2']
const exits: (number | string)[] = []
const restarts: Restart[] = []
let folder = ''
let servers: ClusterServers
let installation: ClusterInstallation
let receiver: Receiver
let reading: Drivers
let feeder: Feeder
let feed: Feed
let watches: ReadonlyMap<ServiceName, OwnersWatch> = new Map()
let outcome: Outcome

describeWithKafkaServer('a restart of every member in turn, under load', () => {
  describeWithRedisServer('on Kafka and Redis', () => {
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'nabiz-rolling-'))
      receiver = await createReceiver()
      servers = await startClusterServers()
      installation = await createClusterInstallation({
        folder,
        receiverUrl: receiver.url,
        drivers: servers.config,
        count: { ingest: 2, scoring: 3, alerting: 2 },
      })
      await installation.startAll()
      reading = await installation.open()
      feeder = createFeeder(installation.pushUrls)
      feed = startFeed([feeder], createSeeded(1))
      const storms = [...crashBrands]
      watches = new Map([
        ['scoring', watchOwners(reading.log, 'scoring', 'mentions')],
        ['alerting', watchOwners(reading.log, 'alerting', 'breaches')],
      ])
      for (const watch of watches.values()) await untilAllOwned(watch)
      for (const member of installation.members) {
        const storm = stormy.includes(member.name) ? storms.shift() : undefined
        await restart(member, watches.get(member.service), storm)
      }
      for (const watch of watches.values()) await watch.stop()
      feed.stop()
      await feeder.done()
      await untilCounted([() => readOutcome(reading)], feed.sent())
      exits.push(...(await installation.stopAll()))
      outcome = await readOutcome(reading)
    }, 900_000)

    afterAll(async () => {
      for (const watch of watches.values()) await watch.stop()
      feed?.stop()
      feeder?.stop()
      await installation?.killAll()
      await reading?.close()
      await servers?.stop()
      await receiver?.close()
      await rm(folder, { recursive: true, force: true })
    })

    it('loses no mention and counts none twice', () => {
      expect(outcome.counted).toEqual(feed.byMinute)
      expect(outcome.contradictions).toEqual([])
    })

    it('pages every crisis, and nothing twice', () => {
      const paged = receiver.received.filter(({ type }) => type === 'incident.page').map(({ brand }) => brand)
      expect([...new Set(paged)].sort()).toEqual([...crashBrands].sort())
      const notices = receiver.received.map(
        ({ type, incident, sequence }) => `${type} ${incident} ${sequence}`,
      )
      expect(notices).toEqual([...new Set(notices)])
      expect(new Set(outcome.opened).size).toBe(outcome.opened.length)
    })

    it('moves the partitions of the member that restarts, there and back, and no other', () => {
      const moved = restarts.map(({ member, owned, moves }) => ({ member, owned, ...summary(member, moves) }))
      expect(moved).toEqual(
        restarts.map(({ member, owned }) => ({ member, owned, away: owned, back: owned, others: [] })),
      )
      for (const service of ['scoring', 'alerting'] as const) {
        const moves = restarts.filter((one) => one.service === service).flatMap((one) => one.moves)
        expect(moves).toHaveLength(2 * partitionCount)
      }
    })

    it('ends in order everywhere', () => {
      expect(exits.filter((exit) => exit !== 0)).toEqual([])
      expect(installation.members.flatMap(({ ownExits }) => ownExits)).toEqual([])
    })
  })
})

async function restart(member: Member, watch: OwnersWatch | undefined, storm: string | undefined) {
  const before = new Map(watch?.owners() ?? [])
  watch?.takeChanges()
  if (storm) feed.storm(storm)
  exits.push(await member.stop())
  // Long enough for the others to have taken over.
  await sleep(1_500)
  member.start()
  await member.untilReady()
  if (!watch) return
  await vi.waitFor(
    () => expect([...watch.owners()].sort(byPartition)).toEqual([...before].sort(byPartition)),
    { timeout: 180_000, interval: 200 },
  )
  const owned = [...before].filter(([, owner]) => owner === member.name).map(([partition]) => partition)
  restarts.push({
    service: member.service,
    member: member.name,
    owned: owned.sort((a, b) => a - b),
    moves: watch.takeChanges(),
  })
}

function summary(member: string, moves: readonly OwnerChange[]) {
  const partitionsOf = (wanted: (move: OwnerChange) => boolean) =>
    moves
      .filter(wanted)
      .map(({ partition }) => partition)
      .sort((a, b) => a - b)
  return {
    away: partitionsOf(({ from }) => from === member),
    back: partitionsOf(({ to }) => to === member),
    others: moves.filter(({ from, to }) => from !== member && to !== member),
  }
}

function byPartition([a]: [number, string], [b]: [number, string]): number {
  return a - b
}

async function untilAllOwned(watch: OwnersWatch): Promise<void> {
  const isAll = () => expect(watch.owners().size).toBe(partitionCount)
  await vi.waitFor(isAll, { timeout: 180_000, interval: 200 })
  // The group may still be giving some of them to their right owners.
  for (watch.takeChanges(); ; watch.takeChanges()) {
    await sleep(3_000)
    if (watch.takeChanges().length === 0) return
  }
}
