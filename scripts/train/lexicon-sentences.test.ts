import { describe, expect, it } from 'vitest'
import { readRobustnessSet, robustnessSets } from '../../program/bench/sentiment/robustness.ts'
import { lexiconSentences } from './lexicon-sentences.ts'

describe('lexiconSentences', () => {
  it('states and denies each word, with opposite labels, the same each time', () => {
    const sentences = lexiconSentences()
    expect(sentences).toEqual(lexiconSentences())
    expect(sentences.length).toBeGreaterThan(2_000)
    const of = (label: string) => sentences.filter((one) => one.label === label).length
    expect(of('negative')).toBe(of('positive'))
    for (const { text } of sentences) expect(text).not.toMatch(/[{}|_]|undefined/)
    const denied = sentences.filter((_, at) => at % 2 === 0)
    const stated = sentences.filter((_, at) => at % 2 === 1)
    denied.forEach(({ label }, at) => {
      expect(label).not.toBe(stated[at]?.label)
    })
  })

  it('holds no case of the robustness sets', () => {
    const texts = new Set(lexiconSentences().map(({ text }) => text))
    for (const set of robustnessSets) {
      for (const { text } of readRobustnessSet('tr', set)) expect(texts.has(text)).toBe(false)
    }
  })
})
