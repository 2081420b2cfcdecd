import { parseFeed, parseJsonFeed } from 'feedsmith'
import { parseJson } from '../shared/parse-json.ts'
import { decodeText } from './decode-text.ts'
import { feedTime } from './feed-time.ts'

type Parsed = ReturnType<typeof parseFeed<string>>

/** A title or a body, and whether it is HTML. */
export interface FeedText {
  value: string
  isHtml: boolean
}

/** What an entry of any of the formats says; addresses are resolved. */
export interface FeedEntry {
  /** guid, atom:id, rdf:about, id. */
  id?: string | undefined
  title?: FeedText | undefined
  body?: FeedText | undefined
  link?: string | undefined
  author?: string | undefined
  /** ms since the epoch. */
  publishedAt?: number | undefined
  updatedAt?: number | undefined
  language?: string | undefined
  media: string[]
}

/** A feed of any format. */
export interface FeedDocument {
  title?: string | undefined
  hub?: string | undefined
  self?: string | undefined
  /** Ids of entries that the feed says are deleted (RFC 6721). */
  deleted: string[]
  entries: FeedEntry[]
  /** Entries that are no entries: of another type, or without anything in them. */
  lost: number
}

/** Reads RSS, RDF, Atom and JSON Feed; undefined when it is none of them. Relative addresses are `base`'s. */
export function parseDocument(
  bytes: Uint8Array,
  base: string,
  contentType?: string,
): FeedDocument | undefined {
  try {
    const json = parseJson(bytes)
    if (json !== undefined) return fromJson(json, base)
    const text = decodeText(bytes, contentType)
    const parsed = parseFeed(text)
    if (parsed.format === 'atom') return { ...fromAtom(parsed.feed, base), deleted: tombstones(text) }
    if (parsed.format === 'rss') return fromRss(parsed.feed, base)
    return parsed.format === 'rdf' ? fromRdf(parsed.feed, base) : undefined
  } catch {
    return undefined
  }
}

function fromJson(value: unknown, base: string): FeedDocument {
  // Numbers beyond 2^53 are digits by now, so that ids are exact.
  const feed = parseJsonFeed(value)
  const raw = typeof value === 'object' && value !== null && 'items' in value ? value.items : undefined
  const entries = (feed.items ?? []).map((item): FeedEntry => {
    const html = item.content_html
    const body = html ?? item.content_text ?? item.summary
    const author = item.authors?.[0] ?? feed.authors?.[0]
    return {
      id: item.id,
      title: text(item.title, false),
      body: text(body, html !== undefined),
      link: resolved(item.url ?? item.external_url, base),
      author: author?.url ?? author?.name,
      publishedAt: feedTime(item.date_published),
      updatedAt: feedTime(item.date_modified),
      language: item.language ?? feed.language,
      media: [item.image, item.banner_image].flatMap((one) => resolved(one, base) ?? []),
    }
  })
  const hub = feed.hubs?.find(({ type }) => type?.toLowerCase() === 'websub')?.url
  const lost = Array.isArray(raw) ? raw.length - entries.length : 0
  return { title: feed.title, hub, self: feed.feed_url, deleted: [], entries, lost }
}

function fromAtom(feed: Extract<Parsed, { format: 'atom' }>['feed'], outer: string): FeedDocument {
  const base = resolved(feed.xml?.base, outer) ?? outer
  const entries = (feed.entries ?? []).map((entry): FeedEntry => {
    const here = resolved(entry.xml?.base, base) ?? base
    const body = entry.content?.value === undefined ? entry.summary : entry.content
    const author = entry.authors?.[0] ?? entry.source?.authors?.[0] ?? feed.authors?.[0]
    const alternate = entry.links?.find(({ rel }) => rel === undefined || rel === 'alternate')
    return {
      id: entry.id,
      title: atomText(entry.title),
      body: atomText(body),
      link: resolved(alternate?.href, here),
      author: author?.uri ?? author?.name ?? author?.email,
      publishedAt: feedTime(entry.published),
      updatedAt: feedTime(entry.updated),
      language: entry.xml?.lang ?? feed.xml?.lang,
      media: pictures(
        entry.links?.filter(({ rel }) => rel === 'enclosure'),
        here,
      ),
    }
  })
  return { title: feed.title?.value, ...hubOf(feed.links, base), deleted: [], entries, lost: 0 }
}

function fromRss(feed: Extract<Parsed, { format: 'rss' }>['feed'], outer: string): FeedDocument {
  const base = resolved(feed.xml?.base, outer) ?? outer
  const entries = (feed.items ?? []).map((item): FeedEntry => {
    const here = resolved(item.xml?.base, base) ?? base
    const guid = item.guid?.value
    // A guid is the item's address unless it says that it is not.
    const isLink = item.guid?.isPermaLink !== false && guid !== undefined && URL.canParse(guid)
    const author = item.authors?.[0]
    const named = typeof author === 'string' ? author : (author?.email ?? author?.name)
    return {
      id: guid,
      title: text(item.title, true),
      body: text(item.content?.encoded ?? item.description, true),
      link: resolved(item.link ?? item.atom?.links?.[0]?.href ?? (isLink ? guid : undefined), here),
      author: item.dc?.creators?.[0] ?? named ?? item.atom?.authors?.[0]?.name,
      publishedAt: feedTime(item.pubDate ?? item.dc?.dates?.[0] ?? item.atom?.published),
      updatedAt: feedTime(item.atom?.updated),
      language: feed.language,
      media: pictures(
        item.enclosures?.map(({ url, type }) => ({ href: url, type })),
        here,
      ),
    }
  })
  return { title: feed.title, ...hubOf(feed.atom?.links, base), deleted: [], entries, lost: 0 }
}

function fromRdf(feed: Extract<Parsed, { format: 'rdf' }>['feed'], base: string): FeedDocument {
  const entries = (feed.items ?? []).map(
    (item): FeedEntry => ({
      id: item.rdf?.about,
      title: text(item.title, true),
      body: text(item.content?.encoded ?? item.description, true),
      link: resolved(item.link, base),
      author: item.dc?.creators?.[0],
      publishedAt: feedTime(item.dc?.dates?.[0]),
      media: [],
    }),
  )
  return { title: feed.title, ...hubOf(feed.atom?.links, base), deleted: [], entries, lost: 0 }
}

interface LinkLike {
  href?: string | undefined
  rel?: string | undefined
  type?: string | undefined
}

function hubOf(links: readonly LinkLike[] | undefined, base: string): Pick<FeedDocument, 'hub' | 'self'> {
  const find = (wanted: string) => resolved(links?.find(({ rel }) => rel === wanted)?.href, base)
  return { hub: find('hub'), self: find('self') }
}

function pictures(links: readonly LinkLike[] | undefined, base: string): string[] {
  return (links ?? [])
    .filter(({ type }) => type?.startsWith('image/'))
    .flatMap(({ href }) => resolved(href, base) ?? [])
}

function atomText(from: { value?: string | undefined; type?: string | undefined } | undefined) {
  return text(from?.value, /html/i.test(from?.type ?? ''))
}

function text(value: string | undefined, isHtml: boolean): FeedText | undefined {
  return value === undefined ? undefined : { value, isHtml }
}

function resolved(address: string | undefined, base: string): string | undefined {
  return address !== undefined && URL.canParse(address, base) ? new URL(address, base).href : undefined
}

/** `<at:deleted-entry ref="…">`: the parser knows nothing of them. */
function tombstones(xml: string): string[] {
  if (!xml.includes('http://purl.org/atompub/tombstones/1.0')) return []
  return [...xml.matchAll(/<(?:\w+:)?deleted-entry\s[^>]{0,2000}?\bref=(?:"([^"]{1,400})"|'([^']{1,400})')/g)]
    .map(([, double, single]) => (double ?? single ?? '').replaceAll('&amp;', '&'))
    .slice(0, 1_000)
}
