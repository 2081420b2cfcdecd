export { createScoring, type Scoring, type ScoringOptions } from './app.ts'
export { type ScoringConfig, scoringConfig } from './config.ts'
