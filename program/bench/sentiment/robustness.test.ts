import { describe, expect, it } from 'vitest'
import { measureRobustness, readRobustnessSet, robustnessLanguages, robustnessSets } from './robustness.ts'
import { createSubjects } from './subjects.ts'

const every = robustnessSets.flatMap((set) => robustnessLanguages.map((language) => [language, set] as const))

describe('the robustness sets', () => {
  it.each(every)('hold at least 40 distinct cases in %s of %s, no label in all of them', (language, set) => {
    const cases = readRobustnessSet(language, set)
    expect(cases.length).toBeGreaterThanOrEqual(40)
    expect(new Set(cases.map(({ text, brand }) => `${brand}\t${text}`)).size).toBe(cases.length)
    expect(new Set(cases.map(({ expected }) => expected)).size).toBeGreaterThan(1)
  })

  it.each(robustnessLanguages)('name both brands in each comparison in %s', (language) => {
    for (const { text, brand = '', competitor = '' } of readRobustnessSet(language, 'comparison')) {
      expect(text).toContain(brand)
      expect(text).toContain(competitor)
      expect(brand).not.toBe(competitor)
    }
  })
})

describe('measureRobustness', () => {
  it('tells for each set and language the share that each engine solves', async () => {
    const subjects = await createSubjects(false)
    const results = await measureRobustness(subjects)
    expect(results.map(({ language, set }) => [language, set])).toEqual([
      ...every,
      ['tr', 'comparison, told'],
      ['en', 'comparison, told'],
    ])
    for (const { solved } of results) {
      expect(solved).toHaveLength(subjects.length)
      for (const share of solved) expect(share >= 0 && share <= 1).toBe(true)
    }
    // An engine that finds nothing at all would show here.
    expect(Math.min(...results.map(({ solved }) => Math.max(...solved)))).toBeGreaterThan(0)
  })
})
