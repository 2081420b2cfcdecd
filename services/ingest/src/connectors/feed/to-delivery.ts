import { createHash } from 'node:crypto'
import type { mentionKinds } from '@nabiz/shared/contracts'
import type { Delivery, Item } from '../connector.ts'
import { deletion } from '../shared/deletion.ts'
import { linkOf } from '../shared/fields.ts'
import { htmlText } from '../shared/html-text.ts'
import { createReading } from '../shared/reading.ts'
import { type FeedDocument, type FeedEntry, type FeedText, parseDocument } from './parse-document.ts'

/** Characters of an entry that are kept. */
const longestText = 20_000
const longestId = 400

export interface ToDeliveryOptions {
  /** Address of the feed: what is relative in it is relative to it. */
  url: string
  kind: (typeof mentionKinds)[number]
  /** The brand's own feed. */
  own: boolean
}

/** A feed's bytes as a delivery; `unreadable` when it is no feed. */
export function readFeed(bytes: Uint8Array, options: ToDeliveryOptions, contentType?: string): Delivery {
  const document = parseDocument(bytes, options.url, contentType)
  if (document) return toDelivery(document, options)
  const reading = createReading()
  const detail = 'the body: found no feed; RSS, RDF, Atom or JSON Feed would be right'
  reading.unreadable('schema', detail, bytes)
  return reading.delivery()
}

/** Every entry with its outcome. */
export function toDelivery(document: FeedDocument, options: ToDeliveryOptions): Delivery {
  const reading = createReading()
  for (const entry of document.entries) {
    const item = toItem(entry, options)
    if (item) reading.item(item)
    else reading.ignore('not_content')
  }
  for (const ref of document.deleted) reading.item(toDelete(ref, options))
  for (let count = 0; count < document.lost; count += 1) reading.ignore('unknown_kind')
  if (document.entries.length + document.deleted.length + document.lost === 0) reading.ignore('not_content')
  return reading.delivery()
}

function toItem(entry: FeedEntry, options: ToDeliveryOptions): Item | undefined {
  const title = plain(entry.title)
  const body = plain(entry.body)
  if (title === '' && body === '') return undefined
  const { publishedAt, updatedAt } = entry
  const language = entry.language?.trim()
  const permalink = linkOf(entry.link)
  const media = entry.media.filter((address) => linkOf(address))
  const isEdit = updatedAt !== undefined && (publishedAt === undefined || updatedAt > publishedAt)
  return {
    id: idOf(entry, title, options.url),
    kind: options.kind,
    // Feeds without authors are one voice: their site's.
    author: { id: entry.author?.trim().slice(0, 200) || new URL(options.url).host },
    // Short posts repeat their beginning as their title.
    text: (body.startsWith(title) ? body : title && `${title}\n\n${body}`.trim()).slice(0, longestText),
    createdAt: publishedAt ?? updatedAt,
    operation: 'upsert',
    ...(isEdit ? { revision: String(updatedAt) } : {}),
    ...(language && /^[a-z]{2,3}(-[\w-]{1,30})?$/i.test(language) ? { language } : {}),
    ...(permalink === undefined ? {} : { permalink }),
    ...(media.length > 0 ? { media } : {}),
    visibility: 'public',
    own: options.own,
  }
}

function toDelete(ref: string, options: ToDeliveryOptions): Item {
  return deletion({
    id: idOf({ id: ref, media: [] }, '', options.url),
    kind: options.kind,
    own: options.own,
  })
}

/**
 * The id an entry carries; one that is unique in its feed alone ("17") gets the feed's address. Without an id, link and
 * title together: many feeds give all their entries the link of the front page.
 */
function idOf(entry: FeedEntry, title: string, url: string): string {
  const id = entry.id?.trim()
  if (!id) return `entry:${hashOf(`${url}\0${entry.link ?? ''}\0${title || (entry.body?.value ?? '')}`)}`
  const whole = /^[a-z][a-z0-9+.-]*:\S/i.test(id) ? id : `${url}#${id}`
  return whole.length <= longestId ? whole : `entry:${hashOf(whole)}`
}

function plain(from: FeedText | undefined): string {
  if (!from) return ''
  return (from.isHtml ? htmlText(from.value) : from.value).trim()
}

/** 24 characters that two different texts do not share. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 24)
}
