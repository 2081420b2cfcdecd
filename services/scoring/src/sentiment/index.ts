import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createLexiconEngine } from './lexicon-engine.ts'
import { createModelEngine } from './model/model-engine.ts'
import { decodeModel, type SentimentModel } from './model/model-file.ts'
import type { SentimentEngine } from './sentiment-engine.ts'

const SHIPPED_MODEL = new URL('./model/shipped/sentiment.model', import.meta.url)
let shipped: SentimentModel | undefined

/**
 * Makes the engine that judges mentions wherever nothing else is asked for: live, in a replay, in a command. It is the
 * shipped model for Turkish and English, the lexicon for everything else. A model file that cannot be used is a
 * ModelFileError.
 */
export function createSentimentEngine(): SentimentEngine {
  return createBuiltInEngines()[0]
}

/** Every engine of this build, the one that judges where nothing else is asked for first. */
export function createBuiltInEngines(): [SentimentEngine, ...SentimentEngine[]] {
  shipped ??= decodeModel(readFileSync(SHIPPED_MODEL), fileURLToPath(SHIPPED_MODEL))
  const lexicon = createLexiconEngine()
  return [createModelEngine(shipped, lexicon), lexicon]
}

export { createLexiconEngine } from './lexicon-engine.ts'
export { createModelEngine } from './model/model-engine.ts'
export { decodeModel, ModelFileError, type SentimentModel } from './model/model-file.ts'
export type {
  ConfusionMatrix,
  SentimentEngine,
  SentimentResult,
} from './sentiment-engine.ts'
