import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { watchStandstill } from './standstill.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

describe('watchStandstill', () => {
  it('tells of a partition that waits a minute for records that are there', async () => {
    const { told, pass } = setup({ waiting: new Map([[3, 10]]), ends: new Map([[3, 12]]) })
    await pass(75)
    expect(told).toEqual([[3, 10, 12]])
  })

  it('says nothing of one that is at the end, busy, or goes on, however slowly', async () => {
    const atEnd = setup({ waiting: new Map([[3, 12]]), ends: new Map([[3, 12]]) })
    await atEnd.pass(300)
    const busy = setup({ waiting: new Map(), ends: new Map([[3, 12]]) })
    await busy.pass(300)
    const slow = setup({ waiting: new Map([[3, 10]]), ends: new Map([[3, 1_000]]) })
    for (let next = 11; next < 20; next += 1) {
      await slow.pass(45)
      slow.waiting.set(3, next)
    }
    expect([...atEnd.told, ...busy.told, ...slow.told]).toEqual([])
  })

  it('counts no time in which the brokers could not be asked', async () => {
    const { told, pass, state } = setup({ waiting: new Map([[3, 10]]), ends: new Map([[3, 12]]) })
    await pass(50)
    state.isAway = true
    await pass(60)
    state.isAway = false
    await pass(45)
    expect(told).toEqual([])
    await pass(45)
    expect(told).toEqual([[3, 10, 12]])
  })
})

function setup({ waiting, ends }: { waiting: Map<number, number>; ends: ReadonlyMap<number, number> }) {
  const told: number[][] = []
  const state = { isAway: false }
  const stop = watchStandstill({
    waiting: () => waiting,
    async ends(partitions) {
      if (state.isAway) throw new Error('no broker answers')
      return partitions.map((partition) => ({ partition, earliest: 0, end: ends.get(partition) ?? 0 }))
    },
    onStandstill(partition, next, end) {
      told.push([partition, next, end])
      stop()
    },
  })
  const pass = async (seconds: number) => {
    for (let i = 0; i < seconds; i += 1) await vi.advanceTimersByTimeAsync(1_000)
  }
  return { told, waiting, state, pass }
}
