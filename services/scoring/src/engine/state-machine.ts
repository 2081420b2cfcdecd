import type { SignalState, ThresholdsConfig } from '@nabiz/shared/contracts'
import type { Reader, Writer } from './codec.ts'

const phases = ['ok', 'pending', 'firing', 'recovering'] as const
type Phase = (typeof phases)[number]

/** Where one signal of one brand stands; `warming` and `blind` are views of it, see `shownState`. */
export interface Machine {
  phase: Phase
  /** Minutes whose windows were at 1.0 or more since pending began. */
  pendingCount: number
  /** End of the window evaluated last at 1.0 or more: one minute counts once. */
  pendingMinute: number
  /** Observed minutes under the recovery boundary. */
  calmMinutes: number
  calmMinute: number
  /** Id of the running episode's opening transition; of the last one when none is running; empty before the first. */
  episode: string
  /** Whether people were told of the running episode: its signal was allowed to page when it opened. */
  told: boolean
  since: number
  peak: number
  /** Severity told last. */
  toldSeverity: number
  /** Event time of the last evaluation at 1.0 or more; 0 before the first. */
  boundaryAt: number
  /** Event time of the last transition. */
  transitionAt: number
  /** Spans [since, end] of the last episodes, so that late mentions do not open one that was. */
  past: { since: number; until: number }[]
}

/** What one evaluation tells the machine. */
export interface Evaluation {
  /** Last minute of the windows, minutes since 1970. */
  minute: number
  /** Event time of the evaluation. */
  at: number
  severity: number
  severityWithoutFloors: number
  /** Whether that minute was observed: only then is quiet a step towards calm. */
  observed: boolean
  /** A severity of 1.0 or more has held for minutes by itself: it counts for two. */
  isSteady?: boolean
}

export type Step = 'opened' | 'escalated' | 'recovered' | undefined

/** Episodes remembered after they ended. */
const pastEpisodes = 8

export function createMachine(): Machine {
  return {
    phase: 'ok',
    pendingCount: 0,
    pendingMinute: 0,
    calmMinutes: 0,
    calmMinute: 0,
    episode: '',
    told: false,
    since: 0,
    peak: 0,
    toldSeverity: 0,
    boundaryAt: 0,
    transitionAt: 0,
    past: [],
  }
}

/** Whether an episode is running. */
export function isOpen(machine: Machine): boolean {
  return machine.phase === 'firing' || machine.phase === 'recovering'
}

/** One evaluation; says which transition people are to be told of. The caller fills in `episode` and `since`. */
export function stepMachine(machine: Machine, evaluation: Evaluation, thresholds: ThresholdsConfig): Step {
  return isOpen(machine)
    ? stepOpen(machine, evaluation, thresholds)
    : stepClosed(machine, evaluation, thresholds)
}

function stepClosed(machine: Machine, evaluation: Evaluation, thresholds: ThresholdsConfig): Step {
  const { severity, minute } = evaluation
  if (severity < 1) {
    // A minute nobody saw proves nothing, also not that a beginning storm is over.
    if (evaluation.observed) {
      machine.phase = 'ok'
      machine.pendingCount = 0
    }
    return undefined
  }
  if (machine.phase === 'ok') machine.pendingCount = 0
  if (machine.pendingCount === 0 || minute > machine.pendingMinute) machine.pendingCount += 1
  machine.pendingMinute = minute
  machine.phase = 'pending'
  const evaluations = machine.pendingCount + (evaluation.isSteady === true ? 1 : 0)
  if (severity < thresholds.immediateAt && evaluations < thresholds.pendingEvaluations) return undefined
  open(machine, evaluation)
  return 'opened'
}

/** Begins an episode; `stepMachine` does so by itself, late findings call it. */
export function open(machine: Machine, evaluation: Evaluation): void {
  machine.phase = 'firing'
  machine.pendingCount = 0
  machine.calmMinutes = 0
  machine.calmMinute = evaluation.minute
  machine.peak = evaluation.severity
  machine.toldSeverity = evaluation.severity
}

function stepOpen(machine: Machine, evaluation: Evaluation, thresholds: ThresholdsConfig): Step {
  const { severity } = evaluation
  machine.peak = Math.max(machine.peak, severity)
  if (evaluation.severityWithoutFloors < thresholds.recoverBelow) {
    machine.phase = 'recovering'
    if (evaluation.observed && evaluation.minute > machine.calmMinute) machine.calmMinutes += 1
    machine.calmMinute = Math.max(machine.calmMinute, evaluation.minute)
    if (machine.calmMinutes < thresholds.recoverMinutes) return undefined
    machine.phase = 'ok'
    machine.pendingCount = 0
    machine.past.push({ since: machine.since, until: evaluation.at })
    if (machine.past.length > pastEpisodes) machine.past.shift()
    return 'recovered'
  }
  machine.phase = 'firing'
  machine.calmMinutes = 0
  if (severity < 1 || severity < machine.toldSeverity * thresholds.escalateFactor) return undefined
  machine.toldSeverity = severity
  return 'escalated'
}

/** What people see: an episode stays what it is; without one, not seeing and not knowing yet come first. */
export function shownState(machine: Machine, blind: boolean, warming: boolean): SignalState {
  if (isOpen(machine)) return machine.phase
  if (blind) return 'blind'
  if (machine.phase === 'ok' && warming) return 'warming'
  return machine.phase
}

export function encodeMachine(machine: Machine, writer: Writer): void {
  writer.unsigned(phases.indexOf(machine.phase))
  writer.unsigned(machine.pendingCount)
  writer.unsigned(machine.pendingMinute)
  writer.unsigned(machine.calmMinutes)
  writer.unsigned(machine.calmMinute)
  writer.string(machine.episode)
  writer.flag(machine.told)
  writer.unsigned(machine.since)
  writer.float(machine.peak)
  writer.float(machine.toldSeverity)
  writer.unsigned(machine.boundaryAt)
  writer.unsigned(machine.transitionAt)
  writer.list(machine.past, (span) => {
    writer.unsigned(span.since)
    writer.unsigned(span.until)
  })
}

export function decodeMachine(reader: Reader): Machine {
  return {
    phase: phases[reader.unsigned()] ?? 'ok',
    pendingCount: reader.unsigned(),
    pendingMinute: reader.unsigned(),
    calmMinutes: reader.unsigned(),
    calmMinute: reader.unsigned(),
    episode: reader.string(),
    told: reader.flag(),
    since: reader.unsigned(),
    peak: reader.float(),
    toldSeverity: reader.float(),
    boundaryAt: reader.unsigned(),
    transitionAt: reader.unsigned(),
    past: reader.list(() => ({ since: reader.unsigned(), until: reader.unsigned() })),
  }
}
