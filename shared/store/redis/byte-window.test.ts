import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ByteWindow } from './byte-window.ts'

describe('ByteWindow', () => {
  it('never lets more than its size be under way, but for one alone, and lets everyone in in turn', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ bytes: fc.nat({ max: 15 }), turns: fc.nat({ max: 4 }), fails: fc.boolean() })),
        async (jobs) => {
          const window = new ByteWindow(10)
          let used = 0
          const tooMuch: number[] = []
          const begun: number[] = []
          const done = jobs.map(({ bytes, turns, fails }, i) =>
            window.within(bytes, async () => {
              begun.push(i)
              used += bytes
              if (used > 10 && used > bytes) tooMuch.push(used)
              for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve))
              used -= bytes
              if (fails) throw new Error('failed')
            }),
          )
          await Promise.allSettled(done)
          expect(tooMuch).toEqual([])
          expect(begun).toEqual(jobs.map((_, i) => i))
        },
      ),
    )
  })
})
