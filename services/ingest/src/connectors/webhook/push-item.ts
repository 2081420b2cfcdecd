import { mentionKinds, mentionOperations } from '@nabiz/shared/contracts'
import { z } from 'zod'
import type { Item } from '../connector.ts'
import { expected } from '../shared/fields.ts'
import { faultsOf } from '../shared/reading.ts'

/** An id as a string; a JSON number is taken by its digits. */
const id = z.union([z.string().min(1).max(512), z.number().transform(String), z.bigint().transform(String)], {
  error: expected('an id (text of 1 to 512 characters, or a number)'),
})

const time = z.union(
  [z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)), z.number().min(0)],
  { error: expected('a time (ISO 8601 with a zone, or ms since the epoch)') },
)

const count = z.int().min(0)

/** One item of the generic push: what a sender of our own format writes. */
export const pushItem = z.object({
  id,
  kind: z.enum(mentionKinds).default('post'),
  text: z.string(),
  /** ISO 8601 with a zone, or ms since the epoch. */
  createdAt: time.optional(),
  author: z.object({ id, followers: count.optional(), verified: z.boolean().optional() }).optional(),
  language: z.string().max(35).optional(),
  engagement: z.object({ likes: count, shares: count, comments: count, views: count }).partial().optional(),
  permalink: z
    .url({ protocol: /^https?$/ })
    .max(2_048)
    .optional(),
  parent: id.optional(),
  operation: z.enum(mentionOperations).default('upsert'),
  revision: z
    .union([z.string().min(1).max(128), z.number().transform(String)], {
      error: expected('a revision (text of 1 to 128 characters, or a number)'),
    })
    .optional(),
  visibility: z.enum(['public', 'private']).default('public'),
  own: z.boolean().default(false),
  /** Brands it is about, beside those its text names. */
  brands: z.array(z.string()).optional(),
})

/** A delete needs no text. */
function withText(value: unknown): unknown {
  return isDeletion(value) && !('text' in value) ? { ...value, text: '' } : value
}

function isDeletion(value: unknown): value is object {
  return typeof value === 'object' && value !== null && 'operation' in value && value.operation !== 'upsert'
}

export type ParsedItem =
  | { kind: 'item'; item: Item; unknownFields: string[] }
  | { kind: 'fault'; detail: string }

/** Reads one item; a fault names the field, the kind of value found and what would be right. */
export function parsePushItem(value: unknown): ParsedItem {
  const result = pushItem.safeParse(withText(value))
  if (!result.success) return { kind: 'fault', detail: faultsOf(result.error, 'item') }
  // JSON knows no undefined: what is optional and absent stays absent.
  return { kind: 'item', item: result.data as Item, unknownFields: unknownFieldsOf(value) }
}

const knownFields = new Set(Object.keys(pushItem.shape))

function unknownFieldsOf(value: unknown): string[] {
  return Object.keys(value as object).filter((field) => !knownFields.has(field))
}
