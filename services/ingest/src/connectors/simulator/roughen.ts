import type { Random } from './random.ts'
import type { Language, Piece } from './templates.ts'

/** Words a typo or an elongation may touch: five letters or more, no tag, no handle. */
const word = /(?<![\p{L}\p{N}#@'])\p{L}{5,}(?![\p{L}'])/gu
const bareLetters: Record<string, string> = {
  ş: 's',
  Ş: 'S',
  ğ: 'g',
  Ğ: 'G',
  ı: 'i',
  İ: 'I',
  ç: 'c',
  Ç: 'C',
  ö: 'o',
  Ö: 'O',
  ü: 'u',
  Ü: 'U',
  â: 'a',
}

/**
 * Makes a text look typed by hand: small letters, letters without their marks, a typo, a stretched word, shouting,
 * more exclamation marks. Fixed pieces stay readable, so that the brand is still named.
 */
export function roughen(
  pieces: readonly Piece[],
  language: Language,
  isAngry: boolean,
  random: Random,
): string {
  let current = [...pieces]
  const change = (edit: (text: string) => string) => {
    current = current.map((piece) => (piece.fixed ? piece : { ...piece, text: edit(piece.text) }))
  }
  if (random.chance(0.3)) change((text) => text.toLocaleLowerCase(language))
  if (random.chance(0.12)) change(misspellOne(random))
  if (random.chance(isAngry ? 0.16 : 0.07)) change(stretchOne(random))
  if (language === 'tr' && random.chance(0.15)) {
    current = current.map((piece) => ({ ...piece, text: withoutMarks(piece.text) }))
  }
  if (isAngry && random.chance(0.08)) {
    current = current.map(({ text, fixed }) => ({ fixed, text: shout(text, language) }))
  }
  const text = current.map((piece) => piece.text).join('')
  return isAngry && random.chance(0.15) ? `${text}${'!'.repeat(1 + random.below(4))}` : text
}

function shout(text: string, language: Language): string {
  return /^[@#]/.test(text) ? text : text.toLocaleUpperCase(language)
}

function withoutMarks(text: string): string {
  return text.replace(/[şŞğĞıİçÇöÖüÜâ]/g, (letter) => bareLetters[letter] ?? letter)
}

/** Two neighbouring letters changed round, one dropped, or one doubled, in one word. */
function misspellOne(random: Random): (text: string) => string {
  return editOneWord(random, (chosen) => {
    const at = 1 + random.below(chosen.length - 2)
    const [before, here, next, after] = [
      chosen.slice(0, at),
      chosen.charAt(at),
      chosen.charAt(at + 1),
      chosen.slice(at + 2),
    ]
    const kind = random.below(3)
    if (kind === 0) return before + next + here + after
    if (kind === 1) return before + next + after
    return before + here + here + next + after
  })
}

/** The last vowel of one word, three to six times. */
function stretchOne(random: Random): (text: string) => string {
  return editOneWord(random, (chosen) =>
    chosen.replace(/([aeıioöuü])(?=[^aeıioöuü]*$)/i, (vowel) => vowel.repeat(3 + random.below(4))),
  )
}

/** Edits one word of the first text that has one; later texts pass unchanged. */
function editOneWord(random: Random, edit: (word: string) => string): (text: string) => string {
  let isDone = false
  return (text) => {
    const words = [...text.matchAll(word)]
    const chosen = words[random.below(words.length)]
    if (isDone || chosen === undefined) return text
    isDone = true
    return text.slice(0, chosen.index) + edit(chosen[0]) + text.slice(chosen.index + chosen[0].length)
  }
}
