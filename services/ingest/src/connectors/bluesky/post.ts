import { z } from 'zod'
import type { Item } from '../connector.ts'

const facet = z.looseObject({
  index: z.looseObject({ byteStart: z.int().min(0), byteEnd: z.int().min(0) }),
  features: z.array(
    z.looseObject({ $type: z.string(), did: z.string().optional(), uri: z.string().optional() }),
  ),
})
const image = z.looseObject({ alt: z.string().optional() })

/** `app.bsky.feed.post`. */
export const postRecord = z.looseObject({
  text: z.string(),
  createdAt: z.string().nullish(),
  langs: z.array(z.string()).nullish(),
  // A client may write anything there: a facet nobody can read is no reason to lose the post.
  facets: z.array(z.unknown()).nullish(),
  reply: z.looseObject({ parent: z.looseObject({ uri: z.string() }) }).nullish(),
  embed: z.unknown().optional(),
})
export type PostRecord = z.output<typeof postRecord>

export interface Post {
  did: string
  uri: string
  record: PostRecord
  /** When the network saw it, ms: `createdAt` is the client's claim and may be anything. */
  seenAt: number | undefined
  revision?: string | undefined
  engagement?: Item['engagement']
}

/** Accounts (DIDs) that are about brands: what names them or answers them is. */
export type Accounts = Readonly<Record<string, readonly string[]>>

/** A post as an item. Links that the app shortens are written out; alt texts of pictures belong to what is said. */
export function toItem({ did, uri, record, seenAt, revision, engagement }: Post, accounts: Accounts): Item {
  const facets = (record.facets ?? []).flatMap((one) => {
    const read = facet.safeParse(one)
    return read.success ? [read.data] : []
  })
  const named = facets.flatMap(({ features }) => features.flatMap((feature) => feature.did ?? []))
  const parent = record.reply?.parent.uri
  const about = [...named, didOf(parent ?? ''), didOf(quotedIn(record.embed) ?? '')]
  const brands = [...new Set(about.flatMap((one) => accounts[one] ?? []))]
  const language = record.langs?.[0]
  return {
    id: uri,
    kind: parent === undefined ? 'post' : 'reply',
    author: { id: did },
    text: [withLinks(record.text, facets), ...altsIn(record.embed)].filter((part) => part !== '').join('\n'),
    createdAt: seenAt,
    permalink: permalinkOf(uri),
    operation: 'upsert',
    visibility: 'public',
    own: did in accounts,
    ...(language && language.length <= 35 ? { language } : {}),
    ...(parent === undefined ? {} : { parent: parent.slice(0, 512) }),
    ...(brands.length > 0 ? { brands } : {}),
    ...(revision === undefined ? {} : { revision }),
    ...(engagement ? { engagement } : {}),
  }
}

/** A piece of text by its place in UTF-8 bytes, as facets count. */
export function sliceBytes(text: string, byteStart: number, byteEnd: number): string {
  return Buffer.from(text, 'utf8').subarray(byteStart, byteEnd).toString('utf8')
}

/** `https://bsky.app/profile/<did>/post/<rkey>`. */
function permalinkOf(uri: string): string {
  const [did, , rkey] = uri.replace('at://', '').split('/')
  return `https://bsky.app/profile/${did}/post/${rkey}`
}

function didOf(uri: string): string {
  return /^at:\/\/(did:[^/]+)/.exec(uri)?.[1] ?? ''
}

/** The text with the whole address in place of what the app shows of it. */
function withLinks(text: string, facets: readonly z.output<typeof facet>[]): string {
  const bytes = Buffer.from(text, 'utf8')
  const links = facets
    .flatMap(({ index, features }) => features.flatMap(({ uri }) => (uri ? [{ ...index, uri }] : [])))
    .filter(({ byteStart, byteEnd }) => byteStart < byteEnd && byteEnd <= bytes.length)
    .sort((a, b) => a.byteStart - b.byteStart)
  let at = 0
  const parts: string[] = []
  for (const { byteStart, byteEnd, uri } of links) {
    if (byteStart < at) continue
    parts.push(bytes.subarray(at, byteStart).toString('utf8'), uri.slice(0, 2_048))
    at = byteEnd
  }
  return [...parts, bytes.subarray(at).toString('utf8')].join('')
}

const embedShape = z.looseObject({
  images: z.array(z.unknown()).optional(),
  alt: z.string().optional(),
  media: z.looseObject({ images: z.array(z.unknown()).optional(), alt: z.string().optional() }).optional(),
})

function altsIn(embed: unknown): string[] {
  const read = embedShape.safeParse(embed)
  if (!read.success) return []
  const { images = [], alt, media } = read.data
  const alts = [...images, ...(media?.images ?? [])].map((one) => image.safeParse(one).data?.alt)
  return [...alts, alt, media?.alt].flatMap((text) => (text?.trim() ? [text.trim()] : []))
}

const quoteShape = z.looseObject({
  record: z.looseObject({
    uri: z.string().optional(),
    record: z.looseObject({ uri: z.string() }).optional(),
  }),
})

function quotedIn(embed: unknown): string | undefined {
  const record = quoteShape.safeParse(embed).data?.record
  return record?.uri ?? record?.record?.uri
}
