import type { Delivery, IgnoreReason, Item } from '../connector.ts'
import { deletion } from '../shared/deletion.ts'
import { createReading, faultsOf } from '../shared/reading.ts'
import type { Chats } from './chats.ts'
import { toItem } from './to-item.ts'
import {
  deletedBusinessMessages,
  type MessageUpdate,
  messageUpdates,
  telegramMessage,
  updateNumber,
  wordlessUpdates,
} from './update.ts'

/** A delivery, and what of it concerns the transport. */
export interface ReadUpdates {
  delivery: Delivery
  /** Number of the last update that has one. */
  lastNumber: string | undefined
}

type Read = { items: Item[] } | { ignored: IgnoreReason } | { unreadable: string }

/** Reads updates one by one: what no schema understands is kept as unreadable, the rest goes on. */
export function toDelivery(updates: readonly unknown[], chats: Chats): ReadUpdates {
  const reading = createReading()
  let lastNumber: string | undefined
  updates.forEach((update, index) => {
    const numbered = updateNumber.safeParse(update)
    if (numbered.success) lastNumber = numbered.data.update_id
    const read = numbered.success
      ? readUpdate(update, numbered.data.update_id, chats)
      : { unreadable: faultsOf(numbered.error, 'update') }
    if ('items' in read) for (const item of read.items) reading.item(item)
    else if ('unreadable' in read) reading.unreadable('schema', read.unreadable, update, `update ${index}`)
    else reading.ignore(read.ignored)
  })
  return { delivery: reading.delivery(), lastNumber }
}

function readUpdate(update: unknown, number: string, chats: Chats): Read {
  const fields = new Map(Object.entries(update ?? {}))
  for (const kind of Object.keys(messageUpdates) as MessageUpdate[]) {
    if (fields.has(kind)) return readMessage(fields.get(kind), kind, number, chats)
  }
  if (fields.has('deleted_business_messages'))
    return readDeletes(fields.get('deleted_business_messages'), chats)
  // Kinds that will be invented are authentic and not for us, too; their count tells that there is something new.
  return { ignored: wordlessUpdates.some((kind) => fields.has(kind)) ? 'not_content' : 'unknown_kind' }
}

function readMessage(value: unknown, kind: MessageUpdate, number: string, chats: Chats): Read {
  const parsed = telegramMessage.safeParse(value)
  if (!parsed.success) return { unreadable: faultsOf(parsed.error, 'update', kind) }
  const { migrate_to_chat_id: newId, chat } = parsed.data
  if (newId !== undefined) chats.move(new Map([[chat.id, newId]]))
  const item = toItem(parsed.data, { ...messageUpdates[kind], number }, chats)
  return item ? { items: [item] } : { ignored: 'not_content' }
}

function readDeletes(value: unknown, chats: Chats): Read {
  const parsed = deletedBusinessMessages.safeParse(value)
  if (!parsed.success) return { unreadable: faultsOf(parsed.error, 'update', 'deleted_business_messages') }
  const { chat, message_ids: ids } = parsed.data
  const brands = chats.brandsOf(chat.id)
  const items = ids.map((id) =>
    deletion({
      id: `business/${chat.id}/${id}`,
      idIsPersonal: true,
      kind: 'message',
      visibility: 'private',
      own: false,
      ...(brands.length > 0 ? { brands } : {}),
    }),
  )
  return { items }
}
