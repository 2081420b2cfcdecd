import { describe, expect, it } from 'vitest'
import { DependencyError } from '../errors/index.ts'
import { ManualClock } from '../time/index.ts'
import { untilReachable } from './until-reachable.ts'

const down = new DependencyError('log_unavailable', 'down', { retryable: true })

describe('untilReachable', () => {
  it('repeats until the dependency answers, and tells each wait', async () => {
    const { options, waits } = setup()
    let calls = 0
    const result = await untilReachable(async () => {
      calls += 1
      if (calls < 4) throw down
      return 'there'
    }, options)
    expect([result, calls, waits.length]).toEqual(['there', 4, 3])
  })

  it('throws at once what a repeat cannot mend', async () => {
    const { options, waits } = setup()
    const fault = new TypeError('ours')
    await expect(untilReachable(() => Promise.reject(fault), options)).rejects.toBe(fault)
    expect(waits).toEqual([])
  })

  it('stops waiting when aborted', async () => {
    const { options, abort } = setup()
    const waiting = untilReachable(() => Promise.reject(down), { ...options, onWait: () => abort.abort() })
    await expect(waiting).rejects.toBe(down)
  })
})

function setup() {
  const clock = new ManualClock(0)
  const abort = new AbortController()
  const waits: unknown[] = []
  const options = {
    clock,
    random: () => 0.5,
    signal: abort.signal,
    onWait(err: unknown) {
      waits.push(err)
      queueMicrotask(() => clock.advance(60_000))
    },
  }
  return { options, waits, abort }
}
