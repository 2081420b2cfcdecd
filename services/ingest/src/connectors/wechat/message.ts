import { z } from 'zod'
import type { Delivery, Item } from '../connector.ts'
import { idField, linkOf, optionalText, toMs } from '../shared/fields.ts'
import { createReading, faultsOf } from '../shared/reading.ts'
import { readFields } from './envelope.ts'

const messageShape = z.looseObject({
  ToUserName: optionalText,
  FromUserName: idField.nullish(),
  CreateTime: z.unknown().optional(),
  MsgType: z.string().min(1),
  MsgId: idField.nullish(),
  Content: optionalText,
  Recognition: optionalText,
  Label: optionalText,
  Title: optionalText,
  Description: optionalText,
  Url: z.unknown().optional(),
})
type Message = z.infer<typeof messageShape>

/** Kinds of message, and the words each carries. */
const textOf: Record<string, (message: Message) => string | undefined> = {
  text: ({ Content: content }) => content,
  image: () => undefined,
  // What was understood of a voice, where the account has that switched on.
  voice: ({ Recognition: recognition }) => recognition,
  video: () => undefined,
  shortvideo: () => undefined,
  location: ({ Label: label }) => label,
  link: ({ Title: title, Description: description }) => [title, description].filter(Boolean).join('\n'),
}

/** Reads a message that somebody sent to the account, as it stands inside its seal. */
export function readMessage(body: Uint8Array, originalId: string | undefined): Delivery {
  const reading = createReading()
  const fields = readFields(body)
  const parsed = messageShape.safeParse(fields)
  if (fields === undefined)
    reading.unreadable('schema', 'the body: XML without a DOCTYPE, or a JSON object', body)
  else if (fields.MsgType === undefined && fields.Encrypt !== undefined)
    reading.unreadable('schema', 'Encrypt: sealed, expected encodingAesKeys in the config to open it', body)
  else if (!parsed.success) reading.unreadable('schema', faultsOf(parsed.error, 'message'), body)
  else {
    const message = parsed.data
    const words = Object.hasOwn(textOf, message.MsgType) ? textOf[message.MsgType] : undefined
    if (originalId !== undefined && message.ToUserName !== originalId) reading.ignore('other_account')
    // Subscriptions, menus, results of what the brand sent: nobody wrote anything, and there is no MsgId.
    else if (message.MsgType === 'event') reading.ignore('not_content')
    else if (!words) reading.ignore('unknown_kind')
    else if (message.MsgId == null)
      reading.unreadable('schema', 'MsgId: expected an id (text or a whole number), received nothing', body)
    else reading.item(toItem(message, message.MsgId, words(message) ?? ''))
  }
  return reading.delivery()
}

function toItem(message: Message, id: string, text: string): Item {
  const writer = message.FromUserName ?? undefined
  const permalink = message.MsgType === 'link' ? linkOf(message.Url) : undefined
  return {
    id,
    kind: 'message',
    text,
    createdAt: toMs(message.CreateTime),
    operation: 'upsert',
    visibility: 'private',
    own: false,
    ...(writer === undefined ? {} : { author: { id: writer } }),
    ...(permalink === undefined ? {} : { permalink }),
  }
}
