import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSentimentEngine } from './index.ts'

describe('shipped engine', () => {
  const engine = createSentimentEngine()

  it.each([
    ['Rezalet, üç haftadır kargom gelmedi ve kimse cevap vermiyor', 'tr', 'negative'],
    ['Cok memnun kaldim, tesekkurler, herkese tavsiye ederim', 'tr', 'positive'],
    ['Toplantı yarın saat 14.00’te B salonunda yapılacak', 'tr', 'neutral'],
    ['Worst service ever, my flight was cancelled and nobody helps', 'en', 'negative'],
    ['Love this place, the staff was amazing, thank you!', 'en', 'positive'],
    ['The meeting is on Friday at the main office', 'en', 'neutral'],
  ])('reads %j', (text, language, label) => {
    const result = engine.score(text, language)
    expect(result).toMatchObject({ label, language })
    expect(result.engine).toMatch(/^model@/)
  })

  it('was measured in both languages and tells negative from the rest better than the lexicon', () => {
    for (const language of ['tr', 'en']) {
      const matrix = engine.confusion(language)
      expect(matrix).toBeDefined()
      expect((matrix?.sensitivity ?? 0) - (matrix?.falsePositiveRate ?? 1)).toBeGreaterThan(0.4)
    }
    expect(engine.confusion('de')).toBeUndefined()
  })

  it.each([
    ['an empty text', ''],
    ['100,000 characters', 'kötü bir gün '.repeat(7_700)],
    ['100,000 characters without a space', 'a'.repeat(100_000)],
    ['emoji alone', '😡🔥💔👍'],
    ['a link alone', 'https://a.example/b?c=d'],
    ['right-to-left writing', 'الخدمة سيئة جدا ולא טובה'],
    ['Chinese, Japanese and Korean', '服务很差 サービスが悪い 서비스가 나빠요'],
    ['NUL and other control characters', 'ber\u0000bat \u0007\u001b[2J'],
    ['lone surrogates', 'kötü \ud83d \ude21 \udc00\ud800'],
  ])('has an answer within its ranges for %s', (_, text) => {
    for (const hint of [undefined, 'tr', 'en', 'ar']) expectSane(engine.score(text, hint))
  })

  it('has an answer within its ranges for any string, and the same one twice', () => {
    const anything = fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 200 })
    fc.assert(
      fc.property(anything, (codes) => {
        const text = String.fromCharCode(...codes)
        const result = engine.score(text, 'tr')
        expectSane(result)
        engine.score('something else', 'en')
        expect(engine.score(text, 'tr')).toEqual(result)
      }),
    )
  })

  function expectSane(result: ReturnType<typeof engine.score>): void {
    expect(['negative', 'neutral', 'positive']).toContain(result.label)
    expect(Math.abs(result.score)).toBeLessThanOrEqual(1)
    expect(result.confidence).toBeGreaterThanOrEqual(0)
    expect(result.confidence).toBeLessThanOrEqual(1)
  }
})
