import { minute } from '@nabiz/shared/time'
import { XMLParser } from 'fast-xml-parser'
import { z } from 'zod'
import type { Delivery } from '../connector.ts'
import { deletion } from '../shared/deletion.ts'
import { expected, idField, toMs } from '../shared/fields.ts'
import { createReading, faultsOf, type Reading } from '../shared/reading.ts'
import type { Channels } from './config.ts'

/** The hub tells of a new video with a change time that is a little later; only what is later still is an edit. */
const firstNoticeMs = 5 * minute

const listed = new Set(['feed.entry', 'feed.at:deleted-entry'])
/** Ids stay text, and what a document declares for itself (entities) is not taken. */
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  parseAttributeValue: false,
  processEntities: true,
  isArray: (_name, path) => typeof path === 'string' && listed.has(path),
})

const text = z.union([z.string(), z.looseObject({ '#text': z.string() }).transform((node) => node['#text'])])
const entryShape = z.looseObject({
  'yt:videoId': idField,
  'yt:channelId': idField.nullish(),
  title: text.nullish(),
  published: z.unknown().optional(),
  updated: z.unknown().optional(),
})
const deletedShape = z.looseObject({
  '@ref': z.string().regex(/^yt:video:.{1,100}$/, 'yt:video: and a video id'),
  '@when': z.unknown().optional(),
})
const feedShape = z.looseObject({
  feed: z.union(
    [
      z.literal('').transform(() => ({ entry: undefined, 'at:deleted-entry': undefined })),
      z.looseObject({
        entry: z.array(z.unknown()).nullish(),
        'at:deleted-entry': z.array(z.unknown()).nullish(),
      }),
    ],
    { error: expected('a feed of Atom with entries') },
  ),
})

/** What the hub pushes: an Atom feed with new and changed videos, or the tombstone of one that is gone. */
export function readPushedFeed(body: Uint8Array, channels: Channels): Delivery {
  const reading = createReading()
  const document = parse(body)
  if (document === undefined) {
    reading.unreadable('encoding', 'the body: XML in UTF-8 without a DOCTYPE', body)
    return reading.delivery()
  }
  const parsed = feedShape.safeParse(document)
  if (!parsed.success) {
    reading.unreadable('schema', faultsOf(parsed.error, 'document'), body)
    return reading.delivery()
  }
  const { entry: entries, 'at:deleted-entry': deleted } = parsed.data.feed
  for (const [index, entry] of (entries ?? []).entries()) readEntry(entry, index, channels, reading)
  for (const [index, entry] of (deleted ?? []).entries()) readDeleted(entry, index, reading)
  if ((entries?.length ?? 0) + (deleted?.length ?? 0) === 0) reading.ignore('not_content')
  return reading.delivery()
}

function parse(body: Uint8Array): unknown {
  try {
    const xml = new TextDecoder('utf-8', { fatal: true }).decode(body)
    if (!xml.trimStart().startsWith('<') || /<!DOCTYPE/i.test(xml)) return undefined
    return parser.parse(xml)
  } catch {
    return undefined
  }
}

function readEntry(value: unknown, index: number, channels: Channels, reading: Reading): void {
  const parsed = entryShape.safeParse(value)
  if (!parsed.success) {
    reading.unreadable('schema', faultsOf(parsed.error, 'entry'), value, `entry ${index}`)
    return
  }
  const { 'yt:videoId': id, 'yt:channelId': channel, title, published, updated } = parsed.data
  const createdAt = toMs(published)
  const changedAt = toMs(updated)
  const isEdit = createdAt !== undefined && changedAt !== undefined && changedAt - createdAt > firstNoticeMs
  const channelId = channel ?? undefined
  const brands = channels.brandsOf(channelId)
  reading.item({
    id,
    kind: 'post',
    text: title ?? '',
    createdAt,
    operation: 'upsert',
    visibility: 'public',
    own: channels.isOwn(channelId),
    permalink: `https://www.youtube.com/watch?${new URLSearchParams({ v: id })}`,
    ...(isEdit ? { revision: new Date(changedAt).toISOString() } : {}),
    ...(channelId === undefined ? {} : { author: { id: channelId } }),
    ...(brands.length > 0 ? { brands } : {}),
  })
}

/** Deleted, or made private. It names no channel. */
function readDeleted(value: unknown, index: number, reading: Reading): void {
  const parsed = deletedShape.safeParse(value)
  if (!parsed.success) {
    reading.unreadable('schema', faultsOf(parsed.error, 'deleted entry'), value, `deleted entry ${index}`)
    return
  }
  reading.item(
    deletion({
      id: parsed.data['@ref'].slice('yt:video:'.length),
      kind: 'post',
      createdAt: toMs(parsed.data['@when']),
      own: false,
    }),
  )
}
