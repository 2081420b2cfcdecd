import { DependencyError } from '@nabiz/shared/errors'
import { z } from 'zod'
import type { Delivery, Item } from '../connector.ts'
import { deletion } from '../shared/deletion.ts'
import { toMs } from '../shared/fields.ts'
import { parseJson } from '../shared/parse-json.ts'
import { createReading, faultsOf, type Reading } from '../shared/reading.ts'
import { type Accounts, postRecord, toItem } from './post.ts'

const posts = 'app.bsky.feed.post'

const did = z.string().regex(/^did:[a-z]+:[\w.:%-]{1,200}$/)
const commit = z.looseObject({
  operation: z.enum(['create', 'update', 'delete']),
  collection: z.string(),
  rkey: z.string().regex(/^[\w.~:-]{1,200}$/),
  record: z.unknown().optional(),
  cid: z.string().nullish(),
  rev: z.string().nullish(),
})
const account = z.looseObject({ active: z.boolean(), status: z.string().nullish() })

/** An event of either protocol. */
const event = z.looseObject({
  did,
  kind: z.string(),
  /** Where the stream stands: µs of the older protocol, the server's number of the newer one. */
  position: z.string().regex(/^\d{1,19}$/),
  /** ms since the epoch. */
  at: z.number(),
  commit: commit.optional(),
  account: account.optional(),
})

/** What a line's messages held, and where the stream stands after them. */
export interface Events {
  delivery: Delivery
  position?: string
  at?: number
}

/**
 * Reads messages in order. Throws DependencyError for the newer protocol's error frame, after which the server closes:
 * what stood before it in `texts` is lost to this call and comes again from the cursor.
 */
export function readEvents(texts: readonly string[], accounts: Accounts): Events {
  const reading = createReading()
  const last: Pick<Events, 'position' | 'at'> = {}
  for (const text of texts) {
    const bytes = Buffer.from(text, 'utf8')
    const value = parseJson(bytes)
    if (value === undefined) {
      reading.unreadable('not_json', 'the message is not JSON', bytes)
      continue
    }
    const unwrapped = unwrap(value)
    if (unwrapped === undefined) {
      reading.ignore('not_content')
      continue
    }
    const read = event.safeParse(unwrapped)
    if (!read.success) {
      reading.unreadable('schema', faultsOf(read.error, 'event'), value)
      continue
    }
    last.position = read.data.position
    last.at = read.data.at
    readEvent(read.data, accounts, reading)
  }
  return { delivery: reading.delivery(), ...last }
}

const frame = z.looseObject({ $type: z.enum(['message', 'error']) })

/** One shape for both protocols; undefined: a frame that tells nothing of anybody. */
function unwrap(value: unknown): unknown {
  const framed = frame.safeParse(value)
  if (!framed.success) {
    const legacy = z.looseObject({ time_us: z.union([z.number(), z.string()]) }).safeParse(value)
    if (!legacy.success) return value
    const { time_us: time, ...rest } = legacy.data
    return { ...rest, position: String(time), at: toMs(time) }
  }
  if (framed.data.$type === 'error') {
    const name = String(framed.data.error)
    const shown = /^\w{1,40}$/.test(name) ? name : 'an error'
    throw new DependencyError('platform_protocol', `bluesky ends the stream: ${shown}`, { retryable: true })
  }
  const payload = z.looseObject({ $type: z.string() }).safeParse(framed.data.payload)
  if (!payload.success) return framed.data.payload
  const { $type, seq, time, ...rest } = payload.data
  const kind = $type.split('#')[1] ?? ''
  if (kind === 'info') return undefined
  const nested = kind in rest ? {} : { [kind]: rest }
  return { ...rest, ...nested, kind, position: String(seq), at: toMs(time) }
}

function readEvent(
  { did: author, kind, at, commit, account }: z.output<typeof event>,
  accounts: Accounts,
  reading: Reading,
): void {
  if (kind === 'account' && account && !account.active) {
    // Somebody was deleted, suspended or taken down, and all that they said with them.
    reading.item(aDelete(`at://${author}`, author, at, accounts))
    return
  }
  if (kind !== 'commit' || !commit || commit.collection !== posts) {
    reading.ignore(isKnown(kind, commit) ? 'not_content' : 'unknown_kind')
    return
  }
  const uri = `at://${author}/${posts}/${commit.rkey}`
  if (commit.operation === 'delete') {
    reading.item(aDelete(uri, author, at, accounts))
    return
  }
  const record = postRecord.safeParse(commit.record)
  if (!record.success) {
    reading.unreadable('schema', faultsOf(record.error, 'record', 'record'), commit.record)
    return
  }
  const revision = commit.operation === 'update' ? (commit.cid ?? commit.rev ?? String(at)) : undefined
  reading.item(toItem({ did: author, uri, record: record.data, seenAt: at, revision }, accounts))
}

function isKnown(kind: string, commit: unknown): boolean {
  return kind === 'commit' ? commit !== undefined : ['identity', 'account', 'sync'].includes(kind)
}

function aDelete(id: string, author: string, createdAt: number, accounts: Accounts): Item {
  return deletion({
    id,
    kind: 'post',
    createdAt,
    author: { id: author },
    own: author in accounts,
    isInOrder: true,
  })
}
