import { z } from 'zod'
import { idField, toMs } from '../shared/fields.ts'
import { faultsOf, type Reading } from '../shared/reading.ts'

const bodyShape = z.looseObject({ object: z.string(), entry: z.array(z.unknown()) })
const changeShape = z.looseObject({ field: z.string(), value: z.unknown().optional() })
const entryShape = z.looseObject({
  id: idField,
  time: z.unknown().optional(),
  changes: z.array(z.unknown()).nullish(),
  messaging: z.array(z.unknown()).nullish(),
  standby: z.array(z.unknown()).nullish(),
})

/** Where a change or a message stood. */
export interface MetaEntry {
  /** The page, the professional account or the WhatsApp business account. */
  id: string
  /** When Meta sent it, ms; absent for WhatsApp. */
  at: number | undefined
}

/** What one app subscribes to; each is called for one change or one message and accounts for it. */
export interface MetaReaders {
  change(field: string, value: unknown, entry: MetaEntry, reading: Reading): void
  message(event: unknown, entry: MetaEntry, reading: Reading): void
}

/**
 * The envelope of every Meta webhook: `{object, entry: [{id, time, changes | messaging | standby}]}`, any number of each.
 * Also taken: a list of such bodies, and a change that stands in the entry itself, as some pages of the documentation
 * print them. A thread that another app owns (`standby`) is read as our own: the message was written to the brand.
 */
export function readEnvelope(value: unknown, object: string, readers: MetaReaders, reading: Reading) {
  const bodies = Array.isArray(value) && value.length > 0 ? value : [value]
  for (const body of bodies) {
    const parsed = bodyShape.safeParse(body)
    if (!parsed.success) reading.unreadable('schema', faultsOf(parsed.error, 'body'), body)
    else if (parsed.data.object !== object) reading.ignore('other_account')
    else {
      for (const [index, entry] of parsed.data.entry.entries()) readEntry(entry, index, readers, reading)
    }
  }
}

function readEntry(value: unknown, index: number, readers: MetaReaders, reading: Reading) {
  const position = `entry ${index}`
  const parsed = entryShape.safeParse(value)
  if (!parsed.success) {
    reading.unreadable('schema', faultsOf(parsed.error, 'entry'), value, position)
    return
  }
  const { id, time, changes, messaging, standby } = parsed.data
  // The dashboard's test button sends samples from an account 0.
  if (id === '0') return reading.ignore('test_delivery')
  const entry = { id, at: toMs(time) }
  const events = [...(messaging ?? []), ...(standby ?? [])]
  const all = changes ?? ('field' in parsed.data ? [parsed.data] : [])
  if (events.length + all.length === 0) return reading.ignore('not_content')
  all.forEach((change, number) => {
    const fit = changeShape.safeParse(change)
    if (fit.success) readers.change(fit.data.field, fit.data.value, entry, reading)
    else reading.unreadable('schema', faultsOf(fit.error, 'change'), change, `${position}, change ${number}`)
  })
  for (const event of events) readers.message(event, entry, reading)
}
