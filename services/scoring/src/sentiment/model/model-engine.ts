import { createLanguageIdentifier } from '../../text/language.ts'
import { TokenKind, type Tokens, sharedTokenizer as tokenize } from '../../text/tokenize.ts'
import { createLexiconScorer } from '../lexicon-scorer.ts'
import type { SentimentEngine } from '../sentiment-engine.ts'
import { createFeatureReader } from './features.ts'
import { createJudge } from './linear-model.ts'
import type { SentimentModel } from './model-file.ts'

/** In texts of so few words a list of words is as often right as the model, and never wrong about "good" alone. */
const FEW_WORDS = 2

/**
 * Makes an engine of a trained model and a fallback. The fallback judges texts without a word (emoji, a link) and
 * those of one or two words in which it finds something good or bad. The model judges the rest in its languages; where
 * the identifier cannot name the language, the fallback names it, and its word stands if it is none of the model's.
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
      const words = countWords(tokens)
      let language = identifyLanguage(tokens, languageHint)
      let part = parts.get(language)
      if (part === undefined || words <= FEW_WORDS) {
        const other = fallback.score(text, languageHint)
        if (words === 0 || (words <= FEW_WORDS && other.label !== 'neutral')) return other
        language = other.language
        part = parts.get(language)
        if (part === undefined) return other
      }
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

function countWords(tokens: Tokens): number {
  let words = 0
  for (let i = 0; i < tokens.count; i++) if (tokens.kinds[i] === TokenKind.word) words++
  return words
}
