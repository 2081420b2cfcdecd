import { fold } from '../text/normalise.ts'

/** What a word does to the valence of its neighbours. */
export const Modifier = {
  /** English `not`: turns the valence of the words after it. */
  negatesNext: 1,
  /** Turkish `değil`: turns the valence of the word before it. */
  negatesPrevious: 2,
  /** `very`: the next valence counts more. */
  boosts: 4,
  /** `slightly`: the next valence counts less. */
  dampens: 8,
  /** `but`: what stands before counts less. */
  contrasts: 16,
  /** Turkish `mi` after `değil` asks for consent and negates nothing. */
  asks: 32,
} as const

const english: readonly (readonly [number, string])[] = [
  [
    Modifier.negatesNext,
    `not no never none nor neither without cannot cant dont doesnt didnt isnt arent wasnt werent wont wouldnt couldnt
     shouldnt hasnt havent hadnt aint hardly barely lack lacks lacking nothing`,
  ],
  [
    Modifier.boosts,
    `very so really extremely absolutely totally completely such too super incredibly truly most fucking freaking damn`,
  ],
  [Modifier.dampens, `slightly somewhat little bit kinda sorta almost fairly`],
  [Modifier.contrasts, `but however although though`],
]

const turkish: readonly (readonly [number, string])[] = [
  [
    Modifier.negatesPrevious,
    `değil değildi değilim değiliz değilsiniz değilsin değiller değildir değilmiş değilse deil diil yok yoktu yokmuş yoktur`,
  ],
  [
    Modifier.boosts,
    `çok en aşırı gayet baya bayağı acayip inanılmaz fazla tamamen gerçekten hiç öyle böyle ne tam resmen`,
  ],
  [Modifier.dampens, `biraz az kısmen birazcık azıcık pek neredeyse sanki güya sözde`],
  [Modifier.contrasts, `ama fakat lakin ancak amma`],
  [Modifier.asks, `mi mı mu mü`],
]

/** Folded modifiers of a language served by the lexicon. */
export function modifiersOf(language: 'en' | 'tr'): Map<string, number> {
  const found = new Map<string, number>()
  for (const [modifier, words] of language === 'en' ? english : turkish) {
    for (const word of words.trim().split(/\s+/))
      found.set(fold(word), (found.get(fold(word)) ?? 0) | modifier)
  }
  return found
}
