import { describe, expect, it } from 'vitest'
import type { SentimentResult } from '../sentiment/sentiment-engine.ts'
import type { SlowEngine } from '../sentiment/slow-engine.ts'
import { createJudgeTexts } from './judge-texts.ts'

const never = new AbortController().signal

describe('createJudgeTexts', () => {
  it('asks for each distinct text once', async () => {
    const { judge, asked, judged } = setup()
    const results = await judge(textsOf('a', 'b', 'a', 'a'), never)
    expect(results.map(({ engine }) => engine)).toEqual(['slow', 'slow', 'slow', 'slow'])
    await judge(textsOf('b', 'c'), never)
    expect(asked).toEqual([['a', 'b'], ['c']])
    expect(judged).toEqual({ engine: 3, memory: 1 })
  })

  it('tells one text with two hints apart', async () => {
    const { judge, asked } = setup()
    await judge(
      [
        { text: 'a', languageHint: 'tr' },
        { text: 'a', languageHint: 'en' },
      ],
      never,
    )
    expect(asked).toEqual([['a', 'a']])
  })

  it('lets the built-in engine judge while the other is away, and remembers none of that', async () => {
    const { judge, judged, away, fail } = setup()
    fail(true)
    expect((await judge(textsOf('a'), never))[0]?.engine).toBe('built-in')
    fail(false)
    expect((await judge(textsOf('a'), never))[0]?.engine).toBe('slow')
    expect(judged).toEqual({ fallback: 1, engine: 1 })
    expect(away).toEqual([true, false])
  })

  it('throws when nothing stands in', async () => {
    const { judge, fail } = setup({ hasFallback: false })
    fail(true)
    await expect(judge(textsOf('a'), never)).rejects.toThrow('away')
  })
})

function textsOf(...texts: string[]) {
  return texts.map((text) => ({ text, languageHint: undefined }))
}

function setup({ hasFallback = true } = {}) {
  const asked: string[][] = []
  const judged: Record<string, number> = {}
  const away: boolean[] = []
  let isAway = false
  const result = (engine: string): SentimentResult => ({
    label: 'neutral',
    score: 0,
    confidence: 0,
    language: 'tr',
    engine,
  })
  const engine: SlowEngine = {
    id: 'slow',
    confusion: () => undefined,
    close: async () => undefined,
    async judge(texts) {
      if (isAway) throw new Error('away')
      asked.push(texts.map(({ text }) => text))
      return texts.map(() => result('slow'))
    },
  }
  const judge = createJudgeTexts({
    engine,
    fallback: hasFallback
      ? { id: 'built-in', confusion: () => undefined, score: () => result('built-in') }
      : undefined,
    rememberedTexts: 100,
    telemetry: {
      judged(source, texts) {
        judged[source] = (judged[source] ?? 0) + texts
      },
      engineAway: (err) => away.push(err !== undefined),
    },
  })
  return {
    judge,
    asked,
    judged,
    away,
    fail(next: boolean) {
      isAway = next
    },
  }
}
