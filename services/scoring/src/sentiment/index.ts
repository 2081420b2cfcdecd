import { createLexiconEngine } from './lexicon-engine.ts'
import type { SentimentEngine } from './sentiment-engine.ts'

/** Makes the engine that judges mentions wherever nothing else is asked for: live, in a replay, in a command. */
export function createSentimentEngine(): SentimentEngine {
  return createLexiconEngine()
}

/** Every engine of this build, the one that judges where nothing else is asked for first. */
export function createBuiltInEngines(): [SentimentEngine, ...SentimentEngine[]] {
  const first = createSentimentEngine()
  const lexicon = createLexiconEngine()
  return first.id === lexicon.id ? [first] : [first, lexicon]
}

export { createLexiconEngine } from './lexicon-engine.ts'
export type {
  ConfusionMatrix,
  SentimentEngine,
  SentimentLabel,
  SentimentResult,
} from './sentiment-engine.ts'
