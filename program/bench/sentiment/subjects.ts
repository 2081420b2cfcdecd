import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createBuiltInEngines, createTowardsBrand, type SentimentEngine } from '@nabiz/scoring'
import type { SentimentLabel } from '@nabiz/shared/contracts'
import { containerBootstrap } from '@nlpjs/core'
import { LangEn } from '@nlpjs/lang-en'
import { LangTr } from '@nlpjs/lang-tr'
import { SentimentAnalyzer } from '@nlpjs/sentiment'
import Sentiment from 'sentiment'
import vader from 'vader-sentiment'
import winkSentiment from 'wink-sentiment'
import type { Judged } from './label-metrics.ts'
import { createWasLearned, readLearned } from './learned-rows.ts'
import type { Rates } from './share-error.ts'

/** What is measured: one of our engines, or a package as its README says to use it. */
export interface Subject {
  name: string
  /** Judges a text of a language as a whole; ours are told it only if hinted. */
  judge(text: string, language: string): Answer | Promise<Answer>
  /** Judges what a text says of a brand; packages know no brands. */
  judgeTowards?(text: string, brand: string, competitors: readonly string[]): Answer
  /** Rates that correct its share; absent: those of one half of the texts correct the other. */
  rates?(language: string): Rates | undefined
  /** Whether it learned from a text; absent: it learned from none. */
  wasLearned?(text: string): boolean
}

export type Answer = Omit<Judged, 'truth'>

/** Name of the package that speeds are told as multiples of. */
export const yardstick = 'sentiment'

/** Our engine in force, the lexicon, and the packages. */
export async function createSubjects(isHinted: boolean): Promise<Subject[]> {
  return [
    ...createBuiltInEngines().map((engine) => ourSubject(engine, isHinted)),
    ...(await createPackages()),
  ]
}

function ourSubject(engine: SentimentEngine, isHinted: boolean): Subject {
  const towards = createTowardsBrand(engine)
  return {
    name: engine.id,
    judge: (text, language) => engine.score(text, isHinted ? language : undefined),
    judgeTowards: (text, name, competitors) =>
      towards(text, undefined, {
        names: [name],
        aliases: [],
        handles: [name.toLowerCase()],
        hashtags: [],
        competitors: competitors.flatMap((other) => [other, `@${other.toLowerCase()}`]),
      }),
    rates: (language) => engine.confusion(language),
    ...(engine.id.startsWith('model@') ? { wasLearned: learnedBy(engine.id) } : {}),
  }
}

/** From what the trainer wrote beside the shipped model; an Error where it is of another model. */
function learnedBy(engine: string): (text: string) => boolean {
  const path = fileURLToPath(new URL('learned.json', import.meta.url))
  const learned = readLearned(readFileSync(path, 'utf8'))
  if (!engine.includes(learned.model))
    throw new Error(
      `${path}: found texts of the model ${learned.model}; put there the learned.json that was trained with ${engine}`,
    )
  return createWasLearned(learned)
}

async function createPackages(): Promise<Subject[]> {
  const plain = new Sentiment()
  const container = await containerBootstrap()
  container.use(LangEn)
  container.use(LangTr)
  const analyzer = new SentimentAnalyzer({ container })
  return [
    { name: yardstick, judge: (text, language) => bySign(plain.analyze(text).score, language) },
    {
      name: 'vader-sentiment',
      judge(text, language) {
        // The bounds its authors give.
        const { compound } = vader.SentimentIntensityAnalyzer.polarity_scores(text)
        const label = compound >= 0.05 ? 'positive' : compound <= -0.05 ? 'negative' : 'neutral'
        return { label, confidence: Math.abs(compound), language }
      },
    },
    { name: 'wink-sentiment', judge: (text, language) => bySign(winkSentiment(text).score, language) },
    {
      name: '@nlpjs/sentiment',
      async judge(text, language) {
        const { sentiment } = await analyzer.process({ locale: language, text })
        return { label: sentiment.vote, confidence: undefined, language }
      },
    },
  ]
}

function bySign(score: number, language: string): Answer {
  const label: SentimentLabel = score > 0 ? 'positive' : score < 0 ? 'negative' : 'neutral'
  return { label, confidence: undefined, language }
}
