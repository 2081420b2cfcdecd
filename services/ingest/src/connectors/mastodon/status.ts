import { z } from 'zod'
import type { Item } from '../connector.ts'
import { countOf, idField, linkOf, optionalText, toMs } from '../shared/fields.ts'
import { htmlText } from '../shared/html-text.ts'
import { faultsOf, type Reading } from '../shared/reading.ts'

const account = z.looseObject({
  id: idField,
  acct: z.string().min(1).max(300),
  followers_count: z.unknown().optional(),
})

const own = z.looseObject({
  id: idField,
  /** The same on every instance; `id` is this instance's. */
  uri: z.string().min(1).max(2_000),
  url: optionalText,
  created_at: z.string(),
  edited_at: optionalText,
  content: z.string(),
  spoiler_text: optionalText,
  language: optionalText,
  visibility: optionalText,
  in_reply_to_id: idField.nullish(),
  account,
  media_attachments: z.array(z.unknown()).nullish(),
})
const status = own.extend({ reblog: z.unknown().optional() })
type Status = z.output<typeof own>

/** What a delete must know of the status it names. */
export interface KnownStatus {
  uri: string
  isPrivate: boolean
}

export interface StatusContext {
  /** Host of the instance: accounts of its own have no host in their name. */
  host: string
  /** `@name@host` of the brand, in lower case. */
  own: ReadonlySet<string>
  /** Keeps the instance's id of a status: a delete names that alone. */
  learn(id: string, known: KnownStatus): void
}

/** Reads a status, or the one that a reblog shows. */
export function readStatus(value: unknown, context: StatusContext, reading: Reading): void {
  const outer = status.safeParse(value)
  const wrapped = outer.success && typeof outer.data.reblog === 'object' ? outer.data.reblog : undefined
  const read = wrapped ? own.safeParse(wrapped) : outer
  if (!read.success) {
    reading.unreadable('schema', faultsOf(read.error, 'status', 'status'), value)
    return
  }
  const item = toItem(read.data, context)
  context.learn(read.data.id, { uri: item.id, isPrivate: item.visibility === 'private' })
  reading.item(item)
}

function toItem(from: Status, context: StatusContext): Item {
  const isPublic = from.visibility === undefined || /^(public|unlisted)$/.test(from.visibility)
  const media = picturesOf(from.media_attachments ?? [])
  const permalink = linkOf(from.url ?? from.uri)
  const followers = countOf(from.account.followers_count)
  const author = fullName(from.account.acct, context.host)
  const warning = from.spoiler_text?.trim() ?? ''
  return {
    id: idOf(from.uri),
    // The address of a private status tells whose it is.
    ...(isPublic ? {} : { idIsPersonal: true }),
    kind: from.in_reply_to_id ? 'reply' : isPublic ? 'post' : 'message',
    author: { id: author, ...(followers === undefined ? {} : { followers }) },
    text: [warning, htmlText(from.content), ...media.alts].filter((part) => part !== '').join('\n\n'),
    createdAt: toMs(from.created_at),
    ...(from.language && from.language.length <= 35 ? { language: from.language } : {}),
    engagement: engagementOf(from),
    ...(permalink && isPublic ? { permalink } : {}),
    ...(media.addresses.length > 0 ? { media: media.addresses } : {}),
    operation: 'upsert',
    ...(from.edited_at ? { revision: from.edited_at.slice(0, 128) } : {}),
    visibility: isPublic ? 'public' : 'private',
    own: context.own.has(author),
  }
}

/** An address that is longer than an id may be is cut: its beginning is unique enough. */
function idOf(uri: string): string {
  return uri.slice(0, 500)
}

export function fullName(acct: string, host: string): string {
  const name = acct.replace(/^@/, '').toLowerCase()
  return name.includes('@') ? `@${name}` : `@${name}@${host}`
}

function engagementOf(from: Record<string, unknown>): NonNullable<Item['engagement']> {
  const likes = countOf(from.favourites_count)
  const shares = countOf(from.reblogs_count)
  const comments = countOf(from.replies_count)
  return {
    ...(likes === undefined ? {} : { likes }),
    ...(shares === undefined ? {} : { shares: shares + (countOf(from.quotes_count) ?? 0) }),
    ...(comments === undefined ? {} : { comments }),
  }
}

const attachment = z.looseObject({ url: z.unknown().optional(), description: optionalText })

function picturesOf(attachments: readonly unknown[]): { alts: string[]; addresses: string[] } {
  const read = attachments.flatMap((one) => attachment.safeParse(one).data ?? [])
  return {
    alts: read.flatMap(({ description }) => description?.trim() || []),
    addresses: read.flatMap(({ url }) => linkOf(url) ?? []),
  }
}
