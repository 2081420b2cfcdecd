import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type SentimentLabel, sentimentLabels } from '@nabiz/shared/contracts'
import type { Subject } from './subjects.ts'

/** What the sets try; each in every language, as `robustness/<language>-<set>.tsv`. */
export const robustnessSets = [
  'understatement',
  'rhetorical',
  'capitals',
  'emoji',
  'mixed',
  'comparison',
] as const
export type RobustnessSet = (typeof robustnessSets)[number]
export const robustnessLanguages = ['tr', 'en'] as const

/** One case; all texts and brands are invented. */
export interface RobustnessCase {
  /** `not-negative` where neither neutral nor positive would be wrong. */
  expected: SentimentLabel | 'not-negative'
  text: string
  /** In comparisons the brand that is asked about, and the one it is compared with. */
  brand?: string
  competitor?: string
}

/** Reads a set: lines of label and text, in comparisons of label, brand, competitor and text. */
export function readRobustnessSet(language: string, set: RobustnessSet): RobustnessCase[] {
  const path = fileURLToPath(new URL(`robustness/${language}-${set}.tsv`, import.meta.url))
  return readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line, index) => {
      const fields = line.split('\t')
      const [label, text = '', competitor, compared = ''] = fields
      const expected = [...sentimentLabels, 'not-negative' as const].find((known) => known === label)
      if (expected === undefined || fields.length !== (set === 'comparison' ? 4 : 2) || fields.includes('')) {
        throw new Error(
          `${path}:${index + 1}: found ${fields.length} fields that begin with ${JSON.stringify(label)}; ` +
            'a line is a label and a text, in comparisons a label, a brand, its competitor and a text',
        )
      }
      return competitor === undefined
        ? { expected, text }
        : { expected, text: compared, brand: text, competitor }
    })
}

/** `comparison, told`: our engines are told the competitors' names as well, as a brand's config may. */
const questions = [...robustnessSets, 'comparison, told'] as const

export interface RobustnessResult {
  language: string
  set: (typeof questions)[number]
  cases: number
  /** Share of the cases solved, by subject in the order given. */
  solved: number[]
}

/** Puts every case of every set to every subject. */
export async function measureRobustness(subjects: readonly Subject[]): Promise<RobustnessResult[]> {
  const results: RobustnessResult[] = []
  for (const set of questions) {
    for (const language of robustnessLanguages) {
      const isTold = set === 'comparison, told'
      const cases = readRobustnessSet(language, isTold ? 'comparison' : set)
      const solved: number[] = []
      for (const subject of subjects) {
        let hits = 0
        for (const one of cases) if (await isSolved(one, subject, language, isTold)) hits += 1
        solved.push(hits / cases.length)
      }
      results.push({ language, set, cases: cases.length, solved })
    }
  }
  return results
}

async function isSolved(
  one: RobustnessCase,
  subject: Subject,
  language: string,
  isTold: boolean,
): Promise<boolean> {
  const { expected, text, brand, competitor } = one
  const { label } =
    brand !== undefined && competitor !== undefined && subject.judgeTowards
      ? subject.judgeTowards(text, brand, isTold ? [competitor] : [])
      : await subject.judge(text, language)
  return expected === 'not-negative' ? label !== 'negative' : label === expected
}
