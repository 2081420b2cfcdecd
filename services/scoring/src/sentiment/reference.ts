import Sentiment from 'sentiment'
import { lexiconTerms, type ServedLanguage, servedLanguages } from './languages.ts'

/** The sum the `sentiment` package itself finds; the text must be folded, its negation and emphasis are the package's own. */
export type ReferenceAnalyzer = (foldedText: string, language: ServedLanguage) => number

/**
 * Registers our languages with the package under names of their own (`nabiz-tr`, `nabiz-en`: the registry is one for
 * the process) and returns its `analyze`. Slower and without our rules: the yardstick our scorer is held to.
 */
export function createReferenceAnalyzer(): ReferenceAnalyzer {
  const sentiment = new Sentiment()
  for (const language of servedLanguages) {
    sentiment.registerLanguage(`nabiz-${language}`, { labels: Object.fromEntries(lexiconTerms(language)) })
  }
  return (foldedText, language) => sentiment.analyze(foldedText, { language: `nabiz-${language}` }).score
}
