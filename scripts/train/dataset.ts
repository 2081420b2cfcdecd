import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type LabelledText, parseLabelled } from '../../program/bench/sentiment/labelled-texts.ts'
import { type ServedLanguage, servedLanguages } from '../../services/scoring/src/sentiment/languages.ts'
import { createLexiconScorer } from '../../services/scoring/src/sentiment/lexicon-scorer.ts'
import { createFeatureReader } from '../../services/scoring/src/sentiment/model/features.ts'
import { fold } from '../../services/scoring/src/text/normalise.ts'
import { createTokenizer, FNV_BASIS, FNV_PRIME } from '../../services/scoring/src/text/tokenize.ts'
import { FOLDS } from './settings.ts'

export const labels = ['negative', 'neutral', 'positive'] as const

/** One language's labelled texts as bucket numbers. */
export interface Dataset {
  language: ServedLanguage
  files: string[]
  /** For each text its buckets, one for each occurrence of a feature. */
  features: Int32Array[]
  /** 0 negative, 1 neutral, 2 positive. */
  truth: Uint8Array
  /** In which fold a text is held out; near-equal texts share one. */
  folds: Uint8Array
  /** SHA-256 of the files' bytes. */
  hash: string
}

/** Reads `<language>-<anything>-train.tsv` of a folder, one dataset a language; without any of them it is an Error. */
export function readDatasets(folder: string, bits: number): Dataset[] {
  const names = readdirSync(folder).sort()
  const datasets = servedLanguages.flatMap((language) => {
    const files = names.filter((name) => name.startsWith(`${language}-`) && name.endsWith('-train.tsv'))
    return files.length === 0 ? [] : [readDataset(language, files, folder, bits)]
  })
  if (datasets.length === 0) {
    throw new Error(
      `--data: found no <language>-<name>-train.tsv in ${folder} (languages: ${servedLanguages.join(', ')})`,
    )
  }
  return datasets
}

function readDataset(language: ServedLanguage, files: string[], folder: string, bits: number): Dataset {
  const hash = createHash('sha256')
  const rows = files.flatMap((file) => {
    const content = readFileSync(join(folder, file), 'utf8')
    hash.update(content)
    return parseLabelled(content, file)
  })
  for (const label of labels) {
    const count = rows.filter((row) => row.label === label).length
    if (count < FOLDS)
      throw new Error(
        `${files.join(', ')}: found ${count} texts labelled ${label}; give ${FOLDS} at least of each label`,
      )
  }
  return { language, files, hash: hash.digest('hex'), ...datasetOf(rows, language, bits) }
}

/** Turns labelled texts into features. */
export function datasetOf(
  rows: readonly LabelledText[],
  language: ServedLanguage,
  bits: number,
): Pick<Dataset, 'features' | 'truth' | 'folds'> {
  const tokenize = createTokenizer()
  const scoreTokens = createLexiconScorer()
  const readFeatures = createFeatureReader(bits)
  return {
    features: rows.map(({ text }) => {
      const tokens = tokenize(text)
      const { buckets, count } = readFeatures(tokens, language, scoreTokens(tokens, language))
      return buckets.slice(0, count)
    }),
    truth: Uint8Array.from(rows, ({ label }) => labels.indexOf(label)),
    folds: Uint8Array.from(rows, ({ text }) => foldNumber(text)),
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
