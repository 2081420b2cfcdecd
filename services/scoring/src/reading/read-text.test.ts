import { describe, expect, it } from 'vitest'
import { createBuiltInEngines } from '../sentiment/index.ts'
import { createModelShelf } from '../sentiment/model-shelf.ts'
import { createReadText, readPlain } from './read-text.ts'

const builtIn = createBuiltInEngines()
const [engine] = builtIn
const readText = createReadText(createModelShelf({ builtIn, custom: [] }))
const velmora = { names: ['Velmora'], aliases: [], handles: ['velmora'], hashtags: [] }
const brands = [undefined, velmora, { ...velmora, competitors: ['Dorvane'] }]

describe('createReadText', () => {
  it.each([
    'Velmora kargosu yine gecikti, rezalet bir hizmet',
    'Velmora berbat, neyse ki Dorvane var',
    'Dorvane is terrible, thank god for Velmora',
    'Velmora is worse than Dorvane',
    "Dorvane'den daha iyi Velmora",
    'I love it but the app is awful',
    '',
  ])('takes what was read ahead for nothing but time: %s', (text) => {
    for (const brand of brands) {
      const options = { languageHint: undefined, brand, engine: engine.id, verdict: undefined }
      const plain = readPlain(text, undefined, engine)
      const { sentiment, terms, sketch } = readText(text, { ...options, plain })
      expect({ sentiment, terms, sketch }).toEqual(readText(text, options))
    }
  })

  it('judges a comparison by whose mention it is, whatever was read ahead', () => {
    const text = 'Velmora berbat, neyse ki Dorvane var'
    const dorvane = { names: ['Dorvane'], aliases: [], handles: [], hashtags: [], competitors: ['Velmora'] }
    const labels = [brands[2], dorvane].map((brand) => {
      const options = { languageHint: 'tr', brand, engine: engine.id, verdict: undefined }
      return readText(text, { ...options, plain: readPlain(text, 'tr', engine) }).sentiment.label
    })
    expect(labels[0]).toBe('negative')
    expect(labels[1]).not.toBe('negative')
  })

  it('takes the verdict of an engine that takes its time before what was read ahead', () => {
    const verdict = { label: 'positive', score: 1, confidence: 1, language: 'tr', engine: 'own@1' } as const
    const options = { languageHint: 'tr', brand: velmora, engine: 'own@1', verdict }
    const plain = readPlain('rezalet', 'tr', engine)
    expect(readText('rezalet', { ...options, plain }).sentiment).toEqual(verdict)
  })
})
