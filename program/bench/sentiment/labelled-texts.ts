import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type SentimentLabel, sentimentLabels } from '@nabiz/shared/contracts'

export interface LabelledText {
  label: SentimentLabel
  text: string
}

/** One file of texts of one language. */
export interface LabelledFile {
  name: string
  /** BCP 47, from the file's name. */
  language: string
  rows: LabelledText[]
}

/**
 * Reads every `<language>-<anything>.tsv` of a folder, in the order of their names. Tables of words, whose first line is no
 * labelled text, are passed over if their name says `lexicon`. Error where there is no such file.
 */
export function readLabelledFiles(folder: string): LabelledFile[] {
  const files = readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const language = /^([a-z]{2,3})-.*\.tsv$/.exec(name)?.[1]
      return language === undefined || name.includes('lexicon') ? [] : [{ name, language }]
    })
  if (files.length === 0) {
    throw new Error(
      `--data: found no <language>-<anything>.tsv in ${folder}; each line is a label, a tab, a text`,
    )
  }
  return files.map(({ name, language }) => {
    return { name, language, rows: parseLabelled(readFileSync(join(folder, name), 'utf8'), name) }
  })
}

/** Reads `label<TAB>text` lines; a line of another shape is an Error that names file, line and label found. */
export function parseLabelled(content: string, file: string): LabelledText[] {
  const rows: LabelledText[] = []
  content.split('\n').forEach((line, index) => {
    if (line.trim() === '') return
    const tab = line.indexOf('\t')
    const label = sentimentLabels.find((known) => known === line.slice(0, tab))
    if (tab < 0 || label === undefined) {
      const found = tab < 0 ? 'no tab' : `label ${JSON.stringify(line.slice(0, tab))}`
      throw new Error(
        `${file}:${index + 1}: found ${found}; a line is ${sentimentLabels.join('|')}, a tab, a text`,
      )
    }
    rows.push({ label, text: line.slice(tab + 1).replace(/\r$/, '') })
  })
  return rows
}
