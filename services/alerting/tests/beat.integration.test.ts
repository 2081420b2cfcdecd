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
    const one = 'time of 1 partitions is older than 60 s (never had one)'
    await watched(63, () => app.beatFaults()?.[0] === one)
    expect(beats).toHaveLength(0)
    await watched(partitionCount, () => beats.length > 0)
    expect(beats[0]).toMatchObject({ method: 'POST', url: 'https://switch.example/key' })
  })

  it('stops when partition time stands still for a minute', async () => {
    const { beats, app } = await beating()
    await watched(partitionCount, () => beats.length > 0)
    world.clock.advance(2 * minute)
    await until(() => app.beatFaults()?.[0]?.startsWith('time of 64 partitions is older than 60 s') === true)
    const before = beats.length
    world.clock.advance(10 * minute)
    await settle(world.clock)
    expect(beats.length).toBe(before)
  })

  it('needs a page of the probe brand within two hours, and tells nobody of the probe', async () => {
    const { app, told } = await beating()
    world.clock.advance(6 * minute)
    await watched(partitionCount, () => app.beatFaults()?.[0] === 'the probe brand never paged')
    await world.write(aTransition({ id: 'p', brand: 'nabiz-probe', probe: true, at: world.clock.now() }))
    await watched(partitionCount, () => app.beatFaults()?.length === 0)
    expect(told).toEqual([])
    world.clock.advance(2 * hour)
    const old = "the probe brand's last page is"
    await watched(partitionCount, () => app.beatFaults()?.[0]?.startsWith(old) === true)
  })

  /** Keeps the time of that many partitions current while the clock goes on, until the condition holds. */
  function watched(partitions: number, condition: () => boolean): Promise<void> {
    const look = async () => {
      await observe(partitions)
      return condition()
    }
    return until(look, world.clock, 5_000)
  }

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
    stream: () => Promise.reject(new Error('a beat is one request')),
    socket: () => Promise.reject(new Error('a beat is one request')),
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
