import type { BrandConfig } from '@nabiz/shared/contracts'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Language of the demonstration's pages: NABIZ_LANG, or else the terminal's own locale (POSIX order); Turkish or
 * English. Outside the demonstration each brand's config says it.
 */
export function pageLanguage(env: Environment): BrandConfig['language'] {
  const locale = env.NABIZ_LANG || env.LC_ALL || env.LC_MESSAGES || env.LANG || ''
  return /^tr([_.-]|$)/i.test(locale) ? 'tr' : 'en'
}
