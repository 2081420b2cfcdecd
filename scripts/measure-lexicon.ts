/**
 * Measures the lexicon engine on labelled texts and prints what `lexicon-confusion.ts` and the README hold.
 *
 *   npx tsx scripts/measure-lexicon.ts --data DIR
 *
 * DIR holds files named `<language>-<anything>.tsv`; each line is a label (negative, neutral, positive), a tab and
 * a text. Nothing of it is kept.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { type ServedLanguage, servedLanguages } from '../services/scoring/src/sentiment/languages.ts'
import { createLexiconEngine } from '../services/scoring/src/sentiment/lexicon-engine.ts'
import { createLexiconScorer } from '../services/scoring/src/sentiment/lexicon-scorer.ts'
import type { SentimentLabel } from '../services/scoring/src/sentiment/sentiment-engine.ts'
import { createTokenizer } from '../services/scoring/src/text/tokenize.ts'

const labels: readonly SentimentLabel[] = ['negative', 'neutral', 'positive']

export interface LabelledText {
  label: SentimentLabel
  text: string
}

/** Counts with row = truth and column = prediction, in the order negative, neutral, positive. */
export type Counts = number[][]

/** Reads `label<TAB>text` lines; a line of another shape is an Error that names file, line and label found. */
export function parseLabelled(content: string, file: string): LabelledText[] {
  const rows: LabelledText[] = []
  content.split('\n').forEach((line, index) => {
    if (line.trim() === '') return
    const tab = line.indexOf('\t')
    const label = labels.find((known) => known === line.slice(0, tab))
    if (tab < 0 || label === undefined) {
      const found = tab < 0 ? 'no tab' : `label ${JSON.stringify(line.slice(0, tab))}`
      throw new Error(`${file}:${index + 1}: found ${found}; a line is ${labels.join('|')}, a tab, a text`)
    }
    rows.push({ label, text: line.slice(tab + 1) })
  })
  return rows
}

/** Counts predictions against the truth. */
export function countLabels(
  rows: readonly LabelledText[],
  predict: (text: string) => SentimentLabel,
): Counts {
  const counts: Counts = labels.map(() => labels.map(() => 0))
  for (const { label, text } of rows) {
    const row = counts[labels.indexOf(label)]
    const column = labels.indexOf(predict(text))
    if (row !== undefined) row[column] = (row[column] ?? 0) + 1
  }
  return counts
}

/** The mean of the share found of each label, 0 to 1; labels without texts are left out. */
export function macroRecall(counts: Counts): number {
  const recalls = counts.flatMap((row, truth) => {
    const sum = row.reduce((total, count) => total + count, 0)
    return sum === 0 ? [] : [(row[truth] ?? 0) / sum]
  })
  return recalls.reduce((total, recall) => total + recall, 0) / Math.max(1, recalls.length)
}

/** Chooses thresholds on the even rows and returns them with the macro recall they reach on the odd ones. */
function chooseThresholds(rows: readonly LabelledText[], sumOf: (text: string) => number) {
  const half = (parity: number) => rows.filter((_, index) => index % 2 === parity)
  const sums = new Map(rows.map(({ text }) => [text, sumOf(text)]))
  const reach = (part: readonly LabelledText[], negative: number, positive: number) =>
    macroRecall(
      countLabels(part, (text) => {
        const sum = sums.get(text) ?? 0
        return sum <= negative ? 'negative' : sum >= positive ? 'positive' : 'neutral'
      }),
    )
  let best = { negative: 0, positive: 0, chosenOn: -1 }
  for (let negative = -3; negative < 0; negative += 0.25) {
    for (let positive = 0.25; positive <= 4; positive += 0.25) {
      const chosenOn = reach(half(0), negative, positive)
      if (chosenOn > best.chosenOn) best = { negative, positive, chosenOn }
    }
  }
  return { ...best, heldOut: reach(half(1), best.negative, best.positive) }
}

function measure(file: string, language: ServedLanguage): void {
  const rows = parseLabelled(readFileSync(file, 'utf8'), file)
  const engine = createLexiconEngine()
  const scoreTokens = createLexiconScorer()
  const tokenize = createTokenizer()
  const counts = countLabels(rows, (text) => engine.score(text, language).label)
  const [negative = [], neutral = [], positive = []] = counts
  const notNegative = [...neutral, ...positive].reduce((total, count) => total + count, 0)
  const sensitivity = (negative[0] ?? 0) / negative.reduce((total, count) => total + count, 0)
  const falsePositiveRate = ((neutral[0] ?? 0) + (positive[0] ?? 0)) / notNegative
  const chosen = chooseThresholds(rows, (text) => scoreTokens(tokenize(text), language).sum)
  console.log(`${basename(file)}  ${rows.length} texts, ${engine.id}`)
  console.log(`  counts             ${JSON.stringify(counts)}`)
  console.log(`  macro recall       ${macroRecall(counts).toFixed(3)}`)
  console.log(
    `  sensitivity        ${sensitivity.toFixed(3)}   false positive rate ${falsePositiveRate.toFixed(3)}`,
  )
  console.log(
    `  best thresholds    ${chosen.negative} / ${chosen.positive} on even rows (${chosen.chosenOn.toFixed(3)}), ` +
      `${chosen.heldOut.toFixed(3)} on odd rows`,
  )
}

function main(): void {
  const { values } = parseArgs({ options: { data: { type: 'string' } } })
  if (values.data === undefined)
    throw new Error('--data: found nothing; give the folder with <language>-*.tsv files')
  const folder = values.data
  const files = readdirSync(folder).flatMap((name) => {
    const language = servedLanguages.find((served) => name.startsWith(`${served}-`) && name.endsWith('.tsv'))
    return language === undefined || name.includes('lexicon') ? [] : [{ name, language }]
  })
  if (files.length === 0)
    throw new Error(
      `--data: found no <language>-*.tsv in ${folder} (languages: ${servedLanguages.join(', ')})`,
    )
  for (const { name, language } of files) measure(join(folder, name), language)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main()
