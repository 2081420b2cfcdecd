import { readFileSync } from 'node:fs'
import { createSentimentEngine } from '@nabiz/scoring'
import { describe, expect, it } from 'vitest'
import { describeMeasured } from './describe-measured.ts'
import { createWasLearned, noteLearned, readLearned } from './learned-rows.ts'
import { measureFile } from './measure-file.ts'

describe('noteLearned', () => {
  it('knows every text that was learned from, and takes hardly another for one', () => {
    const texts = Array.from({ length: 2_000 }, (_, at) => `kargo ${at} gündür gelmedi`)
    const noted = noteLearned('abc', texts)
    const wasLearned = createWasLearned(readLearned(JSON.stringify(noted)))
    expect(texts.every(wasLearned)).toBe(true)
    const others = Array.from({ length: 5_000 }, (_, at) => `uçak ${at} saat rötarlı`)
    expect(others.filter(wasLearned).length).toBeLessThan(50)
    expect(JSON.stringify(noted)).not.toContain('kargo')
  })

  it('is there for the model that is shipped', () => {
    const learned = readLearned(readFileSync(new URL('learned.json', import.meta.url), 'utf8'))
    expect(createSentimentEngine().id).toContain(learned.model)
    expect(learned.texts).toBeGreaterThan(60_000)
  })
})

describe('a measured file', () => {
  it('is told to hold texts that an engine learned from, and which figures that touches', async () => {
    const rows = (['negative', 'neutral', 'positive'] as const).map((label) => ({ label, text: label }))
    const judge = () => ({ label: 'neutral', confidence: 0.5, language: 'tr' }) as const
    const subjects = [
      { name: 'model@abc', judge, wasLearned: (text: string) => text === 'positive' },
      { name: 'sentiment', judge },
    ]
    const measured = await measureFile({ name: 'tr-x.tsv', language: 'tr', rows }, subjects)
    expect(measured.subjects.map(({ learned }) => learned)).toEqual([1, 0])
    const told = describeMeasured(measured)
    expect(told).toContain('model@abc LEARNED FROM 1 of these texts')
    expect(told).toContain('not out of sample')
    expect(told).not.toContain('sentiment LEARNED')
  })
})
