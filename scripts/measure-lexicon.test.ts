import { describe, expect, it } from 'vitest'
import { countLabels, macroRecall, parseLabelled } from './measure-lexicon.ts'

describe('parseLabelled', () => {
  it('reads label, tab and text and skips empty lines', () => {
    expect(parseLabelled('negative\tkargo yok\n\npositive\tsüper\tbir gün\n', 'tr-x.tsv')).toEqual([
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

describe('countLabels', () => {
  it('puts the truth in rows and the prediction in columns', () => {
    const rows = parseLabelled('negative\tkötü\nneutral\tkötü\npositive\tiyi', 'tr-x.tsv')
    const counts = countLabels(rows, (text) => (text === 'kötü' ? 'negative' : 'neutral'))
    expect(counts).toEqual([
      [1, 0, 0],
      [1, 0, 0],
      [0, 1, 0],
    ])
  })
})

describe('macroRecall', () => {
  it('is the mean of the rows found, labels without texts left out', () => {
    expect(
      macroRecall([
        [3, 1, 0],
        [0, 0, 0],
        [1, 0, 1],
      ]),
    ).toBeCloseTo((0.75 + 0.5) / 2)
  })
})
