import { dayWindowMinutes, type Projection } from '@nabiz/shared/contracts'
import type { WindowVerdict } from './baseline/severity.ts'
import { minuteMs } from './grid.ts'
import { fitGrowth, type Growth } from './growth.ts'
import { minutesAt } from './judgement.ts'
import { type RiseOf, riseStart } from './rise-start.ts'
import { sumsOfMinute } from './window-sums.ts'

/** Growth is read from at most the last hour. */
const longestMinutes = 60
/** A projection further away than this says nothing. */
const horizonMinutes = 1_440
/** Half the width, in standard errors, of the range that holds the truth four times in five. */
const fourInFive = 1.2816

/**
 * When the next step of severity (1.0, then each doubling) is reached if what stands above the expected goes on growing
 * as it has since the rise began, at most an hour ago. Undefined where no growth can be told from chance. `at`: event
 * time of the evaluation.
 */
export function project(question: RiseOf & { at: number }): Projection | undefined {
  const { brand, signal, judgement, minute, now, at } = question
  const { column } = signal
  const deciding = judgement.verdicts[judgement.best]
  const minutes = minutesAt(judgement.verdicts, judgement.best)
  // A share does not grow by the minute, a counter is known every five, and a day moves by the hour.
  if (column === undefined || signal.name === 'negativity' || signal.rise !== undefined) return undefined
  if (deciding === undefined || minutes === dayWindowMinutes || deciding.direction === 'fall')
    return undefined
  // The running minute is not over: its count would pass for a fall.
  const last = Math.min(minute, Math.floor(at / minuteMs) - 1)
  const first = Math.max(last - longestMinutes + 1, Math.floor(riseStart(question) / minuteMs))
  const counts: number[] = []
  for (let each = first; each <= last; each += 1) {
    counts.push(sumsOfMinute(brand.platforms, each, now)[column] ?? 0)
  }
  const growth = fitGrowth(counts, deciding.expected / minutes)
  if (growth === undefined) return undefined
  const error = fourInFive * Math.sqrt(growth.rateVariance)
  if (!(growth.rate > error)) return undefined
  const severity = 2 ** (Math.floor(Math.log2(Math.max(judgement.severity, 0.5))) + 1)
  const away = minutesTo(severity, judgement.verdicts, growth, counts.length)
  if (away === undefined || away.minutes > horizonMinutes) return undefined
  const moment = (minutesAway: number) => at + Math.max(1, Math.ceil(minutesAway)) * minuteMs
  const latest = away.minutes + fourInFive * away.error
  const doubling = (rate: number) => Math.round((Math.LN2 / rate) * 10) / 10
  return {
    severity,
    at: moment(away.minutes),
    earliest: moment(away.minutes - fourInFive * away.error),
    ...(latest <= horizonMinutes ? { latest: moment(latest) } : {}),
    doubling: {
      minutes: doubling(growth.rate),
      from: doubling(growth.rate + error),
      to: doubling(growth.rate - error),
    },
  }
}

/** Minutes until the first of the windows reaches a severity, with the standard error; undefined where one has. */
function minutesTo(
  severity: number,
  verdicts: readonly WindowVerdict[],
  growth: Growth,
  risenFor: number,
): { minutes: number; error: number } | undefined {
  let soonest: { minutes: number; error: number } | undefined
  for (const [position, verdict] of verdicts.entries()) {
    const length = minutesAt(verdicts, position)
    const floor = verdict.valueAtSeverity1 - verdict.expected
    if (length === dayWindowMinutes || verdict.direction === 'fall' || !Number.isFinite(floor)) continue
    const wanted = Math.max(floor, severity * verdict.boundary)
    if (verdict.value - verdict.expected >= wanted) return undefined
    const reach = (level: number, rate: number) => reachedIn(wanted, { level, rate, length, risenFor })
    const { level, rate } = growth
    const minutes = reach(level, rate)
    if (soonest !== undefined && minutes >= soonest.minutes) continue
    const step = rate / 1_000
    const byLevel = (reach(level + step, rate) - reach(level - step, rate)) / (2 * step)
    const byRate = (reach(level, rate + step) - reach(level, rate - step)) / (2 * step)
    const variance =
      byLevel * byLevel * growth.levelVariance +
      2 * byLevel * byRate * growth.covariance +
      byRate * byRate * growth.rateVariance
    soonest = { minutes, error: Math.sqrt(Math.max(0, variance)) }
  }
  return soonest
}

interface Grown {
  level: number
  rate: number
  /** Minutes of the window. */
  length: number
  /** Minutes since the rise began: nothing stood above the expected before. */
  risenFor: number
}

/** Minutes from now until a window holds so much above the expected. */
function reachedIn(wanted: number, { level, rate, length, risenFor }: Grown): number {
  const young = (Math.log(wanted * rate + Math.exp(level - rate * risenFor)) - level) / rate
  if (young <= length - risenFor) return young
  return (Math.log((wanted * rate) / (1 - Math.exp(-rate * length))) - level) / rate
}
