import { describe, expect, it } from 'vitest'
import { createBreather, inSteps } from './breather.ts'

describe('breather', () => {
  it('asks for no wait until the limit, then lets timers and I/O run', async () => {
    let at = 0
    const breathe = createBreather(20, () => at)
    at = 19
    expect(breathe()).toBeUndefined()
    at = 20
    let isServed = false
    setImmediate(() => {
      isServed = true
    })
    await breathe()
    expect(isServed).toBe(true)
    expect(breathe()).toBeUndefined()
  })

  it('gives everyone who asks meanwhile the same turn', () => {
    let at = 0
    const breathe = createBreather(20, () => at)
    at = 50
    expect(breathe()).toBe(breathe())
  })
})

describe('inSteps', () => {
  it('gives what the generator returns, having taken every step', async () => {
    const taken: number[] = []
    function* steps(): Generator<void, string> {
      for (let step = 0; step < 3; step += 1) {
        taken.push(step)
        yield
      }
      return 'done'
    }
    expect(await inSteps(steps(), createBreather(0))).toBe('done')
    expect(taken).toEqual([0, 1, 2])
  })
})
