import { minute } from '@nabiz/shared/time'

/** More than this share, and more than this many, dead letters in a minute stop the stage. */
const greatestShare = 0.01
const greatestCount = 20

/** Counts records by the minute they were processed in, and says when too many of them were dead letters. */
export function createDeadLetterGuard(now: () => number): {
  passed(count: number): void
  /** True: something is wrong with the source or with us, not with one record. */
  deadLettered(): boolean
} {
  let current = 0
  let passed = 0
  let dead = 0

  function turn(): void {
    const index = Math.floor(now() / minute)
    if (index === current) return
    current = index
    passed = 0
    dead = 0
  }

  return {
    passed(count) {
      turn()
      passed += count
    },
    deadLettered() {
      turn()
      dead += 1
      return dead > greatestCount && dead > greatestShare * (passed + dead)
    },
  }
}
