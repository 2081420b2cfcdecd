import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { parseLabelled, readLabelledFiles } from './labelled-texts.ts'

describe('parseLabelled', () => {
  it('reads label, tab and text and skips empty lines', () => {
    expect(parseLabelled('negative\tkargo yok\r\n\npositive\tsüper\tbir gün\n', 'tr-x.tsv')).toEqual([
      { label: 'negative', text: 'kargo yok' },
      { label: 'positive', text: 'süper\tbir gün' },
    ])
  })

  it('names file, line and finding where a line has another shape', () => {
    expect(() => parseLabelled('negative\ta\nangry\tb', 'tr-x.tsv')).toThrow(
      'tr-x.tsv:2: found label "angry"',
    )
    expect(() => parseLabelled('negative', 'tr-x.tsv')).toThrow('tr-x.tsv:1: found no tab')
  })
})

describe('readLabelledFiles', () => {
  it('reads the labelled files of a folder and takes the language from their names', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'nabiz-labelled-'))
    onTestFinished(() => rm(folder, { recursive: true, force: true }))
    expect(() => readLabelledFiles(folder)).toThrow(/no <language>-<anything>\.tsv/)
    await writeFile(join(folder, 'tr-posts.tsv'), 'negative\tkargo yok\n')
    await writeFile(join(folder, 'de-posts.tsv'), 'positive\tprima\n')
    await writeFile(join(folder, 'tr-lexicon.tsv'), 'word\t3\n')
    await writeFile(join(folder, 'notes.txt'), 'nothing\n')
    const files = readLabelledFiles(folder)
    expect(files.map(({ name, language, rows }) => [name, language, rows.length])).toEqual([
      ['de-posts.tsv', 'de', 1],
      ['tr-posts.tsv', 'tr', 1],
    ])
  })
})
