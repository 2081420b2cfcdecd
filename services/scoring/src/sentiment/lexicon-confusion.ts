import type { ServedLanguage } from './languages.ts'
import { type ConfusionMatrix, confusionFrom } from './sentiment-engine.ts'

export const lexiconConfusion: Readonly<Record<ServedLanguage, ConfusionMatrix>> = {
  en: confusionFrom([
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ]),
  tr: confusionFrom([
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ]),
}
