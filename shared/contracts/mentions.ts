import { z } from 'zod'
import { brandId, counterName, incidentMark, platformName, timestamp } from './common.ts'

export const mentionKinds = ['post', 'comment', 'reply', 'review', 'message', 'story', 'article'] as const
export const mentionOperations = ['upsert', 'delete', 'hide'] as const

/** One mention of one brand, as it stands in `mentions`. A mention that names two brands is two records. */
export const mention = z.object({
  v: z.literal(1),
  type: z.literal('mention'),
  /** The platform's id of the item, unique within the platform; ids that contain a person's id are pseudonymised. */
  id: z.string().min(1).max(512),
  platform: platformName,
  kind: z.enum(mentionKinds),
  brand: brandId,
  author: z
    .object({
      /** Keyed hash with its key's version: `k1:…`. Never the platform's own id. */
      id: z.string().min(1).max(128),
      followers: z.int().min(0).optional(),
      verified: z.boolean().optional(),
    })
    .optional(),
  text: z.string().max(100_000),
  /** The platform's own statement of the language, BCP 47. */
  language: z.string().max(35).optional(),
  /** When it was written on the platform. */
  createdAt: timestamp,
  /** Set when the platform's time could not be true and was replaced by receivedAt. */
  createdAtFlag: z.enum(['future', 'past', 'missing']).optional(),
  receivedAt: timestamp,
  engagement: z
    .object({
      likes: z.int().min(0),
      shares: z.int().min(0),
      comments: z.int().min(0),
      views: z.int().min(0),
    })
    .partial()
    .optional(),
  permalink: z.string().max(2_048).optional(),
  parent: z.string().max(512).optional(),
  /** Addresses of pictures and videos, as the platform gave them; public items alone. They may stop working. */
  media: z.array(z.string().max(2_048)).max(10).optional(),
  operation: z.enum(mentionOperations),
  /** Distinguishes edits of one item (the platform's edit time or revision); absent on the first version. */
  revision: z.string().max(128).optional(),
  visibility: z.enum(['public', 'private']),
  /** Written by the brand itself: never raises an alarm. */
  own: z.boolean(),
  /** Made by the simulator: labelled as such wherever it shows. */
  simulated: z.boolean().optional(),
})
export type Mention = z.infer<typeof mention>

/** A counter's change without texts (likes, shares, views). */
export const metric = z.object({
  v: z.literal(1),
  type: z.literal('metric'),
  /** Identity of this delta: a repeat has the same id. */
  id: z.string().min(1).max(512),
  platform: platformName,
  brand: brandId,
  counter: counterName,
  /** The platform's id of what was counted. */
  subject: z.string().max(512),
  delta: z.int(),
  total: z.int().min(0),
  /** The same things are received item by item as well: shown, never counted. */
  itemised: z.boolean().optional(),
  observedAt: timestamp,
  /** When the total was read before, where that is known: the delta grew between the two. */
  since: timestamp.optional(),
  receivedAt: timestamp,
})
export type Metric = z.infer<typeof metric>

export const connectorConditions = ['ok', 'catching_up', 'blind', 'starting'] as const

/** What one connector's account can see, as told by the replica that holds its lease. */
export const connectorCondition = z.object({
  platform: platformName,
  account: z.string().min(1).max(128),
  condition: z.enum(connectorConditions),
  lastSuccessAt: timestamp.optional(),
  lagMs: z.int().min(0).optional(),
  /** A short word why it is not ok; never text from the platform. */
  reason: z.string().max(200).optional(),
  /** Brands it can see; absent: all. */
  brands: z.array(brandId).optional(),
})
export type ConnectorCondition = z.infer<typeof connectorCondition>

/** Ingest's clock and connectors, to every partition every few seconds. The only thing that moves partition time. */
export const heartbeat = z.object({
  v: z.literal(1),
  type: z.literal('heartbeat'),
  at: timestamp,
  /** Stable name of the ingest instance. */
  source: z.string().min(1).max(128),
  connectors: z.array(connectorCondition),
})
export type Heartbeat = z.infer<typeof heartbeat>

/** A copy of an active config version in the partition of a brand it concerns. */
export const configCopy = z.object({
  v: z.literal(1),
  type: z.literal('config'),
  kind: z.enum(['brand', 'thresholds', 'model']),
  id: z.string().min(1).max(128),
  version: z.string().min(1).max(64),
  /** The brand whose partition this copy was written for. */
  brand: brandId,
  /** Offset of the pointer change in `config`; a copy applies only if it is greater than the last applied. */
  configOffset: z.int().min(0),
  /** False: the brand is no longer watched. */
  active: z.boolean(),
  /** The version's content; validated by its own schema in config.ts. */
  content: z.record(z.string(), z.unknown()),
})
export type ConfigCopy = z.infer<typeof configCopy>

/** What a person said an incident was, in the partition of its brand: a confirmed crisis teaches no baseline from here on. */
export const mark = z.object({
  v: z.literal(1),
  type: z.literal('mark'),
  brand: brandId,
  incident: z.string().min(1).max(200),
  mark: incidentMark,
  /** From the beginning of its rise to its end, or to the mark where it was not over. */
  from: timestamp,
  to: timestamp,
  by: z.string().min(1).max(200),
  at: timestamp,
})
export type Mark = z.infer<typeof mark>

/** Any record of the `mentions` topic. */
export const mentionsRecord = z.discriminatedUnion('type', [mention, metric, heartbeat, configCopy, mark])
export type MentionsRecord = z.infer<typeof mentionsRecord>
