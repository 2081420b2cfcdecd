/** Turkish case endings a template may ask for, named by their form after `ev`. */
export const turkishCases = ['in', 'e', 'i', 'de', 'den', 'le'] as const
export type TurkishCase = (typeof turkishCases)[number]

const vowels = 'aeıioöuü'
const unvoiced = 'fstkçşhp'

/** A proper name with its ending behind an apostrophe, by vowel harmony over the name's letters: `Lokmajet'ten`. */
export function withTurkishEnding(name: string, turkishCase: TurkishCase): string {
  const lower = name.toLocaleLowerCase('tr')
  const letters = [...lower].filter((letter) => /\p{L}/u.test(letter))
  const last = letters.at(-1) ?? 'a'
  const vowel = letters.findLast((letter) => vowels.includes(letter)) ?? 'a'
  const isOpen = vowels.includes(last)
  const wide = 'aıou'.includes(vowel) ? 'a' : 'e'
  const narrow = narrowOf(vowel)
  const stop = unvoiced.includes(last) ? 't' : 'd'
  const endings: Record<TurkishCase, string> = {
    in: `${isOpen ? 'n' : ''}${narrow}n`,
    e: `${isOpen ? 'y' : ''}${wide}`,
    i: `${isOpen ? 'y' : ''}${narrow}`,
    de: `${stop}${wide}`,
    den: `${stop}${wide}n`,
    le: `${isOpen ? 'y' : ''}l${wide}`,
  }
  return `${name}'${endings[turkishCase]}`
}

function narrowOf(vowel: string): string {
  if ('aı'.includes(vowel)) return 'ı'
  if ('ou'.includes(vowel)) return 'u'
  return 'öü'.includes(vowel) ? 'ü' : 'i'
}
