import { thresholdsConfig } from '@nabiz/shared/contracts'
import { expect, it } from 'vitest'
import { boundaryFactor } from './recent-pages.ts'

const day = 86_400_000
const hour = 3_600_000
const now = 1_000 * day
const thresholds = thresholdsConfig.parse({ id: 'default' })
const full = { phase: 'full', days: 14 } as const

it('hears a brand sooner that has been calm for long', () => {
  expect(boundaryFactor([], now, full, thresholds)).toBe(0.75)
})

it('asks for more after each incident, less and less the longer ago it ended', () => {
  const ended = (...daysAgo: number[]) =>
    boundaryFactor(
      daysAgo.map((days) => ({ since: now - days * day - hour, until: now - days * day })),
      now,
      full,
      thresholds,
    )
  expect(ended(0)).toBeCloseTo(0.75 + 0.12, 9)
  expect(ended(42)).toBeCloseTo(0.75 + 0.12 / 2, 9)
  expect(ended(42, 0)).toBeCloseTo(0.75 + 0.12 * 1.5, 9)
  expect(ended(84)).toBeCloseTo(0.75, 9)
  expect(ended(200, 100)).toBeCloseTo(0.75, 9)
})

it('counts episodes within the join time of one another once', () => {
  const first = { since: now - 30 * hour, until: now - 20 * hour }
  const joined = { since: now - 9 * hour, until: now }
  const apart = { since: now - 7 * hour, until: now }
  const weight = (past: { since: number; until: number }[]) =>
    (boundaryFactor(past, now, full, thresholds) - 0.75) / 0.12
  const alone = weight([first])
  expect(weight([first, joined])).toBeCloseTo(alone, 9)
  expect(weight([first, apart])).toBeCloseTo(alone + 1, 9)
})

it('leaves boundaries alone until the baseline follows the rule, then goes down to the calm factor day by day', () => {
  const at = (days: number) => boundaryFactor([], now, { phase: 'full', days }, thresholds)
  expect(boundaryFactor([], now, { phase: 'plain', days: 2 }, thresholds)).toBe(1)
  expect(boundaryFactor([], now, { phase: 'none', days: 0.5 }, thresholds)).toBe(1)
  expect(at(3)).toBe(1)
  expect(at(8.5)).toBeCloseTo(0.875, 9)
  expect(at(14)).toBe(0.75)
})

it('takes what ended after the moment in question, as late mentions ask, for just ended', () => {
  const past = [{ since: now + hour, until: now + 2 * hour }]
  expect(boundaryFactor(past, now, full, thresholds)).toBeCloseTo(0.87, 9)
})

it('can be switched off', () => {
  const off = thresholdsConfig.parse({ id: 'default', recentPages: { calmFactor: 1, perIncident: 0 } })
  const past = [{ since: now - hour, until: now }]
  expect(boundaryFactor(past, now, full, off)).toBe(1)
})
