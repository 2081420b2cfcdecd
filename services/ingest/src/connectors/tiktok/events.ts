import { z } from 'zod'
import type { Item } from '../connector.ts'
import { expected, idField, linkOf, optionalText, toMs } from '../shared/fields.ts'
import { parseJson } from '../shared/parse-json.ts'
import { faultsOf, type Reading } from '../shared/reading.ts'

const envelopeShape = z.looseObject({
  event: z.string().min(1).max(200),
  create_time: z.unknown().optional(),
  user_openid: idField.nullish(),
  content: z.string({ error: expected('JSON as text') }),
})
const commentShape = z.looseObject({
  comment_id: idField,
  video_id: idField.nullish(),
  parent_comment_id: idField.nullish(),
  comment_type: z.string().nullish(),
  /** Absent where nothing happened to it since: it is new. */
  comment_action: z.string().nullish(),
  timestamp: z.unknown().optional(),
  unique_identifier: idField.nullish(),
  text: optionalText,
})
const person = z.looseObject({ id: idField.nullish(), role: z.string().nullish() }).nullish()
const messageShape = z.looseObject({
  message_id: idField,
  timestamp: z.unknown().optional(),
  unique_identifier: idField.nullish(),
  from_user: person,
  text: z.looseObject({ body: optionalText }).nullish(),
  share_post: z.looseObject({ embed_url: z.unknown().optional() }).nullish(),
})

export interface EventContext {
  brandsOf(account: string | undefined): readonly string[]
  isOwn(id: string | undefined): boolean
  /** The account took back what it had allowed. */
  onRemoved(account: string | undefined): void
}

const messageEvents = new Set(['im_receive_msg', 'im_receive_msg_eu', 'im_send_msg', 'im_send_msg_eu'])

/** Reads one delivery. Its content is JSON as text, with ids beyond 2^53 as bare numbers. */
export function readEvent(value: unknown, context: EventContext, reading: Reading): void {
  const parsed = envelopeShape.safeParse(value)
  if (!parsed.success) {
    reading.unreadable('schema', faultsOf(parsed.error, 'event'), value)
    return
  }
  const { event, create_time: sentAt, user_openid: accountId, content } = parsed.data
  const account = accountId ?? undefined
  const inner = parseJson(Buffer.from(content, 'utf8'))
  if (inner === undefined) {
    reading.unreadable('not_json', 'content: not JSON', value)
    return
  }
  const about = { sentAt: toMs(sentAt), brands: context.brandsOf(account), account }
  if (event === 'comment.update') readComment(inner, about, context, reading)
  else if (messageEvents.has(event)) readMessage(inner, event.startsWith('im_send'), about, context, reading)
  else if (event === 'authorization.removed') {
    context.onRemoved(account)
    reading.ignore('not_content')
  } else if (/^(im_|post\.|video\.|portability\.)/.test(event)) reading.ignore('not_content')
  // Ids alone; the lists of mentions bring the text.
  else if (/mention/.test(event)) reading.ignore('needs_lookup')
  else reading.ignore('unknown_kind')
}

interface About {
  sentAt: number | undefined
  brands: readonly string[]
  account: string | undefined
}

function readComment(value: unknown, about: About, context: EventContext, reading: Reading): void {
  const parsed = commentShape.safeParse(value)
  if (!parsed.success) {
    reading.unreadable('schema', faultsOf(parsed.error, 'content', 'content'), value)
    return
  }
  const comment = parsed.data
  const at = toMs(comment.timestamp) ?? about.sentAt
  const change = operationOf(comment.comment_action ?? 'insert', at)
  if (!change) {
    reading.ignore('unknown_kind')
    return
  }
  const author = comment.unique_identifier ?? undefined
  const parent = comment.parent_comment_id ?? comment.video_id ?? undefined
  const isReply = comment.comment_type === 'reply' || Boolean(comment.parent_comment_id)
  reading.item({
    id: comment.comment_id,
    kind: isReply ? 'reply' : 'comment',
    text: change.operation === 'delete' ? '' : (comment.text ?? ''),
    createdAt: at,
    ...change,
    visibility: 'public',
    own: context.isOwn(author) || (author !== undefined && author === about.account),
    ...(author === undefined ? {} : { author: { id: author } }),
    ...(parent === undefined ? {} : { parent }),
    ...(about.brands.length > 0 ? { brands: about.brands } : {}),
  })
}

/** For friends alone is not public any more, so it is hidden to us. */
function operationOf(
  action: string,
  at: number | undefined,
): Pick<Item, 'operation' | 'revision'> | undefined {
  if (action === 'insert') return { operation: 'upsert' }
  if (action === 'delete') return { operation: 'delete' }
  if (action === 'set_to_public') return { operation: 'upsert', revision: `public-${at ?? 0}` }
  if (action === 'set_to_hidden' || action === 'set_to_friends_only')
    return { operation: 'hide', revision: `hide-${at ?? 0}` }
  return undefined
}

function readMessage(
  value: unknown,
  isSent: boolean,
  about: About,
  context: EventContext,
  reading: Reading,
): void {
  const parsed = messageShape.safeParse(value)
  if (!parsed.success) {
    reading.unreadable('schema', faultsOf(parsed.error, 'content', 'content'), value)
    return
  }
  const message = parsed.data
  const author = message.from_user?.id ?? message.unique_identifier ?? undefined
  const shared = linkOf(message.share_post?.embed_url)
  reading.item({
    id: message.message_id,
    kind: 'message',
    text: message.text?.body ?? shared ?? '',
    createdAt: toMs(message.timestamp) ?? about.sentAt,
    operation: 'upsert',
    visibility: 'private',
    own: isSent || message.from_user?.role === 'business_account' || context.isOwn(author),
    ...(author === undefined ? {} : { author: { id: author } }),
    ...(about.brands.length > 0 ? { brands: about.brands } : {}),
  })
}
