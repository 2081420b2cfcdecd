import { z } from 'zod'
import { addressPart, countOf, idField, linkOf, optionalText, toMs } from '../shared/fields.ts'
import { faultsOf, type Reading } from '../shared/reading.ts'

const pinShape = z.looseObject({
  id: idField,
  created_at: z.unknown().optional(),
  title: optionalText,
  description: optionalText,
  alt_text: optionalText,
  link: z.unknown().optional(),
  board_owner: z.looseObject({ username: idField.nullish() }).nullish(),
  parent_pin_id: idField.nullish(),
  is_owner: z.boolean().nullish(),
  pin_metrics: z.looseObject({ lifetime_metrics: z.record(z.string(), z.unknown()).nullish() }).nullish(),
})
const pageShape = z.looseObject({ items: z.array(z.unknown()), bookmark: z.string().nullish() })

/** What a pin's lifetime counters are to us. */
const lifetimeCounters = [
  { name: 'reaction', counter: 'likes' },
  { name: 'comment', counter: 'comments' },
  { name: 'save', counter: 'shares' },
  { name: 'impression', counter: 'views' },
] as const

export interface PinContext {
  brands: readonly string[]
  /** Older pins were read by earlier looks. */
  since: number
  /** Counters of pins that are older are not looked at. */
  followedSince: number
}

/** A pin that the list shows without its counters, and when it was made, ms. */
export interface UncountedPin {
  id: string
  at: number
}

export interface PinsPage {
  /** Pins whose counters are looked at. */
  ids: string[]
  uncounted: UncountedPin[]
  bookmark: string | undefined
  oldest: number | undefined
}

/** Reads the account's own pins. Comments have no texts, so their number counts. */
export function readPins(value: unknown, context: PinContext, reading: Reading): PinsPage {
  const page = pageShape.safeParse(value)
  if (!page.success) {
    reading.unreadable('schema', faultsOf(page.error, 'answer'), value)
    return { ids: [], uncounted: [], bookmark: undefined, oldest: undefined }
  }
  const times: number[] = []
  const ids: string[] = []
  const uncounted: UncountedPin[] = []
  for (const [index, entry] of page.data.items.entries()) {
    const parsed = pinShape.safeParse(entry)
    if (!parsed.success) {
      reading.unreadable('schema', faultsOf(parsed.error, 'pin'), entry, `pin ${index}`)
      continue
    }
    const pin = parsed.data
    const at = toMs(pin.created_at)
    if (at !== undefined) times.push(at)
    if (at === undefined || at >= context.since)
      readPin(pin, at, context.brands, pin.is_owner !== false, reading)
    if (at !== undefined && at < context.followedSince) continue
    ids.push(pin.id)
    const lifetime = pin.pin_metrics?.lifetime_metrics
    if (!lifetime && at !== undefined && pin.is_owner !== false) uncounted.push({ id: pin.id, at })
    for (const { name, counter } of lifetimeCounters) {
      const total = countOf(lifetime?.[name])
      if (total !== undefined) reading.count({ subject: pin.id, counter, total, brands: context.brands })
    }
  }
  const oldest = times.length > 0 ? Math.min(...times) : undefined
  return { ids, uncounted, bookmark: page.data.bookmark ?? undefined, oldest }
}

/** Reads strangers' pins that the partner search found: without author and time. */
export function readFoundPins(value: unknown, reading: Reading): Pick<PinsPage, 'ids' | 'bookmark'> {
  const page = pageShape.safeParse(value)
  if (!page.success) {
    reading.unreadable('schema', faultsOf(page.error, 'answer'), value)
    return { ids: [], bookmark: undefined }
  }
  const ids: string[] = []
  for (const [index, entry] of page.data.items.entries()) {
    const parsed = pinShape.safeParse(entry)
    if (!parsed.success) {
      reading.unreadable('schema', faultsOf(parsed.error, 'pin'), entry, `pin ${index}`)
      continue
    }
    readPin(parsed.data, toMs(parsed.data.created_at), [], false, reading)
    ids.push(parsed.data.id)
  }
  return { ids, bookmark: page.data.bookmark ?? undefined }
}

function readPin(
  pin: z.output<typeof pinShape>,
  createdAt: number | undefined,
  brands: readonly string[],
  own: boolean,
  reading: Reading,
): void {
  const texts = [pin.title, pin.description, pin.alt_text].flatMap((text) => (text ? [text] : []))
  const author = pin.board_owner?.username ?? undefined
  const link = linkOf(pin.link)
  reading.item({
    id: pin.id,
    kind: 'post',
    text: texts.join('\n'),
    createdAt,
    operation: 'upsert',
    visibility: 'public',
    own,
    permalink: `https://www.pinterest.com/pin/${addressPart(pin.id)}/`,
    ...(author === undefined ? {} : { author: { id: author } }),
    ...(pin.parent_pin_id ? { parent: pin.parent_pin_id } : {}),
    ...(link === undefined ? {} : { media: [link] }),
    ...(brands.length > 0 ? { brands } : {}),
  })
}
