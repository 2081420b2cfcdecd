export { createScoring, type Scoring, type ScoringOptions } from './app.ts'
export { type ScoringConfig, scoringConfig } from './config.ts'
export {
  createEngine,
  type Emission,
  type EngineInput,
  namesIn,
  type PartitionState,
} from './engine/index.ts'
export { verdictsOf } from './judgements/carried-judgements.ts'
export { createReadText } from './reading/read-text.ts'
export { createTextThreads, type TextThreads } from './reading/text-threads.ts'
export { type RebuiltPartition, rebuildPartition } from './rebuild-partition.ts'
export type { BrandNames } from './sentiment/brand-names.ts'
export { type SentimentConfig, sentimentConfig } from './sentiment/custom/config.ts'
export {
  type CustomEngine,
  createCustomEngines,
  createSecondOpinionEngine,
} from './sentiment/custom/create-custom-engines.ts'
export {
  createBuiltInEngines,
  createLexiconEngine,
  createSentimentEngine,
  type SentimentEngine,
} from './sentiment/index.ts'
export { createModelShelf, type ModelShelf } from './sentiment/model-shelf.ts'
export { createTowardsBrand, type JudgeTowards } from './sentiment/towards-brand.ts'
export { readSkips } from './steps/read-skips.ts'
export { tokensForTerms } from './text/key-terms.ts'
