const vowels = 'aeıioöuü'

/** The vowels a Turkish ending takes after a stem, folded to ASCII: `low` is a or e, `high` is i or u. */
export interface Harmony {
  readonly low: 'a' | 'e'
  readonly high: 'i' | 'u'
}

/** Vowel harmony of a stem by its last vowel (front or back, round or not); back and unround if it has none. */
export function harmonyOf(stem: string): Harmony {
  for (let i = stem.length - 1; i >= 0; i--) {
    const char = stem[i] ?? ''
    if (!vowels.includes(char)) continue
    return { low: 'eiöü'.includes(char) ? 'e' : 'a', high: 'oöuü'.includes(char) ? 'u' : 'i' }
  }
  return { low: 'a', high: 'i' }
}

/** True when the stem ends in a vowel, so that endings lose theirs or take a buffer letter. */
export function endsInVowel(stem: string): boolean {
  return vowels.includes(stem.at(-1) ?? '')
}

/** `d` or, after a voiceless consonant, `t`: the first letter of the past and locative endings. */
export function dental(stem: string): 'd' | 't' {
  return 'fstkçşhp'.includes(stem.at(-1) ?? '') ? 't' : 'd'
}

const softened: Record<string, string> = { k: 'g', t: 'd', p: 'b', ç: 'c' }

/**
 * Inflected forms of a noun or adjective, folded except for the stem itself: plural, possessives, cases, copula.
 * Harmless forms that grammar would refuse are among them (softening is tried for every final k, t, p, ç).
 */
export function nominalForms(word: string): string[] {
  const { low: a, high: i } = harmonyOf(word)
  const vowel = endsInVowel(word)
  const d = dental(word)
  const y = vowel ? 'y' : ''
  const own = vowel ? 's' : ''
  const theirs = `l${a}r`
  const forms = [
    `${word}${d}${a}`,
    `${word}${d}${a}n`,
    `${word}${d}${a}ki`,
    `${word}l${i}k`,
    `${word}l${i}g${i}`,
    `${word}${d}${i}r`,
    `${word}${y}${d}${i}`,
    `${word}${y}${d}${i}k`,
    `${word}${y}${d}${i}l${a}r`,
    `${word}${y}m${i}s`,
    `${word}${y}s${a}`,
    `${word}${y}l${a}`,
    `${word}s${i}n`,
    `${word}s${i}n${i}z`,
    `${word}c${a}`,
    `${word}${y}k${a === 'a' ? 'e' : 'e'}n`,
  ]
  for (const end of [
    '',
    'i',
    'a',
    'da',
    'dan',
    'in',
    'im',
    'imiz',
    'imizi',
    'iniz',
    'inizi',
    'la',
    'i_n',
    'ini',
    'ina',
    'inda',
    'indan',
    'inin',
    'dir',
    'di',
    'siniz',
    'mis',
  ]) {
    const harmonised = end
      .replace('_', '')
      .replaceAll('a', a)
      .replaceAll('i', a === 'a' ? 'i' : 'i')
    forms.push(`${word}${theirs}${harmonised}`)
  }
  const stems = [word]
  const soft = softened[word.at(-1) ?? '']
  if (soft !== undefined) stems.push(word.slice(0, -1) + soft)
  for (const stem of stems) {
    forms.push(
      `${stem}${y}${i}`,
      `${stem}${y}${a}`,
      `${stem}${vowel ? 'n' : ''}${i}n`,
      `${stem}${own}${i}`,
      `${stem}${own}${i}n${i}`,
      `${stem}${own}${i}n${a}`,
      `${stem}${own}${i}nd${a}`,
      `${stem}${own}${i}nd${a}n`,
      `${stem}${own}${i}n${i}n`,
      `${stem}${own}${i}yl${a}`,
      `${stem}${own}${i}yd${i}`,
    )
    const link = vowel ? '' : i
    for (const person of ['m', 'n', `m${i}z`, `n${i}z`]) {
      forms.push(`${stem}${link}${person}`)
      for (const end of [i, a, `d${a}`, `d${a}n`, `l${a}`, `${i}n`])
        forms.push(`${stem}${link}${person}${end}`)
    }
    forms.push(`${stem}${y}${i}m`, `${stem}${y}${i}z`)
  }
  return forms
}

/** Forms with the ending -siz (without), which turn a noun's sense round: `saygı` and `saygısız`. */
export function privativeForms(word: string): string[] {
  const { low: a, high: i } = harmonyOf(word)
  const base = `${word}s${i}z`
  return [
    base,
    `${base}l${i}k`,
    `${base}l${i}g${i}`,
    `${base}c${a}`,
    `${base}l${a}r`,
    `${base}d${i}r`,
    `${base}${i}`,
  ]
}
