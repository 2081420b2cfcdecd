import { expect, it } from 'vitest'
import { describeSuggestions, suggestionJson } from './describe-sweep.ts'
import type { IncidentScore } from './score-incidents.ts'
import { falsePerWeek, knobValues, readBudget, suggestFor } from './suggest.ts'

it.each([
  ['1 false page per brand-week', 1],
  ['0.5 false alerts per brand week', 0.5],
  ['2 per day', 14],
  ['2/week', 2],
  ['26 pages per month', 6],
])('reads %s', (text, perWeek) => {
  expect(readBudget(text)).toBeCloseTo(perWeek, 6)
})

it.each(['', 'few', '1', '-1 per week', '1 per year', '1 false page per brand-week please'])(
  'refuses %s',
  (text) => {
    expect(() => readBudget(text)).toThrow(/--budget: found .*expected "1 false page per brand-week"/)
  },
)

it('turns a knob from its least to its greatest value in even ratios', () => {
  expect([knobValues[0], knobValues.at(-1), knobValues.length]).toEqual([0.3, 5, 29])
})

it('finds the most crises that the budget allows, the soonest of those, in the middle of an even stretch', () => {
  const scores = [
    aScore({ found: 3, unmarked: 40, laterBy: [-5] }),
    aScore({ found: 2, unmarked: 8, laterBy: [0] }),
    aScore({ found: 2, unmarked: 6, laterBy: [0] }),
    aScore({ found: 2, unmarked: 5, laterBy: [0] }),
    aScore({ found: 2, unmarked: 1, laterBy: [30] }),
    aScore({ found: 1, missed: 1, laterBy: [0] }),
  ]
  const brand = { brand: 'velmora', weeks: 8, confirmed: 3, rejected: 1, scores }
  expect(suggestFor(brand, 1)).toMatchObject({ chosen: 2, doubt: undefined })
  expect(suggestFor(brand, 0.2).chosen).toBe(4)
  expect(suggestFor(brand, 10).chosen).toBe(0)
  expect(suggestFor({ ...brand, scores: scores.slice(0, 2) }, 0.1).chosen).toBeUndefined()
})

it('says why not to lean on it', () => {
  const brand = { brand: 'velmora', weeks: 8, confirmed: 0, rejected: 0, scores: [aScore({})] }
  expect(suggestFor({ ...brand, weeks: 1 }, 1).doubt).toContain('nobody marked an incident')
  expect(suggestFor({ ...brand, rejected: 2 }, 1).doubt).toContain('no crisis was confirmed')
  expect(suggestFor({ ...brand, rejected: 2, weeks: 1 }, 1).doubt).toContain('only 1.0 weeks')
  expect(falsePerWeek(aScore({ rejected: 1, unmarked: 3 }), 2)).toBe(2)
})

it('proposes nothing for a brand of which no incident was marked, and says so', () => {
  const brand = { brand: 'velmora', weeks: 8, confirmed: 0, rejected: 0, scores: [aScore({})] }
  const suggestion = suggestFor(brand, 1)
  expect(suggestion).toMatchObject({ chosen: undefined, isTaught: false })
  const told = describeSuggestions([{ suggestion, scores: brand.scores }], 1)
  expect(told).toContain('nothing to learn from')
  expect(told).not.toContain('thresholds:')
  expect(suggestionJson(suggestion, brand.scores)).toMatchObject({ sensitivity: null })
  expect(suggestFor({ ...brand, rejected: 1 }, 1)).toMatchObject({ chosen: 0, isTaught: true })
})

function aScore(overrides: Partial<IncidentScore>): IncidentScore {
  return { incidents: 0, found: 0, missed: 0, laterBy: [], rejected: 0, unmarked: 0, ...overrides }
}
