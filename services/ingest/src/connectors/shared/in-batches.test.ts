import { ManualClock } from '@nabiz/shared/time'
import { describe, expect, it } from 'vitest'
import { inBatches } from './in-batches.ts'

describe('batches', () => {
  it('hold as many as they may, and the rest at the end', async () => {
    expect(await gathered(['a', 'b', 'c', 'd', 'e'])).toEqual([['a', 'b'], ['c', 'd'], ['e']])
  })

  it('do not wait longer than they may', async () => {
    const clock = new ManualClock(0)
    let go = () => {}
    async function* source() {
      yield 'a'
      await new Promise<void>((resolve) => {
        go = resolve
      })
      yield 'b'
    }
    const batches = inBatches(source(), { clock, most: 10, waitMs: 500 })
    const first = batches.next()
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve()
    clock.advance(500)
    expect((await first).value).toEqual(['a'])
    go()
    expect((await batches.next()).value).toEqual(['b'])
  })

  it('give out what came before a fault, then the fault', async () => {
    async function* source() {
      yield 'a'
      throw new Error('the line broke')
    }
    const batches = inBatches(source(), { clock: new ManualClock(0), most: 10, waitMs: 500 })
    expect((await batches.next()).value).toEqual(['a'])
    await expect(batches.next()).rejects.toThrow('the line broke')
  })
})

async function gathered(pieces: string[]): Promise<string[][]> {
  async function* source() {
    yield* pieces
  }
  const all: string[][] = []
  const options = { clock: new ManualClock(0), most: 2, waitMs: 500 }
  for await (const batch of inBatches(source(), options)) all.push(batch)
  return all
}
