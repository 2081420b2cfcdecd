import { seeded } from '../detection/perturb.ts'
import { type Judged, type LabelMetrics, measureLabels } from './label-metrics.ts'
import type { LabelledFile } from './labelled-texts.ts'
import { measureSpeeds } from './measure-speed.ts'
import { measureShare, measureShareInHalves, type ShareError, trueShares } from './share-error.ts'
import { type Subject, yardstick } from './subjects.ts'

const seed = 20_261_125

export interface MeasuredSubject extends LabelMetrics {
  name: string
  /** Of the corrected share of negative, over samples of 200. */
  shareError: ShareError
  /** The same where a given share is truly negative; for engines that bring rates, in the order of `trueShares`. */
  shareErrorsAt: ShareError[]
  textsPerSecond: number
  /** Times the speed of the plain `sentiment` package. */
  speedRatio: number
  /** Share of texts taken for the file's language. */
  languageFound: number
  /** Texts that it learned from: of these its figures are not out of sample. */
  learned: number
}

export interface MeasuredFile {
  file: string
  language: string
  texts: number
  /** Share of the texts that people called negative. */
  negativeShare: number
  subjects: MeasuredSubject[]
}

export async function measureFile(file: LabelledFile, subjects: readonly Subject[]): Promise<MeasuredFile> {
  const { rows, language } = file
  const speeds = await measureSpeeds(subjects, file)
  const yardstickSpeed = speeds[subjects.findIndex(({ name }) => name === yardstick)] ?? 1
  const measured: MeasuredSubject[] = []
  for (const [at, subject] of subjects.entries()) {
    const judged: Judged[] = []
    for (const { label, text } of rows) {
      judged.push({ ...(await subject.judge(text, language)), truth: label })
    }
    const textsPerSecond = speeds[at] ?? 0
    const { rates } = subject
    measured.push({
      name: subject.name,
      ...measureLabels(judged),
      shareError: rates
        ? measureShare(judged, rates, seeded(seed))
        : measureShareInHalves(judged, seeded(seed)),
      shareErrorsAt: rates ? trueShares.map((share) => measureShare(judged, rates, seeded(seed), share)) : [],
      textsPerSecond,
      speedRatio: textsPerSecond / yardstickSpeed,
      learned: rows.filter(({ text }) => subject.wasLearned?.(text)).length,
      languageFound: judged.filter((one) => one.language === language).length / judged.length,
    })
  }
  const negatives = rows.filter(({ label }) => label === 'negative').length
  return {
    file: file.name,
    language,
    texts: rows.length,
    negativeShare: negatives / rows.length,
    subjects: measured,
  }
}
