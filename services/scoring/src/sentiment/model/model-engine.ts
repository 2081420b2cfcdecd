import { createLanguageIdentifier } from '../../text/language.ts'
import { TokenKind, type Tokens, sharedTokenizer as tokenize } from '../../text/tokenize.ts'
import { createLexiconScorer } from '../lexicon-scorer.ts'
import type { SentimentEngine, SentimentResult } from '../sentiment-engine.ts'
import { createFeatureReader } from './features.ts'
import { createJudge } from './linear-model.ts'
import type { SentimentModel } from './model-file.ts'

/**
 * Makes an engine of a trained model and a fallback. The model judges texts in its languages that hold at least one
 * word; all others, and those whose language the identifier cannot name, are first shown to the fallback: if it
 * names one of the model's languages, the model judges after all, else the fallback's word stands.
 *
 * Score is P(positive) - P(negative) and confidence the probability of the label given, both calibrated.
 */
export function createModelEngine(model: SentimentModel, fallback: SentimentEngine): SentimentEngine {
  const identifyLanguage = createLanguageIdentifier()
  const scoreTokens = createLexiconScorer()
  const readFeatures = createFeatureReader(model.bits)
  const engine = `model@${model.id}`
  const parts = new Map(
    model.languages.map((part) => [
      part.language as string,
      { language: part.language, judge: createJudge(part), confusion: part.confusion },
    ]),
  )

  return {
    id: `${engine}+${fallback.id}`,
    confusion: (language) => parts.get(language)?.confusion ?? fallback.confusion(language),
    score(text, languageHint) {
      const tokens = tokenize(text)
      if (!hasWord(tokens)) return fallback.score(text, languageHint)
      let language = identifyLanguage(tokens, languageHint)
      let other: SentimentResult | undefined
      if (!parts.has(language)) {
        other = fallback.score(text, languageHint)
        language = other.language
      }
      const part = parts.get(language)
      if (part === undefined) return other ?? fallback.score(text, languageHint)
      const lexicon = scoreTokens(tokens, part.language)
      const judged = part.judge(readFeatures(tokens, part.language, lexicon))
      return {
        label: judged.label,
        score: judged.positive - judged.negative,
        confidence: judged[judged.label],
        language,
        engine,
      }
    },
  }
}

function hasWord(tokens: Tokens): boolean {
  for (let i = 0; i < tokens.count; i++) if (tokens.kinds[i] === TokenKind.word) return true
  return false
}
