import { dental, endsInVowel, harmonyOf } from './suffixes.ts'

/** The forms made from one verb stem. */
export interface VerbForms {
  readonly affirmative: readonly string[]
  /** The bare stem and -in, -iniz: short enough to meet other words. */
  readonly imperative: readonly string[]
  /** With -me/-ma (does not) and -eme/-ama (cannot). */
  readonly negative: readonly string[]
}

/**
 * Inflects a verb through tenses, persons and participles. The stem may be several words; `beforeVowel` is the
 * stem where an ending starts with a vowel (`git`, `gid`).
 */
export function verbForms(stem: string, beforeVowel: string): VerbForms {
  const { low } = harmonyOf(stem)
  const inability = `${beforeVowel}${endsInVowel(beforeVowel) ? 'y' : ''}${low}m${low}`
  return {
    affirmative: [...commonForms(stem, beforeVowel), ...affirmativeOnly(stem, beforeVowel)],
    imperative: imperativeForms(stem, beforeVowel),
    negative: [`${stem}m${low}`, inability].flatMap((negated) => [
      ...commonForms(negated, negated),
      ...imperativeForms(negated, negated).slice(1),
      ...negativeAorist(negated, low),
    ]),
  }
}

function commonForms(stem: string, beforeVowel: string): string[] {
  const { low: a, high: i } = harmonyOf(stem)
  const vowel = endsInVowel(beforeVowel)
  const y = vowel ? 'y' : ''
  const d = dental(stem)
  const short = vowel ? beforeVowel.slice(0, -1) : beforeVowel
  const present = `${short}${harmonyOf(short).high}yo`
  const future = `${beforeVowel}${y}${a}c${a}`
  const participle = `${stem}${d}${i}`
  const progressive = [
    'r',
    'rum',
    'rsun',
    'ruz',
    'rsunuz',
    'rlar',
    'rdu',
    'rdum',
    'rduk',
    'rdunuz',
    'rlardi',
    'rmus',
    'rmusuz',
    'rsa',
    'rken',
    '',
    'm',
    'sun',
    'z',
    'sunuz',
    'lar',
    'du',
  ]
  return [
    ...progressive.map((end) => present + end),
    ...['', 'm', 'n', 'k', `n${i}z`, `l${a}r`, `ys${a}`].map((end) => participle + end),
    ...['', `${i}m`, `s${i}n`, `${i}z`, `s${i}n${i}z`, `l${a}r`, `t${i}`, `t${i}m`, `t${i}r`, `s${a}`].map(
      (end) => `${stem}m${i}s${end}`,
    ),
    ...[
      'k',
      `g${i}m`,
      `g${i}z`,
      `ks${i}n`,
      `ks${i}n${i}z`,
      `kl${a}r`,
      `kt${i}`,
      `km${i}s`,
      `g${i}`,
      'm',
      'z',
      `kt${i}r`,
    ].map((end) => future + end),
    ...['', `l${a}r`, `${i}`, `${a}`, `${i}n`, `l${a}r${i}`, `l${a}r${a}`].map(
      (end) => `${beforeVowel}${y}${a}n${end}`,
    ),
    ...[
      'k',
      `g${i}`,
      `g${i}m`,
      `g${i}m${i}z`,
      `g${i}n`,
      `g${i}n${i}`,
      `g${i}n${a}`,
      `g${i}n${i}z`,
      `g${i}nd${a}`,
      `kl${a}r${i}`,
      `g${i}m${i}`,
      `g${i}nd${a}n`,
    ].map((end) => participle + end),
    ...['', 'm', 'n', 'k', `n${i}z`, `l${a}r`, `yd${i}`].map((end) => `${stem}s${a}${end}`),
    ...['', `l${a}r`].map((end) => `${stem}s${i}n${end}`),
    ...['', `y${i}z`, `y${i}m`, `s${i}n${i}z`, `l${a}r`, `yd${i}`].map((end) => `${stem}m${a}l${i}${end}`),
    ...['', `t${a}n`, `t${a}`, `t${a}y${i}m`].map((end) => `${stem}m${a}k${end}`),
    `${beforeVowel}${y}${i}p`,
    `${stem}m${a}s${i}`,
    `${stem}m${a}s${i}n${i}`,
    `${stem}m${a}s${i}n${a}`,
    `${stem}m${a}n${i}z`,
    `${stem}m${a}m`,
    `${stem}m${a}m${i}z`,
    `${stem}m${a}y${a}`,
    `${stem}m${a}y${i}`,
    `${stem}m${a}l${a}r${i}`,
  ]
}

function affirmativeOnly(stem: string, beforeVowel: string): string[] {
  const { low: a, high: i } = harmonyOf(stem)
  const aorists = endsInVowel(beforeVowel)
    ? [`${beforeVowel}r`]
    : [`${beforeVowel}${i}r`, `${beforeVowel}${a}r`]
  const y = endsInVowel(beforeVowel) ? 'y' : ''
  return [
    ...aorists.flatMap((aorist) =>
      [
        '',
        `${i}m`,
        `s${i}n`,
        `${i}z`,
        `s${i}n${i}z`,
        `l${a}r`,
        `d${i}`,
        `k${a === 'a' ? 'e' : 'e'}n`,
        `s${a}`,
        `s${a}n${i}z`,
      ].map((end) => aorist + end),
    ),
    `${beforeVowel}${y}${a}r${a}k`,
    `${beforeVowel}${y}${a}l${i}m`,
    `${beforeVowel}${y}${a}y${i}m`,
    `${beforeVowel}${y}${a}bilir`,
    `${beforeVowel}${y}${a}biliyor`,
    `${beforeVowel}${y}${a}bildim`,
    `${beforeVowel}${y}${a}bildik`,
  ]
}

/** The negative aorist is irregular: -mez, but -mem and -meyiz; the bare stem is the negative imperative. */
function negativeAorist(negated: string, a: string): string[] {
  return [
    `z`,
    `zs${'i'}n`,
    `zl${a}r`,
    `zd${'i'}`,
    'm',
    `y${'i'}z`,
    `zs${'i'}n${'i'}z`,
    `zs${a}`,
    `zk${'e'}n`,
    `d${a}n`,
  ].map((end) => negated + end)
}

function imperativeForms(stem: string, beforeVowel: string): string[] {
  const { low: a, high: i } = harmonyOf(stem)
  const y = endsInVowel(beforeVowel) ? 'y' : ''
  return [stem, `${beforeVowel}${y}${i}n`, `${beforeVowel}${y}${i}n${i}z`, `${beforeVowel}${y}${i}nc${a}`]
}
