import { z } from 'zod'
import type { Delivery, Item } from '../connector.ts'
import { deletion } from '../shared/deletion.ts'
import { expected } from '../shared/fields.ts'
import { parseJson } from '../shared/parse-json.ts'
import { createReading, faultsOf, type Reading } from '../shared/reading.ts'
import { type KnownStatus, readStatus, type StatusContext } from './status.ts'

const frame = z.looseObject({
  event: z.string(),
  payload: z.union([z.string(), z.number()], { error: expected('JSON as text, or an id') }).nullish(),
})
const notification = z.looseObject({ type: z.string(), status: z.unknown().optional() })

export interface EventContext extends StatusContext {
  /** A status by this instance's id; undefined: not seen lately. */
  known(id: string): KnownStatus | undefined
}

/** Messages of the stream, in order. A payload is JSON inside JSON; that of a delete is a bare id. */
export function readFrames(texts: readonly string[], context: EventContext): Delivery {
  const reading = createReading()
  for (const text of texts) {
    const bytes = Buffer.from(text, 'utf8')
    const value = parseJson(bytes)
    const read = frame.safeParse(value)
    if (read.success) readFrame(read.data, context, reading)
    else reading.unreadable(value === undefined ? 'not_json' : 'schema', faultsOf(read.error, 'event'), bytes)
  }
  return reading.delivery()
}

function readFrame(
  { event, payload }: z.output<typeof frame>,
  context: EventContext,
  reading: Reading,
): void {
  const body = String(payload ?? '')
  if (event === 'delete') {
    const known = context.known(body)
    if (known) reading.item(toDelete(known))
    else reading.ignore('not_found')
  } else if (event === 'update' || event === 'status.update') {
    readStatus(parseJson(Buffer.from(body, 'utf8')), context, reading)
  } else if (event === 'notification') {
    readNotification(parseJson(Buffer.from(body, 'utf8')), context, reading)
  } else {
    reading.ignore(
      /^(filters_changed|conversation|announcement.*|notifications_merged)$/.test(event)
        ? 'not_content'
        : 'unknown_kind',
    )
  }
}

function toDelete({ uri, isPrivate }: KnownStatus): Item {
  return deletion({
    id: uri,
    ...(isPrivate ? { idIsPersonal: true } : {}),
    kind: 'post',
    visibility: isPrivate ? 'private' : 'public',
    own: false,
    isInOrder: true,
  })
}

/** Somebody mentioned the account; favourites, follows and the like say nothing in words. */
export function readNotification(value: unknown, context: StatusContext, reading: Reading): void {
  const read = notification.safeParse(value)
  if (!read.success) reading.unreadable('schema', faultsOf(read.error, 'notification'), value)
  else if (read.data.type === 'mention' || read.data.type === 'quote')
    readStatus(read.data.status, context, reading)
  else reading.ignore('not_content')
}

/** An answer that is a list: of statuses, or of notifications. */
export function readList(api: string, value: unknown, body: Uint8Array, context: StatusContext): Delivery {
  const reading = createReading()
  if (!Array.isArray(value)) {
    reading.unreadable(value === undefined ? 'not_json' : 'schema', 'the answer: a list', body)
    return reading.delivery()
  }
  for (const one of value) {
    if (api === 'notifications') readNotification(one, context, reading)
    else readStatus(one, context, reading)
  }
  if (value.length === 0) reading.ignore('not_content')
  return reading.delivery()
}
