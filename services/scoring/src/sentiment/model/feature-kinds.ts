/** Takes a kind of feature and a 32-bit hash of its content. */
export type AddFeature = (kind: number, hash: number) => void

/** Kinds of features: the same content under another kind is another feature. */
export const FeatureKind = {
  word: 0x1b873593,
  pair: 0x38b34ae5,
  letters: 0x4cf5ad43,
  /** Letters of a word that a negation before it reaches. */
  negatedLetters: 0x5be0cd19,
  symbol: 0x52dce729,
  negated: 0x6c8e9cf5,
  contrast: 0x7feb352d,
  lexicon: 0x2545f491,
  shape: 0x165667b1,
} as const
