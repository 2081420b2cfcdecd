import type { PlatformCoverage, Transition } from '@nabiz/shared/contracts'
import type { WindowVerdict } from './baseline/severity.ts'
import { zoneOffsetAt } from './brand-settings.ts'
import type { BrandState } from './brand-state.ts'
import type { Emission } from './engine.ts'
import { gatherEvidence } from './evidence.ts'
import { bucketMinutes, bucketOf, hourMs, minuteMs } from './grid.ts'
import { hashHex } from './hash.ts'
import { type Judgement, minutesAt, round6, windowEvaluation } from './judgement.ts'
import { riseBegan, type Weigh, weighCount, weighShare } from './rise.ts'
import type { Signal } from './signals/signal.ts'
import { mentionsAt, negativesAt } from './sums.ts'
import { sumMinutes } from './window-sums.ts'

/** What the engine was built with, and where its records go. */
export interface Outlet {
  signals: readonly Signal[]
  emit(emission: Emission): void
}

/** A step of a signal's state machine that people may have to hear of. */
export interface Happening {
  brand: BrandState
  signal: Signal
  judgement: Judgement
  /** Last minute of the windows that were judged, and the running minute. */
  minute: number
  now: number
  /** Event time of the evaluation. */
  at: number
  kind: Transition['transition']
  coverage: PlatformCoverage[]
  late?: boolean
}

/** The one scope there is: all platforms of a brand together. */
const scope = 'all'

/** Notes a step in the machine and emits its breach, unless the signal was not allowed to page when it opened. */
export function tellTransition(found: Happening, outlet: Outlet): void {
  const deciding = found.judgement.verdicts[found.judgement.best]
  const about = deciding && found.signal.about?.(found.brand, deciding)
  const happening = about ? { ...found, signal: about } : found
  const { brand, signal, judgement, kind, minute, now } = happening
  const { machine } = brand.signals[signal.name]
  // Each transition of a signal has a moment of its own, or two of them would have one id.
  const at = Math.max(happening.at, machine.transitionAt + 1)
  machine.transitionAt = at
  const id = hashHex(brand.id, scope, signal.name, brand.settings.version, at, kind)
  let joins: string | undefined
  if (kind === 'opened') {
    joins = joinedEpisode(happening)
    machine.episode = id
    machine.told = brand.settings.thresholds.pages[signal.name]
    machine.since = riseStart(happening)
  }
  if (!machine.told) return
  const samples = brand.samples.choose(now)
  const value: Transition = {
    v: 1,
    type: 'transition',
    id,
    episode: machine.episode,
    brand: brand.id,
    scope,
    signal: signal.name,
    transition: kind,
    at,
    since: machine.since,
    severity: round6(judgement.severity),
    peakSeverity: round6(machine.peak),
    window: windowEvaluation(judgement, judgement.best),
    config: brand.settings.version,
    engine: brand.engine,
    ...(happening.late ? { late: true } : {}),
    ...(joins === undefined ? {} : { joins }),
    ...(brand.settings.simulated ? { simulated: true } : {}),
    evidence: gatherEvidence({
      brand,
      signal,
      judgement,
      minute,
      now,
      at,
      coverage: happening.coverage,
      samples,
    }),
  }
  outlet.emit({
    topic: 'breaches',
    brand: brand.id,
    value,
    samples: samples.map(({ platform, id: sample, offset }) => ({ platform, id: sample, offset })),
  })
}

/** The episode a new one belongs to: its last evaluation at 1.0 lies within the join time, before or behind. */
function joinedEpisode({ brand, signal, minute, at, late }: Happening): string | undefined {
  const { machine } = brand.signals[signal.name]
  if (machine.episode === '' || !machine.told) return undefined
  const moment = late ? minute * minuteMs : at
  const apart = Math.abs(moment - machine.boundaryAt)
  return apart <= brand.settings.thresholds.joinHours * hourMs ? machine.episode : undefined
}

/** Weight from which a whole window of complaints stands above what is expected beyond doubt. */
const beyondDoubt = 5

function riseStart({ brand, signal, judgement, minute, now }: Happening): number {
  const from = minute - minutesAt(judgement.best) + 1
  const verdict = judgement.verdicts[judgement.best]
  const rise = verdict && signal.rise?.(verdict, minutesAt(judgement.best))
  if (rise) return riseBegan({ from, to: minute, ...rise }) * minuteMs
  const sumsOf = (each: number) => sumMinutes(brand.platforms.values(), each, each + 1, now)
  let weigh = weighFor(brand, signal, judgement, minute)
  if (signal.name === 'negativity') {
    // Where complaints rise in number too, that number tells the minute better than a share of few mentions.
    const byNumber = weighByBucket(brand, 'negative', negativesAt, minute)
    const sums = sumMinutes(brand.platforms.values(), from, minute + 1, now)
    if (byNumber(sums, minute - from + 1) >= beyondDoubt) weigh = byNumber
  }
  return riseBegan({ from, to: minute, sumsOf, weigh }) * minuteMs
}

function weighFor(brand: BrandState, signal: Signal, judgement: Judgement, minute: number): Weigh {
  const { value, expected, sigma } = judgement.verdicts[judgement.best] as WindowVerdict
  const { column } = signal
  if (signal.name === 'negativity') {
    return (sums) => {
      const [mentions = 0, , corrected = 0] = signal.baselineValues(brand, { sums, authors: 0 })
      return weighShare(corrected, mentions, expected, value)
    }
  }
  // Who wrote is not known by the minute; how much was written is.
  if (column === undefined) return weighByBucket(brand, 'volume', mentionsAt, minute)
  const usual = { expected, sigma, minutes: minutesAt(judgement.best) }
  return (sums, minutes) => weighCount(sums[column] ?? 0, minutes, usual)
}

/** Weighs a column against what its baseline expects of five minutes. */
function weighByBucket(
  brand: BrandState,
  name: 'volume' | 'negative',
  column: number,
  minute: number,
): Weigh {
  const zone = zoneOffsetAt(brand.settings.zoneOffsets, minute * minuteMs)
  const usual = brand.baselines[name].baseline.forecast(1, bucketOf(minute), zone)
  return (sums, minutes) => weighCount(sums[column] ?? 0, minutes, { ...usual, minutes: bucketMinutes })
}
