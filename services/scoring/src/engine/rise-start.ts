import type { WindowVerdict } from './baseline/severity.ts'
import { zoneOffsetAt } from './brand-settings.ts'
import type { BrandState } from './brand-state.ts'
import { bucketMinutes, bucketOf, minuteMs } from './grid.ts'
import { type Judgement, minutesAt } from './judgement.ts'
import { riseBegan, type Weigh, weighCount, weighFall, weighShare } from './rise.ts'
import type { Signal } from './signals/signal.ts'
import { mentionsAt, negativesAt } from './sums.ts'
import { sumMinutes, sumsOfMinute } from './window-sums.ts'

/** Weight from which a whole window of complaints stands above what is expected beyond doubt. */
const beyondDoubt = 5

/** What is asked of a signal's rise; `minute` is the last of the windows that were judged, `now` the running one. */
export interface RiseOf {
  brand: BrandState
  signal: Signal
  judgement: Judgement
  minute: number
  now: number
}

/** Event time at which the rise in the deciding window began. */
export function riseStart({ brand, signal, judgement, minute, now }: RiseOf): number {
  const from = minute - minutesAt(judgement.verdicts, judgement.best) + 1
  const verdict = judgement.verdicts[judgement.best]
  const rise = verdict && signal.rise?.(verdict, minutesAt(judgement.verdicts, judgement.best))
  if (rise) return riseBegan({ from, to: minute, ...rise }) * minuteMs
  let weigh = weighFor(brand, signal, judgement, minute)
  if (signal.name === 'negativity') {
    // Where complaints rise in number too, that number tells the minute better than a share of few mentions.
    const byNumber = weighByBucket(brand, 'negative', negativesAt, minute)
    const sums = sumMinutes(brand.platforms.values(), from, minute + 1, now)
    if (byNumber(sums, minute - from + 1) >= beyondDoubt) weigh = byNumber
  }
  return (
    riseBegan({ from, to: minute, sumsOf: (each) => sumsOfMinute(brand.platforms, each, now), weigh }) *
    minuteMs
  )
}

function weighFor(brand: BrandState, signal: Signal, judgement: Judgement, minute: number): Weigh {
  const { value, expected, sigma, direction } = judgement.verdicts[judgement.best] as WindowVerdict
  const { column } = signal
  if (signal.name === 'negativity') {
    return (sums) => {
      const [mentions = 0, , corrected = 0] = signal.baselineValues(brand, { sums, authors: 0 })
      return weighShare(corrected, mentions, expected, value)
    }
  }
  // Who wrote is not known by the minute; how much was written is.
  if (column === undefined && direction === 'fall')
    return weighByBucket(brand, 'volume', mentionsAt, minute, weighFall)
  if (column === undefined) return weighByBucket(brand, 'volume', mentionsAt, minute)
  const usual = { expected, sigma, minutes: minutesAt(judgement.verdicts, judgement.best) }
  const weigh = direction === 'fall' ? weighFall : weighCount
  return (sums, minutes) => weigh(sums[column] ?? 0, minutes, usual)
}

/** Weighs a column against what its baseline expects of five minutes. */
function weighByBucket(
  brand: BrandState,
  name: 'volume' | 'negative',
  column: number,
  minute: number,
  weigh = weighCount,
): Weigh {
  const zone = zoneOffsetAt(brand.settings.zoneOffsets, minute * minuteMs)
  const usual = brand.baselines[name].baseline.forecast(1, bucketOf(minute), zone)
  return (sums, minutes) => weigh(sums[column] ?? 0, minutes, { ...usual, minutes: bucketMinutes })
}
