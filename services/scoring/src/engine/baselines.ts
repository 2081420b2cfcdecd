import { type SignalName, signalNames } from '@nabiz/shared/contracts'
import type { Baseline } from './baseline/baseline.ts'
import type { ShareSample } from './baseline/corrected-share.ts'
import { createCountBaseline, decodeCountBaseline } from './baseline/count-baseline.ts'
import { createShareBaseline, decodeShareBaseline, type ShareBaseline } from './baseline/share-baseline.ts'
import { spread } from './hash.ts'
import { Journaled, type JournalKind, storedEvery } from './journaled.ts'

/** Signals with one baseline a brand; engagement has one a counter. */
export type BaselineName = Exclude<SignalName, 'engagement'>
export const baselineNames = signalNames.filter((name): name is BaselineName => name !== 'engagement')

/** Signals that are counted; the other is a share. */
export type CountSignalName = Exclude<BaselineName, 'negativity'>

/** A brand's baselines, one a signal. */
export type Baselines = Record<CountSignalName, Journaled<Baseline>> & {
  negativity: Journaled<ShareBaseline>
}

/** Journal of a count: its value. */
export const countKind: JournalKind<Baseline> = {
  width: 1,
  create: createCountBaseline,
  decode: decodeCountBaseline,
  close: (baseline, index, values, observed, zone) => baseline.close(index, values[0] ?? 0, observed, zone),
  correct: (baseline, index, values) => baseline.correct(index, values[0] ?? 0),
}

/** Journal of a share: the fields of its sample. */
export const shareKind: JournalKind<ShareBaseline> = {
  width: 4,
  create: createShareBaseline,
  decode: decodeShareBaseline,
  close: (baseline, index, values, observed) => baseline.close(index, sample(values), observed),
  correct: (baseline, index, values) => baseline.correct(index, sample(values)),
}

/** Bucket of the two hours at which a brand's baselines are stored: spread, so that no checkpoint carries all of them. */
export function dueSlot(brand: string): number {
  return spread(brand, storedEvery)
}

/** Empty baselines. */
export function createBaselines(brand: string): Baselines {
  const count = () => new Journaled(countKind, dueSlot(brand))
  return {
    volume: count(),
    negative: count(),
    negativity: new Journaled(shareKind, dueSlot(brand)),
    authors: count(),
    reach: count(),
  }
}

function sample([mentions = 0, negatives = 0, corrected = 0, inflated = 0]: readonly number[]): ShareSample {
  return { mentions, negatives, corrected, inflated }
}
