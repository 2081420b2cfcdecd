/*
 * Endings a Turkish proper name takes, on folded letters (ı→i, ü→u, ç→c …), so a and e, i and u stand for all
 * vowels of their row. Harmony with the name is not asked for: abbreviations and foreign names follow their sound.
 */
const CASE = '[yn]?[aeiu]|n?[iu]n|n?[dt][ae]n?|y?l[ae]|n?c[ae]'
const CASE_AFTER_POSSESSIVE = 'n[aeiu]|n[iu]n|nd[ae]n?|yl[ae]|nc[ae]'
const COPULA = 'm[iu]|[dt][iu]r|yd[iu]|ym[iu]s|ys[ae]'
const DERIVED = 'c[iu]|l[iu]k?|s[iu]z'

const SUFFIX = new RegExp(
  `^(?:${DERIVED})?(?:l[ae]r)?` +
    `(?:s?[iu](?:${CASE_AFTER_POSSESSIVE})?|[iu]m(?:[iu]z)?(?:${CASE})?|${CASE})?` +
    `(?:ki(?:l[ae]r)?(?:${CASE_AFTER_POSSESSIVE})?)?(?:${COPULA})?$`,
)
/** Letters beyond which nothing is taken for an ending, so that a word of a megabyte costs no more than a short one. */
export const LONGEST_SUFFIX = 20

/** Whether folded letters are a chain of endings a Turkish proper name can take, such as `nin`, `den`, `lerde`, `daki`. */
export function isTurkishSuffix(folded: string): boolean {
  return folded.length > 0 && folded.length <= LONGEST_SUFFIX && SUFFIX.test(folded)
}
