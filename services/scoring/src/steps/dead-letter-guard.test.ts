import { minute } from '@nabiz/shared/time'
import { describe, expect, it } from 'vitest'
import { createDeadLetterGuard } from './dead-letter-guard.ts'

describe('dead letter guard', () => {
  it('lets twenty dead letters a minute through, whatever their share', () => {
    const guard = createDeadLetterGuard(() => 0)
    expect(Array.from({ length: 20 }, () => guard.deadLettered()).some(Boolean)).toBe(false)
    expect(guard.deadLettered()).toBe(true)
  })

  it('lets more than twenty through while they are at most one in a hundred', () => {
    const guard = createDeadLetterGuard(() => 0)
    guard.passed(10_000)
    expect(Array.from({ length: 100 }, () => guard.deadLettered()).some(Boolean)).toBe(false)
  })

  it('starts anew each minute', () => {
    let now = 0
    const guard = createDeadLetterGuard(() => now)
    for (let i = 0; i < 20; i += 1) guard.deadLettered()
    now = minute
    expect(guard.deadLettered()).toBe(false)
  })
})
