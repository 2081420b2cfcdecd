import { minute } from '@nabiz/shared/time'
import { describe, expect, it } from 'vitest'
import type { Count } from '../connectors/connector.ts'
import type { KnownTotal, KnownTotals } from '../ports.ts'
import { toMetrics } from './to-metrics.ts'

const start = Date.UTC(2026, 10, 2)

describe('a counter', () => {
  it('gives what it grew by, and since when', async () => {
    const { look } = setup()
    expect(await look(10, start)).toMatchObject([{ delta: 0, total: 10 }])
    expect((await look(10, start))[0]?.since).toBeUndefined()
    expect(await look(17, start + 5 * minute)).toMatchObject([
      { delta: 7, total: 17, observedAt: start + 5 * minute, since: start },
    ])
  })

  it('that stood still until the last look grew since that look, not since it moved last', async () => {
    const { look } = setup()
    await look(10, start)
    for (let step = 1; step <= 12; step += 1) expect(await look(10, start + step * 5 * minute)).toEqual([])
    expect((await look(900, start + 65 * minute))[0]).toMatchObject({
      delta: 890,
      since: start + 60 * minute,
    })
  })

  it('is noted as looked at every five minutes at most', async () => {
    const { look, writes } = setup()
    await look(10, start)
    const before = writes()
    for (let step = 1; step <= 4; step += 1) await look(10, start + step * minute)
    expect(writes()).toBe(before)
    await look(10, start + 5 * minute)
    expect(writes()).toBe(before + 1)
  })

  it('is written again with the same figures after a crash between the log and the memory', async () => {
    const { look, read } = setup()
    await look(10, start)
    const first = await read(17, start + 5 * minute)
    const again = await read(30, start + 9 * minute)
    expect(again.metrics[0]).toEqual({ ...first.metrics[0], receivedAt: start + 9 * minute })
    await again.settle()
    expect(await look(30, start + 10 * minute)).toMatchObject([{ delta: 13, since: start + 5 * minute }])
  })

  it('kept by a build of before says no since at its first look', async () => {
    const { look, known } = setup()
    await look(10, start)
    for (const [key, { total, sequence }] of known) known.set(key, { total, sequence })
    expect((await look(12, start + minute))[0]?.since).toBeUndefined()
    expect((await look(13, start + 2 * minute))[0]?.since).toBe(start + minute)
  })
})

function setup() {
  const known = new Map<string, KnownTotal>()
  let writes = 0
  const totals: KnownTotals = {
    get: async (keys) => keys.map((key) => known.get(key)),
    async set(entries) {
      writes += 1
      for (const [key, value] of entries) known.set(key, value)
    },
  }
  const read = (total: number, at: number) => {
    const count: Count = { subject: 'p1', counter: 'likes', total, observedAt: at, brands: ['kuzey-air'] }
    return toMetrics([count], totals, { platform: 'facebook', receivedAt: at, isWatched: () => true })
  }
  return {
    known,
    read,
    writes: () => writes,
    async look(total: number, at: number) {
      const { metrics, settle } = await read(total, at)
      await settle()
      return metrics
    },
  }
}
