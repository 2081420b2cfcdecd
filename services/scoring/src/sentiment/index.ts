import { createLexiconEngine } from './lexicon-engine.ts'
import type { SentimentEngine } from './sentiment-engine.ts'

/** Makes the engine that judges mentions wherever nothing else is asked for: live, in a replay, in a command. */
export function createSentimentEngine(): SentimentEngine {
  return createLexiconEngine()
}

export { createLexiconEngine } from './lexicon-engine.ts'
export type {
  ConfusionMatrix,
  SentimentEngine,
  SentimentLabel,
  SentimentResult,
} from './sentiment-engine.ts'
