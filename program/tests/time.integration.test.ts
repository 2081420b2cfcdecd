import { once } from 'node:events'
import { createServer } from 'node:http'
import { partitionCount } from '@nabiz/shared/contracts'
import { hour, minute, second } from '@nabiz/shared/time'
import { afterEach, describe, expect, it } from 'vitest'
import { describeOnEachDriver } from '../../shared/testing/each-driver.ts'
import { counterOf, openWorld, type Replica, startOf, type World } from './world.ts'

let world: World

describeOnEachDriver('time', (drivers) => {
  afterEach(() => world.close())

  describe('a clock ten minutes fast', () => {
    it('is refused and counted, moves no time, and does not silence a right one', async () => {
      const start = startOf(drivers, 6 * minute)
      world = await openWorld({ drivers, start, brands: ['lorvex'] })
      const right = await world.startIngest('right')
      await world.startIngest('fast', 10 * minute)
      for (let tick = 0; tick < 10; tick += 1) {
        await right.push([aPost('lorvex', tick, world.clock.now())])
        await world.tick(30 * second)
      }
      const refused = { reason: 'refused_heartbeat' }
      // The beat at its start and one a tick, to every partition.
      expect(await counterOf(world.registry, 'nabiz_scoring_records_dropped_total', refused)).toBe(
        11 * partitionCount,
      )
      for (let partition = 0; partition < partitionCount; partition += 1) {
        const manifest = await world.store.partitions('scoring').manifest(partition)
        const behind = world.clock.now() - (manifest?.partitionTime ?? 0)
        // Where the last tick's two beats came in two batches, only the first has its checkpoint.
        expect([0, 30 * second]).toContain(behind)
      }
      const counted = (await world.counts()).filter(
        (record) => record.brand === 'lorvex' && record.mentions > 0,
      )
      expect(counted.map((record) => [record.minute - start, record.mentions, record.observed])).toEqual(
        Array.from({ length: 5 }, (_, at) => [at * minute, 2, true]),
      )
    })
  })

  describe('six hours without ingest', () => {
    it('are no calm; a storm within them is found when it is delivered, marked late, with its true start', async () => {
      world = await openWorld({ drivers, start: startOf(drivers, 8 * hour), brands: ['lorvex', 'tindara'] })
      let ingest = await world.startIngest('one')
      await ticks(10)
      await storm(ingest, 'tindara', world.clock.now(), 400)
      await ticks(10)
      expect(await told('tindara', 'opened')).not.toHaveLength(0)
      await ingest.stop()

      const gapFrom = world.clock.now()
      await world.tick(6 * hour)
      ingest = await world.startIngest('one')
      const stormFrom = gapFrom + 2 * hour
      await world.tick(30 * second)
      await storm(ingest, 'lorvex', stormFrom, 400)
      await ticks(4)

      const late = await told('lorvex', 'opened')
      expect(late.map((transition) => transition.late)).toEqual(late.map(() => true))
      expect(late.map((transition) => transition.signal)).toEqual(
        expect.arrayContaining(['volume', 'negative']),
      )
      for (const { since, at } of late) {
        expect(Math.abs(since - stormFrom)).toBeLessThanOrEqual(5 * minute)
        expect(at).toBeGreaterThanOrEqual(gapFrom + 6 * hour)
      }
      expect(
        world.notices.filter(({ notice }) => notice.brand.id === 'lorvex' && notice.kind === 'page'),
      ).toHaveLength(1)

      const gap = (await world.counts()).filter(
        (record) => record.minute > gapFrom + minute && record.minute < gapFrom + 6 * hour - minute,
      )
      expect(gap.length).toBeGreaterThan(0)
      expect(gap.filter((record) => record.observed)).toEqual([])
      expect(gap.reduce((sum, record) => sum + record.mentions, 0)).toBeGreaterThanOrEqual(400)

      // Its storm is hours ago, but nobody has seen an hour of quiet since.
      await ticks(100)
      expect(await told('tindara', 'recovered')).toEqual([])
      await ticks(30)
      expect(await told('tindara', 'recovered')).not.toEqual([])
    }, 120_000)
  })

  describe('the dead-man beat', () => {
    it('reaches its receiver while ingest runs, and within two minutes of its end no more', async () => {
      const beats: number[] = []
      const server = createServer((_request, response) => {
        beats.push(world.clock.now())
        response.end()
      })
      await once(server.listen(0, '127.0.0.1'), 'listening')
      const address = server.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      try {
        const start = startOf(drivers, 15 * minute)
        world = await openWorld({
          drivers,
          start,
          brands: ['lorvex'],
          beatUrl: `http://127.0.0.1:${port}/switch`,
        })
        const ingest = await world.startIngest('one')
        await ticks(18, 10 * second)
        expect(beats.length).toBeGreaterThanOrEqual(4)
        await ingest.stop()
        const stoppedAt = world.clock.now()
        await ticks(60, 10 * second)
        const after = beats.filter((at) => at > stoppedAt)
        expect(Math.max(0, ...after.map((at) => at - stoppedAt))).toBeLessThan(2 * minute - 30 * second)
      } finally {
        server.closeAllConnections()
        server.close()
      }
    })
  })
})

async function ticks(times: number, ms = 30 * second): Promise<void> {
  for (let tick = 0; tick < times; tick += 1) await world.tick(ms)
}

function aPost(brand: string, n: number, createdAt: number) {
  const author = { id: `author-${n}`, followers: 10 }
  return {
    id: `${brand}-${n}-${createdAt}`,
    text: `${brand} rezalet, hiç memnun kalmadım ${n}`,
    createdAt,
    author,
  }
}

/** A storm of 20 minutes that begins at `from`; what lies ahead of the clock is not sent. */
async function storm(ingest: Replica, brand: string, from: number, mentions: number): Promise<void> {
  const items = Array.from({ length: mentions }, (_, n) => {
    const at = from + Math.floor((n * 20 * minute) / mentions)
    return aPost(brand, n, Math.min(at, world.clock.now()))
  })
  const { status } = await ingest.push(items)
  expect(status).toBe(202)
  await world.settle()
}

async function told(brand: string, transition: string) {
  return (await world.transitions()).filter(
    (entry) => entry.brand === brand && entry.transition === transition,
  )
}
