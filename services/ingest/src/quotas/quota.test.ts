import { DependencyError } from '@nabiz/shared/errors'
import { day, hour, ManualClock, minute } from '@nabiz/shared/time'
import { describe, expect, it } from 'vitest'
import { createMemoryKeptValues } from '../adapters/memory-kept-values.ts'
import { every, everyDayIn, everyMonth } from './periods.ts'
import { createQuota, type QuotaSpec } from './quota.ts'
import { observedInHeaders, retryAfterMs } from './rate-headers.ts'

const now = Date.UTC(2026, 10, 2, 10)

describe('a quota', () => {
  it('is obeyed before it is hit, and says until when', async () => {
    const { quota, clock } = setup({ limit: 10, reserve: 2 })
    await quota().take(8)
    await expect(quota().take(1)).rejects.toMatchObject({ code: 'platform_quota', retryAfterMs: hour })
    clock.advance(hour)
    await quota().take(8)
  })

  it('is shared by replicas, also when they take at the same moment', async () => {
    const { quota } = setup({ limit: 20 })
    const takes = Array.from({ length: 30 }, (_, index) => quota(index % 2 ? 'a' : 'b').take(1))
    const results = await Promise.allSettled(takes)
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(20)
  })

  it('believes the platform about what is left, and never more than the config allows', async () => {
    const { quota } = setup({ limit: 100 })
    await quota().observe({ limit: 500, remaining: 1 })
    await expect(quota().take(1)).rejects.toBeInstanceOf(DependencyError)
    await quota().observe({ limit: 500, used: 98 })
    await quota().take(2)
    await expect(quota().take(1)).rejects.toBeInstanceOf(DependencyError)
  })

  it('lets everything through until a limit is known', async () => {
    const { quota, clock } = setup({})
    await quota().take(1_000)
    await quota().observe({ limit: 1_000, remaining: 0, resetAt: now + 10 * minute })
    await expect(quota().take(1)).rejects.toMatchObject({ retryAfterMs: 10 * minute })
    clock.advance(10 * minute)
    await quota().take(1)
  })

  it('believes no end further away than a day, or than that of its own period', async () => {
    const { quota } = setup({ limit: 1 })
    await quota().observe({ remaining: 0, resetAt: now + 400 * day })
    await expect(quota().take(1)).rejects.toMatchObject({ retryAfterMs: day })
    const monthly = setup({ limit: 1, resetsAt: every(30 * day) }).quota()
    await monthly.observe({ remaining: 0, resetAt: now + 400 * day })
    await expect(monthly.take(1)).rejects.toMatchObject({ retryAfterMs: every(30 * day)(now) - now })
  })

  it('takes back what was not spent', async () => {
    const { quota } = setup({ limit: 10 })
    await quota().take(10)
    await quota().giveBack(4)
    await quota().take(4)
    await expect(quota().take(1)).rejects.toBeInstanceOf(DependencyError)
  })
})

describe('a period', () => {
  it('ends at midnight Pacific, summer time and its ends included', () => {
    const endOf = everyDayIn('America/Los_Angeles')
    expect(new Date(endOf(Date.UTC(2026, 6, 1, 12))).toISOString()).toBe('2026-07-02T07:00:00.000Z')
    expect(new Date(endOf(Date.UTC(2026, 0, 1, 12))).toISOString()).toBe('2026-01-02T08:00:00.000Z')
    expect(new Date(endOf(Date.UTC(2026, 10, 1, 7))).toISOString()).toBe('2026-11-02T08:00:00.000Z')
    expect(new Date(endOf(Date.UTC(2026, 2, 8, 8))).toISOString()).toBe('2026-03-09T07:00:00.000Z')
    for (let at = now; at < now + 2 * day; at += 17 * minute) expect(endOf(at)).toBeGreaterThan(at)
  })

  it('ends with the month', () => {
    expect(new Date(everyMonth(Date.UTC(2026, 11, 31, 23))).toISOString()).toBe('2027-01-01T00:00:00.000Z')
  })
})

describe('headers', () => {
  it.each([
    [
      {
        'x-ratelimit-limit': '300',
        'x-ratelimit-remaining': '9',
        'x-ratelimit-reset': '2026-11-02T10:05:00Z',
      },
      { limit: 300, remaining: 9, resetAt: now + 5 * minute },
    ],
    [
      { 'x-ratelimit-used': '99.0', 'x-ratelimit-remaining': '1.0', 'x-ratelimit-reset': '37' },
      { limit: 100, remaining: 1, resetAt: now + 37_000 },
    ],
    [
      { 'x-ratelimit-remaining': '5', 'x-ratelimit-reset': String(now / 1_000 + 60) },
      { remaining: 5, resetAt: now + minute },
    ],
    [{ 'content-type': 'text/html', 'x-ratelimit-remaining': 'many' }, undefined],
  ])('%j are read', (headers, expected) => {
    expect(observedInHeaders(headers, now)).toEqual(expected)
  })

  it('ask for a pause in seconds or by a date', () => {
    expect(retryAfterMs({ 'retry-after': '7' }, now)).toBe(7_000)
    expect(retryAfterMs({ 'retry-after': new Date(now + minute).toUTCString() }, now)).toBe(minute)
    expect(retryAfterMs({ 'retry-after': 'soon' }, now)).toBeUndefined()
  })
})

function setup(spec: Partial<QuotaSpec>) {
  const clock = new ManualClock(now)
  const store = createMemoryKeptValues()
  const quotas = new Map<string, ReturnType<typeof createQuota>>()
  return {
    clock,
    quota(replica = 'a') {
      const common = {
        store,
        clock,
        platform: 'test',
        account: 'main',
        onChange: () => undefined,
        onHeld: () => undefined,
      }
      const quota =
        quotas.get(replica) ?? createQuota({ name: 'units', resetsAt: every(hour), ...spec }, common)
      quotas.set(replica, quota)
      return quota
    },
  }
}
