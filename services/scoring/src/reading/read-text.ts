import type { ReadText, TextReading } from '../ports.ts'
import type { ModelShelf } from '../sentiment/model-shelf.ts'
import type { SentimentEngine, SentimentResult } from '../sentiment/sentiment-engine.ts'
import { mayCompare, setsApart } from '../sentiment/towards-brand.ts'
import { tokensForTerms } from '../text/key-terms.ts'
import { sketchOf } from '../text/sketch.ts'

/** What a text says by itself, to whichever brand it came. */
export interface PlainReading extends TextReading {
  /** A word sets one brand against another: whose mention it is may change how it is judged. */
  apart: boolean
}

/** Makes what reads a mention's text wherever mentions are counted, live or replayed, by the engines of a shelf. */
export function createReadText(models: Pick<ModelShelf, 'score'>): ReadText {
  return function readText(text, { languageHint, brand, engine, verdict, plain }) {
    if (plain && !verdict && !(brand && mayCompare(text, brand, plain.apart))) return plain
    return readingOf(text, verdict ?? models.score(text, { languageHint, brand, engine }))
  }
}

/** Reads a text as that does where no brand is compared with another. */
export function readPlain(
  text: string,
  languageHint: string | undefined,
  engine: Pick<SentimentEngine, 'score'>,
): PlainReading {
  return { ...readingOf(text, engine.score(text, languageHint)), apart: setsApart(text) }
}

function readingOf(text: string, sentiment: SentimentResult): TextReading {
  return { sentiment, terms: tokensForTerms(text, sentiment.language), sketch: sketchOf(text) }
}
