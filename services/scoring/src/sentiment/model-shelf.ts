import type { JudgeTexts } from '../judgements/judge-texts.ts'
import type { BrandNames } from './brand-names.ts'
import type { CustomEngine } from './custom/create-custom-engines.ts'
import type { ConfusionMatrix, SentimentEngine, SentimentResult } from './sentiment-engine.ts'
import type { TextToJudge } from './slow-engine.ts'
import { createTowardsBrand, type JudgeTowards } from './towards-brand.ts'

/** A text, and the id of the engine that is to judge it. */
export interface TextForEngine extends TextToJudge {
  engine: string
}

/** How a text is judged at once. */
export interface ScoreOptions {
  languageHint: string | undefined
  /** Whom it is judged as speaking of; undefined: as a whole. */
  brand: BrandNames | undefined
  /** Id of the engine. */
  engine: string
}

/** The engines that this process has, by id: which of them judges a mention is the config's word. */
export interface ModelShelf {
  /** Judges where nothing was put in force yet. */
  readonly defaultId: string
  ids(): string[]
  has(id: string): boolean
  /** Whether an engine takes its time: then its verdicts are carried in the log. */
  isSlow(id: string): boolean
  /** Judges at once, by the engine named; by the built-in one where that takes its time or is not there. */
  score(text: string, options: ScoreOptions): SentimentResult
  /** Judges by engines that take their time, each its own texts; results in the order given. */
  judgeTexts(texts: readonly TextForEngine[], signal: AbortSignal): Promise<readonly SentimentResult[]>
  confusion(language: string, id: string): ConfusionMatrix | undefined
  close(): Promise<void>
}

export interface ModelShelfOptions {
  /** Engines of this build; the first stands in for one that is away. */
  builtIn: readonly [SentimentEngine, ...SentimentEngine[]]
  /** Engines of somebody's own; the first, if any, is the one configured. */
  custom: readonly CustomEngine[]
}

/** Puts engines on a shelf; of two with one id the first counts. */
export function createModelShelf({ builtIn, custom }: ModelShelfOptions): ModelShelf {
  const [standIn] = builtIn
  const quick = new Map<string, SentimentEngine>()
  const towards = new Map<string, JudgeTowards>()
  for (const engine of builtIn) {
    if (quick.has(engine.id)) continue
    quick.set(engine.id, engine)
    towards.set(engine.id, createTowardsBrand(engine))
  }
  const standInTowards = createTowardsBrand(standIn)
  const slow = new Map<string, { engine: CustomEngine['engine']; judge: JudgeTexts }>()
  for (const one of custom) {
    if (!slow.has(one.engine.id))
      slow.set(one.engine.id, { engine: one.engine, judge: one.judgeTexts(standIn) })
  }

  return {
    defaultId: custom[0]?.engine.id ?? standIn.id,
    ids: () => [...slow.keys(), ...quick.keys()],
    has: (id) => slow.has(id) || quick.has(id),
    isSlow: (id) => slow.has(id),
    score: (text, { languageHint, brand, engine }) =>
      (towards.get(engine) ?? standInTowards)(text, languageHint, brand),
    async judgeTexts(texts, signal) {
      const results = new Map<TextForEngine, SentimentResult>()
      for (const [id, { judge }] of slow) {
        const own = texts.filter(({ engine }) => engine === id)
        const judged = own.length === 0 ? [] : await judge(own, signal)
        own.forEach((text, index) => {
          const result = judged[index]
          if (result) results.set(text, result)
        })
      }
      return texts.map((text) => results.get(text) ?? standIn.score(text.text, text.languageHint))
    },
    confusion: (language, id) => (slow.get(id)?.engine ?? quick.get(id))?.confusion(language),
    async close() {
      for (const { engine } of slow.values()) await engine.close()
    },
  }
}
