import type { ServedLanguage } from '../../services/scoring/src/sentiment/languages.ts'

/** Features fall into 2^18 buckets: with 2^20 the macro F1 was the same within .001. */
export const BITS = 18
export const FOLDS = 5
export const BATCH = 16
export const LEARNING_RATE = 0.1
/** Adagrad's sums of squares begin here, so that the first step of a rare feature is no leap. */
export const FIRST_SQUARE = 0.1
/** Share of the log-count ratios (Wang and Manning 2012, Baselines and bigrams) the weights begin with. */
export const RATIO_SHARE = 0.3
/** Added to every count before the ratio is taken. */
export const RATIO_SMOOTHING = 0.1

/** How much a sentence made from the lexicon counts beside a text of the training files. */
export const SENTENCE_SAY = 0.03

export interface LanguageSettings {
  epochs: number
  /** What the labels' offsets are chosen for: the mean recall or the mean F1 of the three labels. */
  objective: 'recall' | 'f1'
  /** How much an extra text counts beside one of the training files. */
  extraSay: number
}

export const languageSettings: Readonly<Record<ServedLanguage, LanguageSettings>> = {
  en: { epochs: 2, objective: 'recall', extraSay: 0.1 },
  tr: { epochs: 3, objective: 'f1', extraSay: 0.06 },
}
