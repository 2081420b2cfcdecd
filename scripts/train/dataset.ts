import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sentimentLabels } from '@nabiz/shared/contracts'
import { type LabelledText, parseLabelled } from '../../program/bench/sentiment/labelled-texts.ts'
import { type ServedLanguage, servedLanguages } from '../../services/scoring/src/sentiment/languages.ts'
import { createLexiconScorer } from '../../services/scoring/src/sentiment/lexicon-scorer.ts'
import { createFeatureReader } from '../../services/scoring/src/sentiment/model/features.ts'
import { fold } from '../../services/scoring/src/text/normalise.ts'
import { createTokenizer, FNV_BASIS, FNV_PRIME } from '../../services/scoring/src/text/tokenize.ts'
import { lexiconSentences } from './lexicon-sentences.ts'
import { FOLDS, languageSettings, SENTENCE_SAY } from './settings.ts'

/** One language's labelled texts as bucket numbers. */
export interface Dataset {
  language: ServedLanguage
  files: string[]
  /** For each text its buckets, each once. */
  features: Int32Array[]
  /** 0 negative, 1 neutral, 2 positive. */
  truth: Uint8Array
  /** In which fold a text is held out; near-equal texts share one. The extra texts, `NEVER`, stand last. */
  folds: Uint8Array
  /** How much a text counts: 1, and less for extra ones. */
  says: Float32Array
  /** SHA-256 of the files' bytes and of the sentences. */
  hash: string
  /** The texts themselves, the extra ones included. */
  texts: string[]
}

/** Fold of texts that are learned from and never measured on. */
export const NEVER = 255

/**
 * Reads `<language>-<anything>-train.tsv` of a folder, one dataset a language; without any of them it is an Error. Files
 * named in `extras` are added to their language with the say its settings give them, and so are to Turkish, where asked for,
 * sentences made from the lexicon.
 */
export function readDatasets(
  folder: string,
  bits: number,
  extras: readonly string[] = [],
  withLexicon = false,
): Dataset[] {
  const names = readdirSync(folder).sort()
  for (const extra of extras) {
    if (!names.includes(extra) || !servedLanguages.some((language) => extra.startsWith(`${language}-`)))
      throw new Error(`--extra: found ${extra}; give names of <language>-<name>.tsv files in ${folder}`)
  }
  const datasets = servedLanguages.flatMap((language) => {
    const own = (name: string) => name.startsWith(`${language}-`)
    const files = names.filter((name) => own(name) && name.endsWith('-train.tsv'))
    const sentences = withLexicon && language === 'tr' ? lexiconSentences() : []
    return files.length === 0
      ? []
      : [readDataset(language, files, extras.filter(own), sentences, folder, bits)]
  })
  if (datasets.length === 0) {
    throw new Error(
      `--data: found no <language>-<name>-train.tsv in ${folder} (languages: ${servedLanguages.join(', ')})`,
    )
  }
  return datasets
}

function readDataset(
  language: ServedLanguage,
  files: string[],
  extras: string[],
  sentences: readonly LabelledText[],
  folder: string,
  bits: number,
): Dataset {
  const hash = createHash('sha256')
  const read = (file: string) => {
    const content = readFileSync(join(folder, file), 'utf8')
    hash.update(content)
    return parseLabelled(content, file)
  }
  const rows = files.flatMap(read)
  for (const label of sentimentLabels) {
    const count = rows.filter((row) => row.label === label).length
    if (count < FOLDS)
      throw new Error(
        `${files.join(', ')}: found ${count} texts labelled ${label}; give ${FOLDS} at least of each label`,
      )
  }
  const all = [...rows, ...extras.flatMap(read), ...sentences]
  hash.update(JSON.stringify(sentences))
  const dataset = datasetOf(all, language, bits)
  dataset.folds.fill(NEVER, rows.length)
  dataset.says.fill(languageSettings[language].extraSay, rows.length)
  dataset.says.fill(SENTENCE_SAY, all.length - sentences.length)
  const texts = all.map(({ text }) => text)
  const made = sentences.length === 0 ? [] : [`${sentences.length} sentences of the lexicon`]
  return { language, files: [...files, ...extras, ...made], hash: hash.digest('hex'), texts, ...dataset }
}

/** Turns labelled texts into features. */
export function datasetOf(
  rows: readonly LabelledText[],
  language: ServedLanguage,
  bits: number,
): Pick<Dataset, 'features' | 'truth' | 'folds' | 'says'> {
  const tokenize = createTokenizer()
  const scoreTokens = createLexiconScorer()
  const readFeatures = createFeatureReader(bits)
  return {
    features: rows.map(({ text }) => {
      const tokens = tokenize(text)
      const { buckets, count } = readFeatures(tokens, language, scoreTokens(tokens, language))
      return buckets.slice(0, count)
    }),
    truth: Uint8Array.from(rows, ({ label }) => sentimentLabels.indexOf(label)),
    folds: Uint8Array.from(rows, ({ text }) => foldNumber(text)),
    says: new Float32Array(rows.length).fill(1),
  }
}

/** Texts that share their first 50 letters, links and handles aside, are taken for near-equal. */
function foldNumber(text: string): number {
  const letters = fold(text)
    .replace(/https?:\S+|www\.\S+|pic\.twitter\S+|@\w+/g, '')
    .replace(/[^a-z]/g, '')
    .slice(0, 50)
  let hash = FNV_BASIS
  for (let i = 0; i < letters.length; i++) hash = Math.imul(hash ^ letters.charCodeAt(i), FNV_PRIME)
  return ((hash ^ (hash >>> 15)) >>> 0) % FOLDS
}
