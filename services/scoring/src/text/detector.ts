import { eld } from 'eld/small'

/** What the statistics of letters say of a text. */
export interface Detected {
  /** BCP 47 primary subtag, or `und`. */
  language: string
  /** False where another language is nearly as likely. */
  isReliable: boolean
  /** Turkish or English where the finding is not reliable and that one is nearly as likely; else undefined. */
  nearlyAsLikely: 'tr' | 'en' | undefined
}

/** No more than this many UTF-16 units are read; the answer does not change after that. */
const readUnits = 120
const rememberedTexts = 2_048
/** Turkish or English counts as nearly as likely from this share of the best score on. */
const NEARLY = 0.85

/** Languages that may be named: those with many writers on social platforms. `ms`: Indonesian is told as Malay. */
const candidates =
  'ar az bg bn ca cs da de el en es et fa fi fr he hi hr hu it ja ko ku lt lv ms nl no pl pt ro ru sk sq sr sv ta th tl tr uk ur vi zh'
const renamed: Readonly<Record<string, string>> = { ms: 'id' }

/**
 * Makes a detector of any language, slower than what `language.ts` looks at first. The last 2,048 answers are kept. The answer depends on
 * the text alone.
 */
export function createDetector(): (text: string) => Detected {
  const detector = eld.newInstance()
  detector.setLanguageSubset(candidates.split(' '))
  const known = new Map<string, Detected>()
  return function detect(text) {
    const sample = text.slice(0, readUnits)
    const cached = known.get(sample)
    if (cached !== undefined) return cached
    const result = detector.detect(sample.replace(/https?:\/\/\S+|[@#]\S+/g, ' '))
    const language = renamed[result.language] ?? (result.language || 'und')
    const isReliable = language !== 'und' && result.isReliable()
    const nearlyAsLikely = isReliable ? undefined : nearlyServed(result.getScores())
    const found = { language, isReliable, nearlyAsLikely }
    if (known.size >= rememberedTexts) {
      for (const oldest of known.keys()) {
        known.delete(oldest)
        break
      }
    }
    known.set(sample, found)
    return found
  }
}

function nearlyServed(scores: Readonly<Record<string, number>>): 'tr' | 'en' | undefined {
  const { tr = 0, en = 0 } = scores
  const likelier = Math.max(tr, en)
  if (likelier === 0 || likelier < NEARLY * Math.max(...Object.values(scores))) return undefined
  return tr >= en ? 'tr' : 'en'
}
