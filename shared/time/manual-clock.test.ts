import { describe, expect, it } from 'vitest'
import { ManualClock } from './index.ts'

describe('ManualClock', () => {
  it('wakes sleepers that are due, earliest first, and never goes back', async () => {
    const clock = new ManualClock(1_000)
    const woken: string[] = []
    const late = clock.sleep(50).then(() => woken.push('late'))
    const early = clock.sleep(10).then(() => woken.push('early'))
    const never = clock.sleep(500).then(() => woken.push('never'))
    clock.advance(60)
    await Promise.all([late, early])
    expect(woken).toEqual(['early', 'late'])
    clock.set(0)
    expect(clock.now()).toBe(1_060)
    clock.advance(1_000)
    await never
  })

  it('ends a sleep when its signal aborts', async () => {
    const clock = new ManualClock(0)
    const abort = new AbortController()
    const sleeping = clock.sleep(1_000, abort.signal)
    abort.abort()
    await sleeping
    expect(clock.now()).toBe(0)
  })
})
