import { z } from 'zod'
import { expected } from '../shared/fields.ts'

/** An id by its digits: ids beyond 2^53 arrive as text, since the reader keeps them exact. */
const id = z.union([z.int().transform(String), z.string().regex(/^-?\d{1,20}$/)], {
  error: expected('a whole number'),
})
const seconds = z.int().min(0)

const person = z.object({ id, username: z.string().optional(), is_bot: z.boolean().optional() })
const chat = z.object({
  id,
  type: z.enum(['private', 'group', 'supergroup', 'channel']),
  username: z.string().optional(),
})
const senderChat = z.object({ id, username: z.string().optional() })

/** Where a forwarded message comes from; only channels name the message. */
const forwardOrigin = z.object({
  type: z.string(),
  date: seconds.optional(),
  chat: senderChat.optional(),
  message_id: id.optional(),
})

/** The message answered; may be one the bot cannot see, with little more than its id. */
const answered = z.object({
  message_id: id,
  is_automatic_forward: z.boolean().optional(),
  forward_origin: forwardOrigin.optional(),
  forum_topic_created: z.unknown().optional(),
})

/** What we read of a Message (core.telegram.org/bots/api#message); everything else passes unread. */
export const telegramMessage = z.looseObject({
  message_id: id,
  date: seconds,
  edit_date: seconds.optional(),
  chat,
  from: person.optional(),
  sender_chat: senderChat.optional(),
  sender_business_bot: z.unknown().optional(),
  text: z.string().optional(),
  caption: z.string().optional(),
  poll: z.object({ question: z.string() }).optional(),
  media_group_id: z.string().optional(),
  reply_to_message: answered.optional(),
  forward_origin: forwardOrigin.optional(),
  is_automatic_forward: z.boolean().optional(),
  migrate_to_chat_id: id.optional(),
})
export type TelegramMessage = z.infer<typeof telegramMessage>

export const deletedBusinessMessages = z.object({ chat, message_ids: z.array(id).max(1_000) })

/** Every update has a number; it is the transport's, and starts anew after a week without updates. */
export const updateNumber = z.object({ update_id: id })

/** Kinds of update that carry a message, and whether it is an edit. */
export const messageUpdates = {
  message: { isEdit: false, isBusiness: false },
  edited_message: { isEdit: true, isBusiness: false },
  channel_post: { isEdit: false, isBusiness: false },
  edited_channel_post: { isEdit: true, isBusiness: false },
  business_message: { isEdit: false, isBusiness: true },
  edited_business_message: { isEdit: true, isBusiness: true },
} as const
export type MessageUpdate = keyof typeof messageUpdates

/** Kinds of update that carry nothing anybody wrote. */
export const wordlessUpdates = [
  'business_connection',
  'callback_query',
  'chat_boost',
  'chat_join_request',
  'chat_member',
  'chosen_inline_result',
  'inline_query',
  'message_reaction',
  'message_reaction_count',
  'my_chat_member',
  'poll',
  'poll_answer',
  'pre_checkout_query',
  'purchased_paid_media',
  'removed_chat_boost',
  'shipping_query',
] as const

/** Fields of a message somebody wrote or sent; a message with none of them is a service message. */
export const contentFields = [
  'text',
  'caption',
  'poll',
  'photo',
  'live_photo',
  'video',
  'animation',
  'audio',
  'document',
  'sticker',
  'voice',
  'video_note',
  'paid_media',
  'story',
  'contact',
  'dice',
  'venue',
  'location',
  'checklist',
  'rich_message',
] as const
