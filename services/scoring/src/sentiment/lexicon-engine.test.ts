import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createLexiconEngine, LEXICON_ENGINE_ID } from './lexicon-engine.ts'

const engine = createLexiconEngine()
const label = (text: string, hint?: string) => engine.score(text, hint).label
const score = (text: string, hint?: string) => engine.score(text, hint).score

describe('lexicon engine in Turkish', () => {
  it.each([
    'Kargom 10 gündür gelmedi, kimse cevap vermiyor',
    'Müşteri hizmetleri rezalet, iki saattir hatta bekliyorum',
    'uygulama yine çöktü giriş yapamıyorum',
    'ürün bozuk geldi iade kabul etmiyorlar',
    'internet 3 gündür yok ilgilenen yok',
    'faturam iki katına çıkmış, açıklama yok',
    'hesabıma erişemiyorum yardım edin',
    'hayal kırıklığına uğradım',
    'veri sızıntısı skandalı',
  ])('takes a complaint for one: %s', (text) => {
    expect(label(text)).toBe('negative')
  })

  it.each([
    'Çok teşekkür ederim, sorunumu hemen çözdünüz',
    'ürün çok kaliteli, tavsiye ederim',
    'gayet memnunum',
    'iyi ki varsınız',
  ])('takes praise for praise: %s', (text) => {
    expect(label(text)).toBe('positive')
  })

  it.each([
    'Yarın mağazanız saat kaçta açılıyor?',
    'Ankara şubenizin adresi nedir',
    'dün mağazadan ayakkabı aldım',
  ])('leaves a plain question or report neutral: %s', (text) => {
    expect(label(text)).toBe('neutral')
  })

  it('turns the word before değil and yok round', () => {
    expect(label('memnun değilim')).toBe('negative')
    expect(label('kötü değil')).toBe('positive')
    expect(label('sorun yok')).toBe('positive')
  })

  it('does not take the question değil mi for a denial', () => {
    expect(label('çok güzel değil mi')).toBe('positive')
  })

  it('reads denial inside the verb', () => {
    expect(label('beğendim')).toBe('positive')
    expect(label('beğenmedim')).toBe('negative')
    expect(label('hiç memnun kalmadım')).toBe('negative')
  })

  it('judges a text the same with and without Turkish letters', () => {
    expect(score('çok kötü bir şey', 'tr')).toBe(score('cok kotu bir sey', 'tr'))
    expect(label('bu nasil hizmet cok kotu, pismanim')).toBe('negative')
  })

  it('judges a text the same in capitals, with dotted and dotless i', () => {
    expect(score('İLGİSİZ, KIRIK, REZİL', 'tr')).toBe(score('ilgisiz, kırık, rezil', 'tr'))
    expect(score('İLGİSİZ', 'tr')).toBeLessThan(0)
  })

  it('sees through letters drawn out', () => {
    expect(label('kötüüüü')).toBe('negative')
    expect(label('berbattttt', 'tr')).toBe('negative')
    expect(label('harikaaaaa', 'tr')).toBe('positive')
    expect(score('çoook kötü', 'tr')).toBe(score('çok kötü', 'tr'))
  })

  it('reads the words of a hashtag, split by capitals or run together', () => {
    expect(label('#RezaletHizmet')).toBe('negative')
    expect(label('#boykotzirvebank', 'tr')).toBe('negative')
  })

  it('does not search words run together beyond 40 letters', () => {
    expect(label(`#boykot${'zirve'.repeat(6)}`, 'tr')).toBe('negative')
    expect(label(`#boykot${'zirve'.repeat(7)}`, 'tr')).toBe('neutral')
  })
})

describe('lexicon engine in English', () => {
  it.each([
    'The flight was delayed 3 hours and nobody told us',
    'worst airline ever',
    'my bag is lost and no one answers',
    'scam!!!',
  ])('takes a complaint for one: %s', (text) => {
    expect(label(text)).toBe('negative')
  })

  it('turns a valence within three words of a negation', () => {
    expect(label('not happy with this')).toBe('negative')
    expect(label("this isn't very helpful at all")).toBe('negative')
    expect(label('this is not bad at all')).toBe('positive')
    expect(label('I will never ever enjoy it')).toBe('negative')
  })

  it('leaves what stands further from the negation as it is', () => {
    expect(score('not only one of the many, great', 'en')).toBeGreaterThan(0)
  })

  it('sees through letters drawn out', () => {
    expect(label('I loooove this')).toBe('positive')
  })
})

describe('lexicon engine in any language', () => {
  it('reads emoji and emoticons', () => {
    expect(label('😡')).toBe('negative')
    expect(label('😍')).toBe('positive')
    expect(label(':(', 'tr')).toBe('negative')
    expect(label(':)', 'tr')).toBe('positive')
    expect(label('Bestellung 🤬', 'de')).toBe('negative')
  })

  it('counts the same emoji no more than three times', () => {
    expect(score('😡😡😡😡😡😡', 'tr')).toBe(score('😡😡😡', 'tr'))
  })

  it('takes nothing from URLs and handles', () => {
    expect(score('@rezalet https://ornek.example/scam', 'tr')).toBe(0)
  })

  it('gives an empty text neutral with confidence 0', () => {
    expect(engine.score('')).toEqual({
      label: 'neutral',
      score: 0,
      confidence: 0,
      language: 'und',
      engine: LEXICON_ENGINE_ID,
    })
  })

  it('is surer of two strong words than of one', () => {
    const one = engine.score('rezalet', 'tr').confidence
    const two = engine.score('rezalet, berbat', 'tr').confidence
    expect(one).toBeGreaterThan(0)
    expect(two).toBeGreaterThan(one)
  })

  it('names the language of a lone word its lexicon knows', () => {
    expect(engine.score('rezalet').language).toBe('tr')
    expect(engine.score('disgusting').language).toBe('en')
  })

  it('reads a text with NUL and lone surrogates as if they were not there', () => {
    expect(label('rezalet\u0000 hizmet\ud83d', 'tr')).toBe('negative')
    expect(label('\udc00berbat', 'tr')).toBe('negative')
  })

  it('never throws and stays within its ranges, whatever the text', () => {
    const spice = fc.constantFrom(
      'rezalet ',
      'not ',
      'değil ',
      '#',
      '@',
      ':(',
      '😡',
      'harika ',
      'http://',
      "'",
      'yok ',
      'ama ',
    )
    const noise = fc
      .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 20 })
      .map((codes) => String.fromCharCode(...codes))
    const text = fc.array(fc.oneof(spice, noise), { maxLength: 40 }).map((parts) => parts.join(''))
    fc.assert(
      fc.property(text, fc.option(fc.string(), { nil: undefined }), (value, hint) => {
        const result = engine.score(value, hint)
        expect(Math.abs(result.score)).toBeLessThanOrEqual(1)
        expect(result.confidence).toBeGreaterThanOrEqual(0)
        expect(result.confidence).toBeLessThanOrEqual(1)
        expect(result.language).toMatch(/^[a-z]{2,3}$/)
      }),
    )
  })

  it('judges a text the same whatever it judged before', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(engine.score(text)).toEqual(createLexiconEngine().score(text))
      }),
      { numRuns: 30 },
    )
  })
})

describe('confusion', () => {
  it.each(['en', 'tr'])('gives measured rates for %s that beat chance', (language) => {
    const matrix = engine.confusion(language)
    expect(matrix?.sensitivity).toBeGreaterThan(0.5)
    expect(matrix?.falsePositiveRate).toBeLessThan(0.2)
    for (const row of matrix?.rates ?? []) expect(row[0] + row[1] + row[2]).toBeCloseTo(1)
  })

  it('gives nothing for a language that was not measured', () => {
    expect(engine.confusion('de')).toBeUndefined()
    expect(engine.confusion('und')).toBeUndefined()
    expect(engine.confusion('constructor')).toBeUndefined()
  })
})
