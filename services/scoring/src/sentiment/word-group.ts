/** Words of one valence, written as a person would, lower case, separated by spaces or line ends. */
export interface WordGroup {
  /** Whole number from -5 (worst) to 5 (best), the scale AFINN uses; 0 for verbs that judge only when negated. */
  readonly valence: number
  readonly words: string
}

/** Phrases of one valence, separated by commas or line ends. */
export interface PhraseGroup {
  readonly valence: number
  readonly phrases: string
}
