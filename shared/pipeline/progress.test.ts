import { describe, expect, it } from 'vitest'
import { Progress } from './progress.ts'

describe('Progress', () => {
  it('wakes a waiter once every partition it named has come far enough', async () => {
    const progress = new Progress()
    let woken = false
    const waiting = progress
      .reached(
        new Map([
          [1, 5],
          [2, 3],
        ]),
      )
      .then(() => {
        woken = true
      })
    progress.advance(1, 5)
    progress.advance(2, 2)
    await Promise.resolve()
    expect(woken).toBe(false)
    progress.advance(2, 3)
    await waiting
    expect(woken).toBe(true)
  })

  it('does not wait for an empty partition, nor for what is done', async () => {
    const progress = new Progress()
    progress.advance(7, 10)
    await progress.reached(
      new Map([
        [3, 0],
        [7, 10],
      ]),
    )
  })
})
