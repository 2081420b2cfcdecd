import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { IgnoreReason, Item } from '../connector.ts'
import { idField, optionalText, toMs } from '../shared/fields.ts'

const optionalId = idField.nullish()
const withBody = z.looseObject({ body: optionalText }).nullish()
const withCaption = z.looseObject({ caption: optionalText }).nullish()
const withTitle = z.looseObject({ title: optionalText }).nullish()

/** What we read of a message; an object named after the type holds its content. */
export const whatsappMessage = z.looseObject({
  id: idField,
  timestamp: z.unknown().optional(),
  type: z.string(),
  from: optionalId,
  from_user_id: optionalId,
  context: z.looseObject({ id: optionalId }).nullish(),
  text: withBody,
  image: withCaption,
  video: withCaption,
  document: withCaption,
  button: z.looseObject({ text: optionalText }).nullish(),
  /** With a note of the person who orders. */
  order: z.looseObject({ text: optionalText }).nullish(),
  interactive: z.looseObject({ button_reply: withTitle, list_reply: withTitle }).nullish(),
  edit: z.looseObject({ original_message_id: idField, message: z.unknown().optional() }).nullish(),
  revoke: z.looseObject({ original_message_id: idField }).nullish(),
})
type Message = z.infer<typeof whatsappMessage>

/** People of one delivery, by every id they go by: the number may be missing, the user id is the one that stays. */
export type People = ReadonlyMap<string, string>

/** Something was sent, though it may have no words. */
const sent = new Set([
  'text',
  'image',
  'video',
  'document',
  'audio',
  'voice',
  'sticker',
  'interactive',
  'button',
  'location',
  'contacts',
  'order',
])

/** A message as an item, or why it is none. Private; its id holds a phone number and is pseudonymised. */
export function toItem(message: Message, people: People, own: boolean): Item | IgnoreReason {
  const { type } = message
  if (type === 'reaction' || type === 'system') return 'not_content'
  if (type === 'unsupported' || type === 'unknown') return 'unsupported'
  const writer = message.from_user_id ?? (message.from && (people.get(message.from) ?? message.from))
  const parent = message.context?.id
  const common = {
    kind: 'message' as const,
    idIsPersonal: true,
    visibility: 'private' as const,
    createdAt: toMs(message.timestamp),
    own,
    ...(writer ? { author: { id: writer } } : {}),
    ...(parent ? { parent } : {}),
  }
  if (type === 'revoke' && message.revoke) {
    return { ...common, id: message.revoke.original_message_id, text: '', operation: 'delete' }
  }
  if (type === 'edit' && message.edit) {
    const id = message.edit.original_message_id
    const inner = contentShape.safeParse(message.edit.message)
    // An edit's own id is the transport's and names this version; it holds a number, so only its hash goes on.
    const revision = `edit-${createHash('sha256').update(message.id).digest('hex').slice(0, 16)}`
    return { ...common, id, text: inner.success ? textOf(inner.data) : '', operation: 'upsert', revision }
  }
  if (!sent.has(type)) return 'unknown_kind'
  return { ...common, id: message.id, text: textOf(message), operation: 'upsert' }
}

/** The content of an edited message, which has neither id nor time. */
const contentShape = whatsappMessage.pick({
  text: true,
  image: true,
  video: true,
  document: true,
  button: true,
  order: true,
  interactive: true,
})

function textOf(message: z.infer<typeof contentShape>): string {
  const { image, video, document, button, order, interactive } = message
  const texts = [
    message.text?.body,
    image?.caption,
    video?.caption,
    document?.caption,
    button?.text,
    order?.text,
    interactive?.button_reply?.title,
    interactive?.list_reply?.title,
  ]
  return texts.find((text) => text !== undefined) ?? ''
}
