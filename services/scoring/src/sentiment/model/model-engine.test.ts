import { describe, expect, it } from 'vitest'
import { createTokenizer } from '../../text/tokenize.ts'
import type { ServedLanguage } from '../languages.ts'
import { createLexiconEngine } from '../lexicon-engine.ts'
import { createLexiconScorer } from '../lexicon-scorer.ts'
import { createFeatureReader } from './features.ts'
import { createModelEngine } from './model-engine.ts'
import { decodeModel, encodeModel } from './model-file.ts'

describe('model engine', () => {
  it('lets the model judge its languages and says so in the result', () => {
    const { engine } = setup('trene kalktı', 'tr')
    const result = engine.score('Trene kalktı', 'tr')
    expect(result).toMatchObject({ label: 'negative', language: 'tr' })
    expect(result.engine).toMatch(/^model@[0-9a-f]{12}$/)
    expect(result.score).toBeLessThan(0)
    expect(result.confidence).toBeGreaterThan(1 / 3)
  })

  it.each([
    ['a text in another language', 'Das ist leider wieder einmal sehr schlecht', 'de'],
    ['emoji alone', '😡😡', 'tr'],
    ['a link alone', 'https://a.example/b', 'tr'],
    ['nothing', '', 'tr'],
    ['a word that says all', 'harika', 'tr'],
    ['two words of which one says all', 'berbat kargo', 'tr'],
  ])('leaves %s to the fallback', (_, text, hint) => {
    const { engine } = setup()
    expect(engine.score(text, hint)).toEqual(createLexiconEngine().score(text, hint))
    expect(engine.score(text, hint).engine).toBe('lexicon@3')
  })

  it('judges a text whose language only the fallback can name', () => {
    const { engine } = setup()
    expect(engine.score('Velmora rezalet Velmora')).toMatchObject({
      language: 'tr',
      engine: expect.stringMatching(/^model@/),
    })
  })

  it('finds nothing in an empty text: neutral, sure of nothing', () => {
    expect(setup().engine.score('')).toMatchObject({ label: 'neutral', score: 0, confidence: 0 })
  })

  it('names both engines, and gives the confusion of the one that judges a language', () => {
    const { engine } = setup()
    expect(engine.id).toMatch(/^model@[0-9a-f]{12}\+lexicon@3$/)
    expect(engine.confusion('tr')?.sensitivity).toBeCloseTo(0.8, 9)
    expect(engine.confusion('en')).toEqual(createLexiconEngine().confusion('en'))
    expect(engine.confusion('de')).toBeUndefined()
  })
})

/** An engine whose Turkish model, with few buckets, takes the features of `text` for negative. */
function setup(text = '', language: ServedLanguage = 'tr') {
  const tokens = createTokenizer()(text)
  const { buckets, count } = createFeatureReader(12)(
    tokens,
    language,
    createLexiconScorer()(tokens, language),
  )
  const weights = new Int32Array(2 ** 12)
  for (const bucket of buckets.subarray(0, count)) weights[bucket] = 1_000 << 16
  const file = encodeModel({
    bits: 12,
    languages: [
      {
        language,
        weights,
        scale: 0.001,
        bias: { negative: 0, positive: 0 },
        labelOffset: { negative: 0, positive: 0 },
        calibration: { temperature: 1, bias: { negative: 0, positive: 0 } },
        confusion: [
          [8, 1, 1],
          [2, 16, 2],
          [1, 1, 8],
        ],
      },
    ],
  })
  return { engine: createModelEngine(decodeModel(file, 'a.model'), createLexiconEngine()) }
}
