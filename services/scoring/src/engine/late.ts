import { thresholdsOf } from './brand-settings.ts'
import type { BrandState } from './brand-state.ts'
import type { UnseenPlatforms } from './connectors.ts'
import { coverageAt } from './coverage.ts'
import { minuteMs, windows } from './grid.ts'
import { isInGrace, type Judgement, judge } from './judgement.ts'
import type { Signal } from './signals/signal.ts'
import { isOpen, open } from './state-machine.ts'
import { addSums, type Sums } from './sums.ts'
import { type Outlet, tellTransition } from './transition.ts'
import { sumMinutes } from './window-sums.ts'

/** Mentions this many minutes late are in every window that is judged anyway. */
const punctualMinutes = 5
const longestWindow = windows[0]?.minutes ?? 60

/** Notes that a minute that is closed was changed. */
export function noteLate(brand: BrandState, minute: number, now: number): void {
  if (minute > now - punctualMinutes) return
  const { late } = brand
  const isEmpty = late.from === late.to
  brand.late = {
    from: isEmpty ? minute : Math.min(late.from, minute),
    to: isEmpty ? minute + 1 : Math.max(late.to, minute + 1),
  }
}

/** When the search takes place. */
interface Search {
  /** Minute that is closing; the windows that end with it are judged elsewhere. */
  minute: number
  now: number
  at: number
  unseen: UnseenPlatforms | undefined
}

/** Judges every window that late mentions changed; a storm that no episode covers opens one, marked late. */
export function findLateEpisodes(brand: BrandState, search: Search, outlet: Outlet): void {
  const { from, to } = brand.late
  if (from === to) return
  brand.late = { from: 0, to: 0 }
  const last = Math.min(to - 1 + longestWindow, search.minute - 1)
  const slide = slidingSums(brand, from, search.now)
  const found = new Map<Signal, { first: Judgement; minute: number; last: number; peak: number }>()
  const pending = new Map<Signal, number>()
  for (let minute = from; minute <= last; minute += 1) {
    const sums = slide(minute)
    for (const signal of outlet.signals) {
      // A counter's delta is never late: it is told when it is seen.
      if (signal.isGated === false) continue
      const judgement = judge(brand, signal, sums, minute)
      if (judgement.severity < 1 || isInGrace(brand, minute) || isCovered(brand, signal, minute)) {
        pending.delete(signal)
        continue
      }
      const known = found.get(signal)
      if (known !== undefined) {
        known.last = minute
        known.peak = Math.max(known.peak, judgement.severity)
        continue
      }
      const count = (pending.get(signal) ?? 0) + 1
      pending.set(signal, count)
      const { immediateAt, pendingEvaluations } = thresholdsOf(brand.settings, signal.name)
      if (judgement.severity < immediateAt && count < pendingEvaluations) continue
      found.set(signal, { first: judgement, minute, last: minute, peak: judgement.severity })
    }
  }
  for (const [signal, { first, minute, last: lastMinute, peak }] of found) {
    const { machine } = brand.signals[signal.name]
    open(machine, {
      minute: search.minute,
      at: search.at,
      severity: first.severity,
      severityWithoutFloors: first.severityWithoutFloors,
      observed: false,
    })
    machine.peak = peak
    machine.toldSeverity = peak
    const coverage = coverageAt(brand, minute, search.unseen)
    tellTransition(
      {
        brand,
        signal,
        judgement: first,
        minute,
        now: search.now,
        at: search.at,
        kind: 'opened',
        coverage,
        late: true,
      },
      outlet,
    )
    machine.boundaryAt = Math.max(machine.boundaryAt, lastMinute * minuteMs)
  }
}

/** Sums over the windows that end with one minute after the other, from `first` on. */
function slidingSums(brand: BrandState, first: number, now: number): (minute: number) => readonly Sums[] {
  const minutes = new Map<number, Sums>()
  const at = (minute: number): Sums => {
    let sums = minutes.get(minute)
    if (sums === undefined) {
      sums = sumMinutes(brand.platforms.values(), minute, minute + 1, now)
      minutes.set(minute, sums)
    }
    return sums
  }
  const running = windows.map((window) =>
    sumMinutes(brand.platforms.values(), first - window.minutes, first, now),
  )
  return (minute) => {
    running.forEach((sums, window) => {
      addSums(sums, at(minute), 1)
      addSums(sums, at(minute - (windows[window]?.minutes ?? 0)), -1)
    })
    return running
  }
}

/** Whether an episode is running, or one that ended had begun within a window's length of the minute or held it. */
function isCovered(brand: BrandState, signal: Signal, minute: number): boolean {
  const { machine } = brand.signals[signal.name]
  if (isOpen(machine)) return true
  const at = minute * minuteMs
  const margin = longestWindow * minuteMs
  return machine.past.some((span) => at >= span.since - margin && at <= span.until)
}
