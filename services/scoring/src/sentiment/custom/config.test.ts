import { checkConfig } from '@nabiz/shared/config'
import { ConfigError } from '@nabiz/shared/errors'
import { describe, expect, it } from 'vitest'
import { sentimentConfig } from './config.ts'

describe('sentimentConfig', () => {
  it('needs nothing', () => {
    expect(sentimentConfig.parse({}).engine).toBe('built-in')
  })

  it('tells every fault at once: of fields, and the section that an engine lacks', () => {
    const told = faultsOf({
      engine: 'onnx',
      whileAway: 'sleep',
      http: {
        url: 'ftp://x',
        model: 'a b',
        timeoutMs: 1,
        token: 'swordfish',
        confusion: { tr: [[0, 0, 0]] },
      },
      rememberedText: 3,
    })
    for (const path of [
      'onnx',
      'whileAway',
      'http.url',
      'http.model',
      'http.timeoutMs',
      'http.token',
      'http.confusion.tr',
      'rememberedText',
    ])
      expect(told).toContain(path)
    expect(told).not.toContain('swordfish')
  })

  it('asks a second opinion within bounds, and names what one without its section lacks', () => {
    const parsed = sentimentConfig.parse({
      secondOpinion: { engine: 'http', http: { url: 'https://x', model: 'm' } },
    })
    expect(parsed.engine).toBe('built-in')
    expect(parsed.secondOpinion).toMatchObject({ sampleSize: 64, timeoutSeconds: 3 })
    const told = faultsOf({ secondOpinion: { engine: 'onnx', sampleSize: 2, timeoutSeconds: 99 } })
    for (const path of ['secondOpinion.onnx', 'secondOpinion.sampleSize', 'secondOpinion.timeoutSeconds'])
      expect(told).toContain(path)
    expect(told).toContain('as sentiment.secondOpinion.engine is onnx')
    expect(faultsOf({ secondOpinion: { engine: 'built-in' } })).toContain('secondOpinion.engine')
  })

  it('refuses a matrix with a row of no text', () => {
    const confusion = {
      tr: [
        [8, 1, 1],
        [0, 0, 0],
        [1, 1, 8],
      ],
    }
    expect(faultsOf({ http: { url: 'https://x', model: 'm', confusion } })).toContain('at least one text')
  })
})

function faultsOf(values: object): string {
  try {
    checkConfig(sentimentConfig, values, 'sentiment', {})
  } catch (err) {
    if (err instanceof ConfigError) return err.message
    throw err
  }
  return 'none'
}
