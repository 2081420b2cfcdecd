import { type ConfusionMatrix, confusionFrom } from '../sentiment-engine.ts'
import type { HttpEngineConfig } from './config.ts'

/** The matrices that a config gives, by language. */
export function measuredConfusion(
  counts: HttpEngineConfig['confusion'],
): (language: string) => ConfusionMatrix | undefined {
  const matrices = new Map(
    Object.entries(counts).map(([language, rows]) => [language, confusionFrom(rows)] as const),
  )
  return (language) => matrices.get(language)
}
