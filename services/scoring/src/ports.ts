import type { BrandNames } from './sentiment/brand-names.ts'
import type { SentimentResult } from './sentiment/sentiment-engine.ts'

/** What is read out of a mention's text before the engine sees it. */
export interface TextReading {
  sentiment: SentimentResult
  /** Distinct content words, for the terms a breach names. */
  terms: readonly string[]
}

/**
 * Reads texts as they speak of a brand; the same text, hint and names give the same reading. `verdict`: what an engine
 * outside said of it already.
 */
export type ReadText = (
  text: string,
  languageHint: string | undefined,
  brand: BrandNames | undefined,
  verdict?: SentimentResult,
) => TextReading
