import { drawTable } from '../../src/commands/table.ts'
import type { MeasuredFile, MeasuredSubject } from './measure-file.ts'
import type { RobustnessResult } from './robustness.ts'
import { type ShareError, trueShares } from './share-error.ts'

const header = [
  'engine',
  'accuracy',
  'macro recall',
  'macro F1',
  'neg. recall',
  'false pos.',
  'calibration err.',
  'share bias',
  'share |err.|',
  'texts/s',
  'x sentiment',
]

const numbers = new Set(header.map((_, at) => at).slice(1))

/** A table of one file; shares and their errors in points. */
export function describeMeasured({ file, texts, negativeShare, subjects }: MeasuredFile): string {
  const title = `${file}: ${texts.toLocaleString('en')} texts, ${points(negativeShare)} % negative`
  const table = drawTable(header, subjects.map(row), numbers)
  const ours = subjects.filter(({ languageFound }) => languageFound < 1)
  const notes = ours.map(
    ({ name, languageFound }) => `${name} took ${points(languageFound)} % of them for the file's language`,
  )
  const shares = subjects.flatMap(({ name, shareErrorsAt }) =>
    shareErrorsAt.length === 0
      ? []
      : [
          `${name}, share bias where the true share is a given one (samples whose lower bound lies above it): ${describeShares(shareErrorsAt)}`,
        ],
  )
  const warnings = subjects.flatMap(({ name, learned }) =>
    learned < noteworthy * texts
      ? []
      : [
          `${name} LEARNED FROM ${learned.toLocaleString('en')} of these texts: its accuracy, recalls, F1 and errors above are not out of sample; those by cross-validation stand in its MODEL_CARD.md`,
        ],
  )
  return [title, '', table, ...[...warnings, ...notes, ...shares].map((note) => `${note}\n`)].join('\n')
}

/** Share of texts from which on it is told that they were learned from; three in a thousand are taken for it by chance. */
const noteworthy = 0.01

/** The share of each set's cases that each subject solves, in per cent. */
export function describeRobustness(
  results: readonly RobustnessResult[],
  subjects: readonly string[],
): string {
  const titles = ['set', 'language', 'cases', ...subjects]
  const rows = results.map(({ set, language, cases, solved }) => [
    set,
    language,
    String(cases),
    ...solved.map((share) => Math.round(share * 100).toString()),
  ])
  const table = drawTable(titles, rows, new Set(titles.map((_, at) => at).slice(2)))
  return `robustness: per cent of the cases solved\n\n${table}`
}

function row(subject: MeasuredSubject): string[] {
  const { shareError } = subject
  return [
    subject.name,
    places(subject.accuracy),
    places(subject.macroRecall),
    places(subject.macroF1),
    places(subject.negativeRecall),
    places(subject.falsePositiveRate),
    subject.calibrationError === undefined ? '-' : places(subject.calibrationError),
    signedPoints(shareError.bias),
    points(shareError.absolute),
    Math.round(subject.textsPerSecond).toLocaleString('en'),
    subject.speedRatio.toFixed(2),
  ]
}

function places(value: number): string {
  return value.toFixed(3)
}

function describeShares(errors: readonly ShareError[]): string {
  return trueShares
    .map((share, at) => {
      const { bias = 0, exceeded = 0 } = errors[at] ?? {}
      return `${Math.round(share * 100)} %: ${signedPoints(bias)} (${points(exceeded)} %)`
    })
    .join(', ')
}

function signedPoints(share: number): string {
  return `${share >= 0 ? '+' : ''}${points(share)}`
}

function points(share: number): string {
  return (share * 100).toFixed(1)
}
