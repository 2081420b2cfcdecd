import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createTokenizer } from '../../text/tokenize.ts'
import { createFeatureReader } from './features.ts'

describe('features', () => {
  it('are the same for Turkish written with and without its letters', () => {
    const { read } = setup()
    expect(read('Çok kötü, çalışmıyor')).toEqual(read('cok kotu, calismiyor'))
  })

  it('differ where the order of two words does', () => {
    const { read } = setup()
    expect(read('iyi degil hic')).not.toEqual(read('hic degil iyi'))
  })

  it('mark the three words after an English negation and the word before değil', () => {
    const { read } = setup()
    const only = (text: string, other: string, language: 'en' | 'tr') => {
      const without = new Set(read(other, language))
      return read(text, language).filter((bucket) => !without.has(bucket)).length
    }
    // the words' own features are taken away by the same words in another order after the negation's place
    expect(only('good and fast not', 'not good and fast', 'en')).toBeLessThan(
      only('not good and fast', 'good and fast not', 'en'),
    )
    expect(only('guzel degil', 'degil guzel', 'tr')).toBeGreaterThan(0)
  })

  it('tell a shouted, marked and linked text from a plain one', () => {
    const { read } = setup()
    expect(read('REZALET!!! https://a.example/b')).not.toEqual(read('rezalet'))
  })

  it('stay inside the buckets and the bound for any string', () => {
    const { read } = setup(10)
    const anything = fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 300 })
    fc.assert(
      fc.property(anything, (codes) => {
        const buckets = read(String.fromCharCode(...codes))
        return buckets.every((bucket) => bucket >= 0 && bucket < 1_024)
      }),
    )
    expect(read('kötü '.repeat(20_000)).length).toBeLessThanOrEqual(32_768)
  })
})

function setup(bits = 18) {
  const tokenize = createTokenizer()
  const readFeatures = createFeatureReader(bits)
  return {
    read(text: string, language: 'en' | 'tr' = 'tr') {
      const { buckets, count } = readFeatures(tokenize(text), language, { sum: 0, evidence: 0 })
      return [...buckets.subarray(0, count)]
    },
  }
}
