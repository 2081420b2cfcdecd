import type { IncidentMark, IncidentRecord, SignalName, Transition } from '@nabiz/shared/contracts'
import type { NoticeKind } from '../channels/channel.ts'

/** One signal's episode inside an incident. */
export interface EpisodeInIncident {
  episode: string
  signal: SignalName
  scope: string
  firing: boolean
  severity: number
}

export type DeliveryStatus = 'pending' | 'sending' | 'delivered' | 'refused' | 'failed' | 'cancelled'

/** One notice on its way to one channel. (incident, channel, sequence) names it for good; what it says is fixed here. */
export interface Delivery {
  channel: string
  kind: NoticeKind
  /** Sequence of the incident's change that caused it. */
  sequence: number
  /** Step of the plan that told it. */
  step: number
  /** Event time of what it tells, ms. */
  at: number
  severity: number
  peakSeverity: number
  signals: SignalName[]
  /** Id of the transition it shows, among the incident's `transitions`. */
  leading: string
  /** Alerting's clock, ms. */
  queuedAt: number
  status: DeliveryStatus
  /** Tries begun; written before the try. */
  attempts: number
  /** Not before, alerting's clock, ms. */
  nextTryAt: number
  maybeRepeat: boolean
  /** Token of the sender's lease at the last try. */
  token?: number
  finishedAt?: number
  detail?: string
}

/** Where the escalation stands; absent when nobody has to be told any more. */
export interface Ladder {
  step: number
  /** Times the whole ladder was walked before. */
  round: number
  /** When the next step is due, alerting's clock, ms. */
  dueAt: number
}

/** One crisis of one brand as alerting holds it. */
export interface Incident {
  /** Hash of (brand, id of its first breach). */
  id: string
  brand: string
  state: IncidentRecord['state']
  /** Event times, ms. */
  openedAt: number
  resolvedAt?: number
  /** Alerting's clock at the last change, ms; decides how long it is remembered. */
  touchedAt: number
  /** Sequence of the next change. */
  sequence: number
  episodes: EpisodeInIncident[]
  severity: number
  peakSeverity: number
  /** Greatest severity people were told. */
  toldSeverity: number
  /** People were told of the opening in force, or it was decided that they need not be. */
  told: boolean
  /** Grows with each re-opening and each page of its plan's beginning; part of the identity of an acknowledgement. */
  openings: number
  breaches: string[]
  /** Id of the transition that speaks loudest. */
  leading: string
  /** The transitions that are still to be shown, by id. */
  transitions: Record<string, Transition>
  deliveries: Delivery[]
  ladder?: Ladder
  /** The plan is at its end and nobody answered. */
  exhausted?: boolean
  /** A drill ends by itself, alerting's clock, ms. */
  endsAt?: number
  acknowledgedBy?: string
  /** What a person said it was; without `kind` a note alone. */
  mark?: { kind?: IncidentMark; duplicateOf?: string; by: string; at: number; note?: string }
  /** Read from a log that was older than this installation. */
  history: boolean
  simulated: boolean
  drill: boolean
  probe: boolean
}

/** What is remembered of a brand beside its incidents. */
export interface BrandMemory {
  id: string
  /** Alerting's clock, ms; 0: not silenced. */
  silencedUntil: number
  silencedBy?: string
  /** Ids of breaches and acts already passed, with alerting's clock when they were, ms. */
  seen: Record<string, number>
}

/** State of one partition. Values are never changed in place; a Draft makes the next state. */
export interface PartitionState {
  incidents: ReadonlyMap<string, Incident>
  brands: ReadonlyMap<string, BrandMemory>
  /** Offsets below this were in the log before alerting was first started on it. */
  historyEnd: number
}

export const emptyState: PartitionState = { incidents: new Map(), brands: new Map(), historyEnd: 0 }

/** Statuses in which a delivery still has to be dealt with. */
export function isOutstanding(delivery: Delivery): boolean {
  return delivery.status === 'pending' || delivery.status === 'sending'
}
