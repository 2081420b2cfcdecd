import type { PlainReading } from './reading/read-text.ts'
import type { BrandNames } from './sentiment/brand-names.ts'
import type { SentimentResult } from './sentiment/sentiment-engine.ts'

/** What is read out of a mention's text before the engine sees it. */
export interface TextReading {
  sentiment: SentimentResult
  /** Distinct content words, for the terms a breach names. */
  terms: readonly string[]
  /** By which copies of the text are told; undefined for texts too short. */
  sketch?: readonly number[] | undefined
}

/** What decides how a text is read beside the text itself. */
export interface ReadTextOptions {
  languageHint: string | undefined
  /** Whom it is read as speaking of. */
  brand: BrandNames | undefined
  /** Id of the engine that judges. */
  engine: string
  /** What an engine that takes its time said of it already. */
  verdict: SentimentResult | undefined
  /** What the engine says of it whoever is spoken of, where it was read ahead. */
  plain?: PlainReading | undefined
}

/** Reads texts; the same text and options give the same reading. */
export type ReadText = (text: string, options: ReadTextOptions) => TextReading
