import { z } from 'zod'
import type { Item } from '../connector.ts'
import { idField, optionalText, toMs } from '../shared/fields.ts'
import { faultsOf, type Reading } from '../shared/reading.ts'
import type { MetaEntry } from './envelope.ts'

const party = z.looseObject({ id: idField }).nullish()
/** The documentation once showed the word instead of the value. */
const flag = z.union([z.boolean(), z.enum(['true', 'false'])]).nullish()

const messageShape = z.looseObject({
  mid: idField,
  text: optionalText,
  is_echo: flag,
  is_deleted: flag,
  is_unsupported: flag,
  attachments: z.array(z.unknown()).nullish(),
  reply_to: z.looseObject({ mid: idField.nullish() }).nullish(),
})
const editShape = z.looseObject({
  mid: idField,
  text: optionalText,
  num_edit: z.union([z.string().max(20), z.int()]).nullish(),
})
const eventShape = z.looseObject({
  sender: party,
  recipient: party,
  timestamp: z.unknown().optional(),
  message: messageShape.nullish(),
  message_edit: editShape.nullish(),
})
type Event = z.infer<typeof eventShape>

/** Events that carry nothing anybody wrote. */
const withoutText = [
  'reaction',
  'postback',
  'read',
  'delivery',
  'referral',
  'optin',
  'policy-enforcement',
  'pass_thread_control',
  'take_thread_control',
  'request_thread_control',
  'app_roles',
  'account_linking',
]

/** Sender and recipient of the dashboard's sample message. */
const sample = { sender: '12334', recipient: '23245' }

export interface MessagingOptions {
  /** Platform of the items, where it is not the account's own. */
  platform?: string
  /** Brands that everything written to this page or account is about. */
  brandsOf(entryId: string): readonly string[]
}

/**
 * Reads one event of Messenger or of Instagram's messages: a message, its edit, its taking back. Private, its id that of
 * a person's thread. What the brand sends itself comes as an echo and is its own.
 */
export function createMessageReader(options: MessagingOptions) {
  return function readMessage(value: unknown, entry: MetaEntry, reading: Reading) {
    const parsed = eventShape.safeParse(value)
    if (!parsed.success) return reading.unreadable('schema', faultsOf(parsed.error, 'messaging'), value)
    const event = parsed.data
    if (event.sender?.id === sample.sender && event.recipient?.id === sample.recipient) {
      return reading.ignore('test_delivery')
    }
    const item = toItem(event, entry)
    if (item !== undefined) {
      const brands = options.brandsOf(entry.id)
      reading.item({
        ...item,
        ...(options.platform === undefined ? {} : { platform: options.platform }),
        ...(brands.length > 0 ? { brands } : {}),
      })
    } else if (event.message) reading.ignore('unsupported')
    else reading.ignore(withoutText.some((kind) => kind in event) ? 'not_content' : 'unknown_kind')
  }
}

function toItem(event: Event, entry: MetaEntry): Item | undefined {
  const { message, message_edit: edit, sender } = event
  const writer = sender?.id
  const common = {
    kind: 'message' as const,
    idIsPersonal: true,
    visibility: 'private' as const,
    createdAt: toMs(event.timestamp) ?? entry.at,
    own: isTrue(message?.is_echo) || writer === entry.id,
    ...(writer === undefined ? {} : { author: { id: writer } }),
  }
  if (edit) {
    const revision = `edit-${edit.num_edit ?? common.createdAt ?? ''}`
    return { ...common, id: edit.mid, text: edit.text ?? '', operation: 'upsert', revision }
  }
  if (!message) return undefined
  if (isTrue(message.is_deleted)) return { ...common, id: message.mid, text: '', operation: 'delete' }
  if (isTrue(message.is_unsupported) && message.text === undefined) return undefined
  const parent = message.reply_to?.mid
  return {
    ...common,
    id: message.mid,
    text: message.text ?? '',
    operation: 'upsert',
    ...(parent ? { parent } : {}),
  }
}

function isTrue(value: boolean | 'true' | 'false' | null | undefined): boolean {
  return value === true || value === 'true'
}
