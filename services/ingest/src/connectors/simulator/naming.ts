import type { SimulatedBrand } from './simulated-brand.ts'
import { storyTags } from './stories.ts'
import type { Language, Naming } from './templates.ts'

/** Who writes in the other language. */
export function otherLanguage(language: Language): Language {
  return language === 'tr' ? 'en' : 'tr'
}

/** How people of a language call a brand; Turkish endings go on the shortest name of a foreign brand. */
export function namingOf(brand: SimulatedBrand, language: Language): Naming {
  const names = [...brand.names, ...brand.aliases]
  if (names.length === 0) names.push(brand.name)
  if (language !== brand.language) names.sort((a, b) => a.length - b.length)
  return {
    names: nonEmpty(names),
    handles: nonEmpty(brand.handles.map((handle) => withSign('@', handle))),
    hashtags: nonEmpty(brand.hashtags.map((tag) => withSign('#', tag))),
    tag: storyTags[brand.story][language],
  }
}

function nonEmpty(values: readonly string[]): [string, ...string[]] {
  const [first, ...rest] = values
  if (first === undefined) throw new Error('a simulated brand needs a name, a handle and a hashtag')
  return [first, ...rest]
}

function withSign(sign: string, text: string): string {
  return text.startsWith(sign) ? text : sign + text
}

/** What a brand's own account says. */
export const ownStatements: Record<
  Language,
  { ordinary: readonly [string, ...string[]]; crisis: readonly [string, ...string[]] }
> = {
  tr: {
    ordinary: [
      'Merhaba, size yardımcı olabilmemiz için {@} hesabımıza özel mesaj gönderebilirsiniz.',
      'Hafta sonu kampanyamız başladı, ayrıntılar {b} uygulamasında {#}',
    ],
    crisis: [
      '{b} olarak yaşanan aksaklık için özür dileriz. Ekiplerimiz çalışıyor, gelişmeleri {@} hesabından paylaşacağız.',
    ],
  },
  en: {
    ordinary: [
      'Hi there, please send a private message to {@} so that we can help you.',
      'Our weekend offer is on, details in the {b} app {#}',
    ],
    crisis: [
      'All of us at {b} are sorry for what happened. Our teams are working on it, updates will follow on {@}.',
    ],
  },
}
