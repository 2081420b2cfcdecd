import { TokenKind, type Tokens, sharedTokenizer as tokenize } from './tokenize.ts'

/** Numbers in a sketch. */
export const SKETCH_SIZE = 8
/** A text of fewer words says what many say by themselves. */
const FEWEST_WORDS = 4
/** Words that are hashed together: their order counts, and a word more or less changes three of them. */
const SHINGLE = 3
/** Words that are read; copies of a longer text agree in its beginning. */
const MOST_WORDS = 64

const factors = Int32Array.from({ length: SKETCH_SIZE }, (_, at) => Math.imul(0x9e3779b1, 2 * at + 1) | 1)

/**
 * A sketch by which copies of one text are told though a link, an account, capitals, emoji or some words of them differ:
 * the share of equal numbers in two sketches estimates the share of three-word runs that both texts have (Broder 1997, On
 * the resemblance and containment of documents). Undefined for texts under four words.
 */
export function sketchOf(text: string): readonly number[] | undefined {
  const tokens = tokenize(text)
  const words = wordsOf(tokens)
  if (words.length < FEWEST_WORDS) return undefined
  const sketch = new Array<number>(SKETCH_SIZE).fill(0x7fffffff)
  for (let at = 0; at + SHINGLE <= words.length; at++) {
    let hash = 0
    for (let i = at; i < at + SHINGLE; i++)
      hash = Math.imul(hash ^ (words[i] ?? 0), 0x85ebca6b) ^ (hash >>> 13)
    for (let i = 0; i < SKETCH_SIZE; i++) {
      const mixed = Math.imul(hash ^ (hash >>> 16), factors[i] ?? 1)
      const value = (mixed ^ (mixed >>> 15)) & 0x7fffffff
      if (value < (sketch[i] ?? 0)) sketch[i] = value
    }
  }
  return sketch
}

/** Hashes of the words, a repost's mark at the beginning passed over. */
function wordsOf({ count, kinds, hashes, foldedStarts, foldedEnds, codes }: Tokens): number[] {
  const words: number[] = []
  for (let i = 0; i < count && words.length < MOST_WORDS; i++) {
    if (kinds[i] !== TokenKind.word) continue
    const start = foldedStarts[i] as number
    const isRepost =
      words.length === 0 &&
      (foldedEnds[i] as number) - start === 2 &&
      codes[start] === 0x72 &&
      codes[start + 1] === 0x74
    if (!isRepost) words.push(hashes[i] as number)
  }
  return words
}
