import type { TextReading } from '../ports.ts'
import type { SentimentEngine } from '../sentiment/sentiment-engine.ts'
import { setsApart } from '../sentiment/towards-brand.ts'
import { tokensForTerms } from '../text/key-terms.ts'
import { sketchOf } from '../text/sketch.ts'

/** What a text says by itself, to whichever brand it came. */
export interface PlainReading extends TextReading {
  /** A word sets one brand against another: whose mention it is may change how it is judged. */
  apart: boolean
}

/** Reads a text as the service does where no brand is compared with another. */
export function readPlain(
  text: string,
  languageHint: string | undefined,
  engine: Pick<SentimentEngine, 'score'>,
): PlainReading {
  const sentiment = engine.score(text, languageHint)
  return {
    sentiment,
    terms: tokensForTerms(text, sentiment.language),
    sketch: sketchOf(text),
    apart: setsApart(text),
  }
}
