import type { SentimentLabel } from '@nabiz/shared/contracts'
import { createLanguageIdentifier } from '../text/language.ts'
import { type Tokens, sharedTokenizer as tokenize } from '../text/tokenize.ts'
import type { ServedLanguage } from './languages.ts'
import { lexiconConfusion } from './lexicon-confusion.ts'
import { createLexiconScorer, type LexiconSum } from './lexicon-scorer.ts'
import type { SentimentEngine } from './sentiment-engine.ts'

/** Sums at or beyond which a text is called negative or positive, on AFINN's scale. */
export interface LabelThresholds {
  readonly negative: number
  readonly positive: number
}

/** Chosen on one half of the labelled texts and confirmed on the other; see the README for how to measure again. */
export const labelThresholds: Readonly<Record<ServedLanguage, LabelThresholds>> = {
  en: { negative: -0.25, positive: 1 },
  tr: { negative: -0.5, positive: 1 },
}
const otherThresholds: LabelThresholds = { negative: -1, positive: 1 }

/** Sum² at which the score is 1/√2; spreads usual sums (1 to 10) over the range. */
const SCORE_SOFTNESS = 15

export const LEXICON_ENGINE_ID = 'lexicon@3'

/**
 * Makes the lexicon engine: AFINN through the `sentiment` package for English, our own lexicon for Turkish, emoji
 * for every language. The result depends on text and hint alone.
 *
 * Score is s/√(s²+15) of the summed valences s; confidence is |score|·n/(n+1) with n words that carried a
 * valence, so it grows with both and is 0 where nothing was found.
 */
export function createLexiconEngine(): SentimentEngine {
  const identifyLanguage = createLanguageIdentifier()
  const scoreTokens = createLexiconScorer()

  /** Where the language is unknown, the lexicon that knows more of the words names it; with no lead it stays unknown. */
  function scoreUnknown(tokens: Tokens): { language: string; found: LexiconSum } {
    const english = scoreTokens(tokens, 'en')
    const turkish = scoreTokens(tokens, 'tr')
    if (turkish.evidence > english.evidence) return { language: 'tr', found: turkish }
    if (english.evidence > turkish.evidence) return { language: 'en', found: english }
    return { language: 'und', found: scoreTokens(tokens, undefined) }
  }

  return {
    id: LEXICON_ENGINE_ID,
    confusion: (language) => (isServed(language) ? lexiconConfusion[language] : undefined),
    score(text, languageHint) {
      const tokens = tokenize(text)
      let language = identifyLanguage(tokens, languageHint)
      let found: LexiconSum
      if (language === 'und') ({ language, found } = scoreUnknown(tokens))
      else found = scoreTokens(tokens, isServed(language) ? language : undefined)
      const { sum, evidence } = found
      const score = sum / Math.sqrt(sum * sum + SCORE_SOFTNESS)
      return {
        label: labelOf(sum, isServed(language) ? labelThresholds[language] : otherThresholds),
        score,
        confidence: (Math.abs(score) * evidence) / (evidence + 1),
        language,
        engine: LEXICON_ENGINE_ID,
      }
    },
  }
}

function isServed(language: string): language is ServedLanguage {
  return language === 'en' || language === 'tr'
}

function labelOf(sum: number, { negative, positive }: LabelThresholds): SentimentLabel {
  if (sum <= negative) return 'negative'
  return sum >= positive ? 'positive' : 'neutral'
}
