import type {
  ConnectorCondition,
  DeadLetterReason,
  Mention,
  mentionKinds,
  mentionOperations,
} from '@nabiz/shared/contracts'
import type { Outgoing } from '@nabiz/shared/http'
import type { Logger } from '@nabiz/shared/logging'
import type { Clock } from '@nabiz/shared/time'
import type { z } from 'zod'

/** One thing said on a platform, as its connector understood it: the platform's facts, no brand named yet. */
export interface Item {
  /** The platform's id, unique within the platform, as a string. */
  id: string
  /** The id contains a person's id (a private chat): it is pseudonymised before it enters the log. */
  idIsPersonal?: boolean
  kind: (typeof mentionKinds)[number]
  author?: { id: string; followers?: number; verified?: boolean }
  text: string
  language?: string
  /** ms since the epoch; undefined when the platform does not say. */
  createdAt: number | undefined
  engagement?: Mention['engagement']
  permalink?: string
  parent?: string
  operation: (typeof mentionOperations)[number]
  /** Names this version of an edited item. */
  revision?: string
  visibility: 'public' | 'private'
  own: boolean
  simulated?: boolean
  /** Brands this item is about by its place (a brand's own page or chat), beside those its text names. */
  brands?: readonly string[]
}

/** Bytes from an authentic source that no schema understands. */
export interface Unreadable {
  reason: DeadLetterReason
  /** Field, kind of the value found, what would be right; never the content. */
  detail: string
  payload: Uint8Array
  position?: string
}

/** What one read of a platform gave. */
export interface Delivery {
  items: readonly Item[]
  unreadable?: readonly Unreadable[]
  /** Things that are authentic and not for us (a reaction, a service message). */
  ignored?: number
}

/** What became of a delivery. received = passed + dropped + deadLettered. */
export interface Receipt {
  received: number
  passed: number
  /** Records written: one for each brand an item names. */
  mentions: number
  dropped: Readonly<Record<string, number>>
  deadLettered: number
}

/** Resolves when the log has accepted everything; throws DependencyError when it cannot. */
export type Accept = (delivery: Delivery) => Promise<Receipt>

/** What a platform lets us see. */
export interface Capabilities {
  comments: boolean
  mentionsByStrangers: boolean
  privateMessages: boolean
  deletes: boolean
  edits: boolean
  metrics: boolean
}

export interface WebhookRequest {
  method: 'GET' | 'POST'
  query: Readonly<Record<string, string>>
  headers: Readonly<Record<string, string>>
  /** The body's bytes as they came. */
  body: Uint8Array
  /** Address of the caller's end of the connection: of a proxy, where there is one. */
  remoteAddress: string
}

export interface WebhookAnswer {
  status: number
  body?: string
  contentType?: string
}

/** Pushed to us: the platform calls, we answer after the log accepted. */
export interface WebhookWay {
  way: 'webhook'
  /** It carries orders, not mentions: that it answers says nothing of what the account can see. */
  isControl?: boolean
  /** `refuse` counts a delivery that is not genuine; nothing of it is kept. Throwing DependencyError answers 503. */
  handle(
    request: WebhookRequest,
    accept: Accept,
    refuse: (reason: RefusalReason) => void,
  ): Promise<WebhookAnswer>
}

export type RefusalReason = 'signature_missing' | 'signature_wrong' | 'signature_old' | 'not_local'

export interface Poll {
  delivery: Delivery
  /** Stored after the log accepted the delivery; undefined keeps the old one. */
  cursor: string | undefined
  /** More is waiting: poll again at once; the connector is catching up. */
  more: boolean
}

/** Asked by us: one replica holds the account's lease and polls. */
export interface PollerWay {
  way: 'poller'
  /** Time between polls when nothing more is waiting, ms. */
  intervalMs: number
  /** Throws DependencyError; `retryAfterMs` is obeyed, anything else backs off. */
  poll(cursor: string | undefined, signal: AbortSignal): Promise<Poll>
}

/** Flows to us: one replica holds the account's lease and reads until aborted. */
export interface StreamWay {
  way: 'stream'
  /**
   * Calls `next` for each piece and waits for it; `lagMs`: how far behind the piece is, where the platform tells.
   * Returns at the end, throws DependencyError when the line breaks.
   */
  run(
    cursor: string | undefined,
    next: (delivery: Delivery, cursor: string | undefined, lagMs?: number) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void>
}

export type Way = WebhookWay | PollerWay | StreamWay

/** What a connector is given to work with. */
export interface ConnectorContext {
  clock: Clock
  outgoing: Outgoing
  logger: Logger
  /** 0 <= x < 1. */
  random: () => number
}

/** One account of one platform. */
export interface Connector {
  ways: readonly Way[]
}

/** A platform: what it can see, what its config looks like, how an account of it is made. One file, one line in the registry. */
export interface ConnectorFactory<S extends z.ZodType = z.ZodType> {
  platform: string
  capabilities: Capabilities
  /** Schema of an account's own fields; `account` and `brands` are common to all. */
  config: S
  create(config: z.output<S>, context: ConnectorContext): Connector
}

/** The condition a connector's host reports with every heartbeat. */
export type Condition = ConnectorCondition

/** Ties a factory's config type to its `create`. */
export function defineConnector<S extends z.ZodType>(factory: ConnectorFactory<S>): ConnectorFactory<S> {
  return factory
}
