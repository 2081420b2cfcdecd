import type { SignalName, Transition } from '@nabiz/shared/contracts'
import type { Outgoing } from '@nabiz/shared/http'
import type { z } from 'zod'

/** Why people are told: `escalation` nobody answered, `update` it changed, `missed` it opened and closed while we were down. */
export type NoticeKind = 'page' | 'escalation' | 'update' | 'resolved' | 'missed'

/** One mention shown as an example. */
export interface Sample {
  platform: string
  /** Undefined: private, deleted or unknown. */
  text: string | undefined
  permalink?: string
  private: boolean
}

/** The brand as a page needs it. */
export interface NoticeBrand {
  id: string
  name: string
  language: 'tr' | 'en'
  /** IANA zone; an unknown one is shown as UTC. */
  timeZone: string
  /** What the page tells people to do first: words or a URL. */
  runbook?: string
}

/**
 * What one delivery says. Another try may differ in `samples` (a text removed meanwhile is not shown), `ackUrl` and
 * `maybeRepeat`; everything else is fixed when the delivery is written.
 */
export interface Notice {
  kind: NoticeKind
  /** The incident's id: the dedup_key on every channel. */
  incident: string
  brand: NoticeBrand
  /** Event time, ms. */
  openedAt: number
  /** Event time of what the notice tells, ms. */
  at: number
  severity: number
  peakSeverity: number
  signals: SignalName[]
  /** The transition that speaks loudest: its window and evidence are shown. */
  leading: Transition
  samples: Sample[]
  /** Opens a page with one button; holds a token for one incident, one person, one action. */
  ackUrl?: string
  maybeRepeat: boolean
  simulated: boolean
  drill: boolean
  /** From the internal probe brand. */
  probe: boolean
  /** The incident's sequence number: (incident, sequence, kind) names the notice for good. */
  sequence: number
}

/** What became of a delivery. Details hold no secret, no URL, no address and no text of a mention. */
export type DeliveryResult =
  | { kind: 'delivered'; detail?: string }
  /** For good (4xx, bad configuration): the next channel is due at once. */
  | { kind: 'refused'; detail: string }
  /** For now (network, 429, 5xx): worth another try, not before `retryAfterMs` where the receiver said so. */
  | {
      kind: 'failed'
      detail: string
      retryAfterMs?: number
      /** Nobody answered: it may have arrived all the same, so the next try may be a repeat. */
      mayHaveArrived?: true
    }

/** A way to reach people. `deliver` answers with a value for everything the outside may do; it throws only on our own faults. */
export interface Channel {
  readonly id: string
  readonly type: string
  deliver(notice: Notice, signal: AbortSignal): Promise<DeliveryResult>
  /** Whether a delivery would be let in, without disturbing anybody. */
  check?(signal: AbortSignal): Promise<DeliveryResult>
}

/** What a channel may use of the world. */
export interface ChannelContext {
  outgoing: Outgoing
  /** ms since the Unix epoch; for signatures, which receivers refuse when stale. */
  now(): number
  /** Where `log` writes; `colours` only on a terminal that shows them; `columns`: its width. */
  terminal: { write(text: string): void; colours: boolean; columns?: number }
  /** Called with what reaches a `record` channel. */
  onRecord?(channel: string, notice: Notice): void
}

/** One variant: the schema of its config and how to build it. */
export interface ChannelFactory<S extends z.ZodType = z.ZodType> {
  config: S
  create(config: z.output<S>, context: ChannelContext): Channel
}
