import type { SentimentResult } from './sentiment/sentiment-engine.ts'

/** What is read out of a mention's text before the engine sees it. */
export interface TextReading {
  sentiment: SentimentResult
  /** Distinct content words, for the terms a breach names. */
  terms: readonly string[]
}

/** Reads texts; the same text gives the same reading. `verdict`: what an engine outside said of it already. */
export type ReadText = (
  text: string,
  languageHint: string | undefined,
  verdict?: SentimentResult,
) => TextReading
