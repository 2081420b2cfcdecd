import type { Secret } from '@nabiz/shared/config'
import type {
  ConnectorCondition,
  DeadLetterReason,
  Mention,
  Metric,
  mentionKinds,
  mentionOperations,
} from '@nabiz/shared/contracts'
import type { Outgoing } from '@nabiz/shared/http'
import type { Logger } from '@nabiz/shared/logging'
import type { Clock } from '@nabiz/shared/time'
import type { z } from 'zod'
import type { Credential, CredentialSpec } from '../credentials/credential.ts'
import type { Quota, QuotaSpec } from '../quotas/quota.ts'

/** One thing said on a platform, as its connector understood it: the platform's facts, no brand named yet. */
export interface Item {
  /** The platform's id, unique within the platform, as a string. */
  id: string
  /** Where it was said, when one account brings items of two platforms (a Meta app calls one address for both). */
  platform?: string
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
  /** Addresses of what was attached, public items alone. */
  media?: readonly string[]
  operation: (typeof mentionOperations)[number]
  /** Names this version of an edited item. */
  revision?: string
  visibility: 'public' | 'private'
  own: boolean
  /** The platform tells everything in order and of everybody: a delete of what was never written is not remembered. */
  isInOrder?: boolean
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

/** A counter as the platform shows it now; the pipeline works out what it grew by. */
export interface Count {
  /** The platform's id of what was counted. */
  subject: string
  counter: Metric['counter']
  total: number
  /** ms since the epoch; undefined: now. */
  observedAt?: number
  /** We receive the same things item by item as well: the counter is shown and not counted. */
  isItemised?: boolean
  brands?: readonly string[]
}

/** Why something authentic is not for us; a closed set, since it becomes a label. */
export const ignoreReasons = [
  /** A reaction, a receipt, a service message, a picture of an album whose caption is another message. */
  'not_content',
  /** A kind of event this version does not know. */
  'unknown_kind',
  /** The platform's own "send a test" button. */
  'test_delivery',
  /** The platform says that it cannot show the message over its API. */
  'unsupported',
  /** It names ids alone, and no token is configured to ask for the rest. */
  'needs_lookup',
  /** It was gone or closed to us when we asked for the rest. */
  'not_found',
  /** For another platform's account (messages at the address for comments). */
  'other_account',
  /** A figure that the platform still works on. */
  'unfinished',
] as const
export type IgnoreReason = (typeof ignoreReasons)[number]

/** What one read of a platform gave; made by `createReading`, which keeps the order. */
export interface Delivery {
  items: readonly Item[]
  counts?: readonly Count[]
  unreadable?: readonly Unreadable[]
  /** Things that are authentic and not for us, each with why. */
  ignored?: readonly IgnoreReason[]
  /** Kinds in the order in which they stood in what was read, for `nabiz decode`. */
  order?: readonly ('item' | 'count' | 'unreadable' | 'ignored')[]
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

/** A request that is not genuine, and what it is answered with. */
export interface Refusal {
  reason: RefusalReason
  answer: WebhookAnswer
}

/** Pushed to us: the platform calls, we answer after the log accepted. */
export interface WebhookWay {
  way: 'webhook'
  /** That it answers says nothing of what the account can see: it carries orders, or only what polling arranged for. */
  isControl?: boolean
  /** Other platforms whose items come this way: each has a condition of its own. */
  carries?: readonly string[]
  /** Undefined: the request is genuine. Apart from `handle`, so that `nabiz decode --unsigned` alone can leave it out. */
  authenticate(request: WebhookRequest): Refusal | undefined
  /**
   * Takes a genuine request. `refuse` counts what shows only now that it is not genuine (a wrong seal inside); nothing
   * of it is kept. Throwing DependencyError answers 503.
   */
  handle(
    request: WebhookRequest,
    accept: Accept,
    refuse: (reason: RefusalReason) => void,
  ): Promise<WebhookAnswer>
}

export type RefusalReason =
  | 'signature_missing'
  | 'signature_wrong'
  | 'signature_old'
  | 'handshake_wrong'
  | 'content_type'
  | 'encoding'
  | 'too_large'
  | 'not_local'

export interface Poll {
  delivery: Delivery
  /** Stored after the log accepted the delivery; undefined keeps the old one. */
  cursor: string | undefined
  /** More is waiting: poll again at once. Without `lagMs` the connector is then catching up. */
  more: boolean
  /** How far behind it is, ms, where it knows: it is catching up above a minute. */
  lagMs?: number
  /** Time until the next poll, ms, where the platform or the work at hand names it; default `intervalMs`. */
  waitMs?: number
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

/** A text in the store; undefined: never set. */
export interface Kept {
  get(): Promise<string | undefined>
  set(text: string): Promise<void>
}

/** What a connector is given to work with. */
export interface ConnectorContext {
  clock: Clock
  outgoing: Outgoing
  logger: Logger
  /** 0 <= x < 1. */
  random: () => number
  /** A limit of the platform, shared by all replicas; obeyed before it is hit. */
  quota(spec: QuotaSpec): Quota
  /** A token that is kept and renewed. */
  credential(spec: CredentialSpec): Credential
  /** Counts an item without a field that is always there when we ask rightly: the query is wrong, not the item. */
  fieldMissing(field: 'author' | 'createdAt'): void
  /** A small text of the account that all replicas share: what a webhook learns and a poller must know. */
  keep(name: string): Kept
  /** The platform no longer has what was said between the two times, ms: nobody can make up for it. */
  missed(from: number, to: number): void
  /** Nothing may be asked of the platform (`nabiz decode`). */
  isOffline?: boolean
}

/** One thing `nabiz connect` asked the platform. */
export interface Check {
  /** What was asked, for people: "permission pages_read_user_content". */
  what: string
  isOk: boolean
  /** What the platform said, or what to do; never a secret. */
  detail?: string
}

/** One account of one platform. */
export interface Connector {
  ways: readonly Way[]
  /** Reads an answer of a polled API (a name under `description.apis`), by the code that polling uses. */
  decode?(api: string, body: Uint8Array): Delivery
  /** What an answer tells that is the platform's documented error and no listing: its code or name. Undefined: it is none. */
  errorIn?(answer: unknown): string | undefined
  /** Asks the platform what the configured credentials may do. Throws DependencyError when it cannot be asked. */
  check?(signal: AbortSignal): Promise<readonly Check[]>
  /** What a person must enter at the platform beside the webhook's address; shown by `nabiz connect` alone. */
  toEnter?: readonly { what: string; value: Secret }[]
}

/** What `nabiz connectors` prints of a platform. */
export interface Description {
  /** The platform's name for people. */
  title: string
  ways: readonly ('webhook' | 'polling' | 'stream' | 'made here')[]
  sees: Capabilities
  /** What is seen under a condition or in part alone, for people: which of it, a colon, when. */
  partly?: readonly string[]
  /** What a person must have or create there. */
  needs: readonly string[]
  /** Polled APIs by the names that `nabiz decode --api` takes, each with its endpoint. */
  apis: Readonly<Record<string, string>>
}

/** A platform: what it can see, what its config looks like, how an account of it is made. One file, one line in the registry. */
export interface ConnectorFactory<S extends z.ZodType = z.ZodType> {
  platform: string
  description: Description
  /** Schema of an account's own fields; `account` and `brands` are common to all. */
  config: S
  /** The least config that works, with values for the secrets it names: for `nabiz decode` without a config file. */
  bare: { config: Record<string, unknown>; environment: Record<string, string> }
  create(config: z.output<S>, context: ConnectorContext): Connector
}

/** The condition a connector's host reports with every heartbeat. */
export type Condition = ConnectorCondition

/** Ties a factory's config type to its `create`. */
export function defineConnector<S extends z.ZodType>(factory: ConnectorFactory<S>): ConnectorFactory<S> {
  return factory
}
