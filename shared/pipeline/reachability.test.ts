import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { ManualClock, second } from '../time/index.ts'
import { createReachability } from './reachability.ts'

let stop: () => Promise<void>
afterEach(() => stop())

describe('reachability', () => {
  it('is lost when what is asked does not answer, told once, and comes back by itself', async () => {
    const { pass, world } = await setup()
    await pass()
    expect(world.reachability.isReachable()).toBe(true)
    world.isAway = true
    await pass()
    await pass()
    expect(world.reachability.isReachable()).toBe(false)
    expect(world.told).toEqual(['away'])
    world.isAway = false
    await pass()
    expect(world.reachability.isReachable()).toBe(true)
  })

  it('is lost while a call is repeated, until something is written or it is repeated no more', async () => {
    const { pass, world } = await setup()
    world.reachability.waited()
    expect(world.reachability.isReachable()).toBe(false)
    world.reachability.wrote()
    expect(world.reachability.isReachable()).toBe(true)
    world.reachability.waited()
    for (let i = 0; i < 3; i += 1) await pass()
    expect(world.reachability.isReachable()).toBe(false)
    await pass()
    expect(world.reachability.isReachable()).toBe(true)
  })

  it('asks no more once it is stopped', async () => {
    const { pass, world } = await setup()
    await pass()
    await stop()
    await pass()
    expect(world.looks).toBe(1)
  })
})

async function setup() {
  const clock = new ManualClock(0)
  const told: string[] = []
  const world = {
    isAway: false,
    looks: 0,
    told,
    reachability: createReachability({
      clock,
      async look() {
        world.looks += 1
        if (world.isAway) throw new Error('away')
      },
      onLost: (reason) => void told.push(reason),
    }),
  }
  await world.reachability.start?.()
  stop = async () => world.reachability.stop?.()
  return {
    world,
    async pass() {
      clock.advance(5 * second)
      await nextTurn()
    },
  }
}
