import { z } from 'zod'
import type { Delivery, Item } from '../connector.ts'
import { deletion } from '../shared/deletion.ts'
import { expected, idField, optionalText, toMs } from '../shared/fields.ts'
import { createReading, faultsOf, type Reading } from '../shared/reading.ts'
import { readIncludes, readPost } from './post.ts'

const eventShape = z.looseObject({
  event_type: z.string(),
  filter: z.looseObject({ user_id: idField.nullish() }).nullish(),
  payload: z.unknown().optional(),
  includes: z.unknown().optional(),
})
const bodyShape = z.looseObject({
  data: z.union([z.array(z.unknown()), z.looseObject({})], {
    error: expected('an event or a list of events'),
  }),
})
const deletedShape = z.looseObject({ id: idField, author_id: idField.nullish() })

/** Messages come in the newer shape, or wrapped in the older one. */
const messageShape = z.looseObject({
  id: idField,
  sender_id: idField.nullish(),
  text: optionalText,
  created_at: z.unknown().optional(),
  created_timestamp: z.unknown().optional(),
  message_create: z
    .looseObject({
      sender_id: idField.nullish(),
      message_data: z.looseObject({ text: optionalText }).nullish(),
    })
    .nullish(),
})
const wrappedShape = z.looseObject({ direct_message_events: z.array(z.unknown()) })

const posts = new Set([
  'post.create',
  'post.mention.create',
  'post.reply.create',
  'post.quote.create',
  'post.repost.create',
])
const messages = new Set(['dm.received', 'dm.sent'])
/** Kinds known to carry nothing anybody wrote, by the word they begin with. */
const wordless = /^(like|follow|profile|mute|block|space|news|oauth|dm|chat|list|bookmark)\./

export interface ActivityContext {
  /** The brand's own accounts, and what they are about. */
  accounts: Readonly<Record<string, readonly string[]>>
  fieldMissing(field: 'author' | 'createdAt'): void
}

/** Reads a delivery of the Activity API: one event under `data`, or a list of them. */
export function readActivity(value: unknown, context: ActivityContext): Delivery {
  const reading = createReading()
  const parsed = bodyShape.safeParse(value)
  if (!parsed.success) reading.unreadable('schema', faultsOf(parsed.error, 'body'), value)
  else {
    const { data } = parsed.data
    for (const event of Array.isArray(data) ? data : [data]) readEvent(event, context, reading)
  }
  return reading.delivery()
}

function readEvent(value: unknown, { accounts, fieldMissing }: ActivityContext, reading: Reading) {
  const parsed = eventShape.safeParse(value)
  if (!parsed.success) return reading.unreadable('schema', faultsOf(parsed.error, 'data'), value)
  const { event_type: type, filter, payload, includes } = parsed.data
  const brands = filter?.user_id ? (accounts[filter.user_id] ?? []) : []
  const own = new Set(Object.keys(accounts))
  if (posts.has(type))
    return readPost(payload, readIncludes(includes), { own, brands, fieldMissing }, reading)
  if (type === 'post.delete') return readDelete(payload, own, reading)
  if (messages.has(type)) return readMessages(payload, { own, brands, isSent: type === 'dm.sent' }, reading)
  reading.ignore(wordless.test(type) ? 'not_content' : 'unknown_kind')
}

function readDelete(payload: unknown, own: ReadonlySet<string>, reading: Reading) {
  const parsed = deletedShape.safeParse(payload)
  if (!parsed.success) return reading.unreadable('schema', faultsOf(parsed.error, 'payload'), payload)
  const { id, author_id: writer } = parsed.data
  reading.item(
    // X does not say when.
    deletion({
      id,
      kind: 'post',
      own: writer != null && own.has(writer),
      ...(writer == null ? {} : { author: { id: writer } }),
    }),
  )
}

interface MessageContext {
  own: ReadonlySet<string>
  brands: readonly string[]
  isSent: boolean
}

function readMessages(payload: unknown, context: MessageContext, reading: Reading) {
  const wrapped = wrappedShape.safeParse(payload)
  const events = wrapped.success ? wrapped.data.direct_message_events : [payload]
  if (events.length === 0) return reading.ignore('not_content')
  for (const event of events) {
    const parsed = messageShape.safeParse(event)
    if (parsed.success) reading.item(toMessage(parsed.data, context))
    else reading.unreadable('schema', faultsOf(parsed.error, 'payload'), event)
  }
}

function toMessage(event: z.infer<typeof messageShape>, { own, brands, isSent }: MessageContext): Item {
  const writer = event.sender_id ?? event.message_create?.sender_id ?? undefined
  return {
    id: event.id,
    kind: 'message',
    text: event.text ?? event.message_create?.message_data?.text ?? '',
    createdAt: toMs(event.created_at ?? event.created_timestamp),
    operation: 'upsert',
    visibility: 'private',
    own: isSent || (writer !== undefined && own.has(writer)),
    ...(writer === undefined ? {} : { author: { id: writer } }),
    ...(brands.length > 0 ? { brands } : {}),
  }
}
