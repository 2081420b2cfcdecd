import { Secret } from '@nabiz/shared/config'
import { partitionCount } from '@nabiz/shared/contracts'
import type { Outgoing, OutgoingRequest } from '@nabiz/shared/http'
import { hour, minute } from '@nabiz/shared/time'
import { afterEach, describe, expect, it } from 'vitest'
import { aTransition, start } from './builders.ts'
import { openWorld, settle, until, type World } from './harness.ts'

let world: World
afterEach(() => world.close())

describe('the dead-man beat', () => {
  it('is withheld until every partition is watched', async () => {
    const { beats, app } = await beating()
    await observe(63)
    const one = 'time of 1 partitions is older than 60 s (never had one)'
    await until(() => app.beatFaults()?.[0] === one, world.clock, 5_000)
    expect(beats).toHaveLength(0)
    await observe(partitionCount)
    await until(() => beats.length > 0, world.clock, 5_000)
    expect(beats[0]).toMatchObject({ method: 'POST', url: 'https://switch.example/key' })
  })

  it('stops within a minute after partition time stands still', async () => {
    const { beats, app } = await beating()
    await observe(partitionCount)
    await until(() => beats.length > 0, world.clock, 1_000)
    world.clock.advance(2 * minute)
    await settle(world.clock)
    const before = beats.length
    world.clock.advance(10 * minute)
    await settle(world.clock)
    expect(beats.length).toBe(before)
    expect(app.beatFaults()?.[0]).toMatch(/^time of 64 partitions is older than 60 s/)
  })

  it('needs a page of the probe brand within two hours, and tells nobody of the probe', async () => {
    const { app, told } = await beating()
    world.clock.advance(6 * minute)
    await observe(partitionCount)
    await until(() => app.beatFaults()?.[0] === 'the probe brand never paged', world.clock, 1_000)
    await world.write(aTransition({ id: 'p', brand: 'nabiz-probe', probe: true, at: world.clock.now() }))
    await observe(partitionCount)
    await until(() => app.beatFaults()?.length === 0, world.clock, 1_000)
    expect(told).toEqual([])
    world.clock.advance(2 * hour)
    await observe(partitionCount)
    await until(
      () => app.beatFaults()?.[0]?.startsWith("the probe brand's last page is") === true,
      world.clock,
      1_000,
    )
  })

  async function observe(partitions: number): Promise<void> {
    const scoring = world.store.partitions('scoring')
    for (let partition = 0; partition < partitions; partition++) {
      const base = await scoring.manifest(partition)
      const next = {
        ...(base ?? empty),
        partitionTime: world.clock.now(),
        writtenAt: (base?.writtenAt ?? start) + 1,
      }
      expect(await scoring.commit({ partition, base, next, puts: new Map() })).toBe(true)
    }
  }
})

const empty = {
  topicId: 't',
  epoch: 0,
  offset: 0,
  partitionTime: 0,
  stateVersion: 1,
  build: 'test',
  model: '',
  writer: 'test',
  writtenAt: 0,
}

async function beating() {
  world = await openWorld()
  const beats: OutgoingRequest[] = []
  const told: string[] = []
  const outgoing: Outgoing = {
    async request(call) {
      beats.push(call)
      return { status: 200, headers: {}, body: '' }
    },
    close: async () => undefined,
  }
  const beat = { url: new Secret('https://switch.example/key'), method: 'POST' as const, everySeconds: 30 }
  const channel = {
    id: 'pager',
    type: 'recording',
    async deliver() {
      told.push('pager')
      return { kind: 'delivered' as const }
    },
  }
  const { app } = await world.launch({ channels: [channel], outgoing, beat })
  return { app, beats, told }
}
