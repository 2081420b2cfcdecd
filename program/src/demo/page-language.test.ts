import { expect, it } from 'vitest'
import { pageLanguage } from './page-language.ts'

it.each([
  [{}, 'en'],
  [{ LANG: 'C.UTF-8' }, 'en'],
  [{ LANG: 'tr_TR.UTF-8' }, 'tr'],
  [{ LANG: 'tr_TR.UTF-8', LC_ALL: 'en_GB.UTF-8' }, 'en'],
  [{ LANG: 'en_US.UTF-8', NABIZ_LANG: 'tr' }, 'tr'],
  [{ LANG: 'tr_TR.UTF-8', NABIZ_LANG: 'en' }, 'en'],
  [{ LANG: 'trv_TW.UTF-8' }, 'en'],
])('of %j pages are written in %s', (env, language) => expect(pageLanguage(env)).toBe(language))
