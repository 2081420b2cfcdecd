import type { PlatformCoverage, Transition } from '@nabiz/shared/contracts'
import type { BrandState } from './brand-state.ts'
import type { Emission } from './engine.ts'
import { gatherEvidence } from './evidence.ts'
import { hourMs, minuteMs } from './grid.ts'
import { hashHex } from './hash.ts'
import { type Judgement, round6, windowEvaluation } from './judgement.ts'
import { riseStart } from './rise-start.ts'
import type { Signal } from './signals/signal.ts'

/** What the engine was built with, and where its records go. */
export interface Outlet {
  signals: readonly Signal[]
  /** No mention comes, so none is evaluated within its minute. */
  isCountsOnly?: boolean
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
  /** A platform that is judged by itself; absent: all platforms of the brand together. */
  scope?: string
}

/** Notes a step in the machine and emits its breach, unless the signal was not allowed to page when it opened. */
export function tellTransition(found: Happening, outlet: Outlet): void {
  const deciding = found.judgement.verdicts[found.judgement.best]
  const about = deciding && found.signal.about?.(found.brand, deciding)
  const happening = about ? { ...found, signal: about } : found
  const { brand, signal, judgement, kind, minute, now, scope = 'all' } = happening
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
  const samples = brand.samples.choose(now, happening.scope)
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
      isScoped: happening.scope !== undefined,
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
