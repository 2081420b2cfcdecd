import { second } from '@nabiz/shared/time'
import type { Item } from '../connector.ts'
import { addressPart } from '../shared/fields.ts'
import { contentFields, type TelegramMessage } from './update.ts'

/** What the configuration knows of chats and people. */
export interface Accounts {
  isOwn(id: string, username: string | undefined): boolean
  brandsOf(chatId: string): readonly string[]
  /** Texts of this chat are shown to nobody, though it is a group or channel. */
  isPrivate(chatId: string): boolean
}

export interface MessageContext {
  isEdit: boolean
  /** It came through a business account, whose message ids are not the bot's. */
  isBusiness: boolean
  /** The update's number. */
  number: string
}

/** A message as an item; undefined for service messages and for pictures of an album without a caption. */
export function toItem(
  message: TelegramMessage,
  context: MessageContext,
  accounts: Accounts,
): Item | undefined {
  if (!contentFields.some((field) => message[field] !== undefined)) return undefined
  // Ephemeral messages all have the number 0.
  if (message.message_id === '0') return undefined
  const text = message.text ?? message.caption ?? message.poll?.question
  if (message.media_group_id !== undefined && text === undefined) return undefined
  const common = {
    text: text ?? '',
    operation: 'upsert' as const,
    ...(context.isEdit ? { revision: String(message.edit_date ?? `update-${context.number}`) } : {}),
  }
  if (message.is_automatic_forward) return toForwardedPost(message, common, accounts)
  const { chat } = message
  const isPersonal = chat.type === 'private'
  const author = authorOf(message)
  const brands = accounts.brandsOf(chat.id)
  const item: Item = {
    ...common,
    id: `${context.isBusiness ? 'business/' : ''}${chat.id}/${message.message_id}`,
    kind: kindOf(message),
    createdAt: message.date * second,
    visibility: isPersonal || accounts.isPrivate(chat.id) ? 'private' : 'public',
    own: author !== undefined && (accounts.isOwn(author.id, author.username) || isOurBot(message)),
  }
  if (isPersonal) item.idIsPersonal = true
  if (author) item.author = { id: author.id }
  if (!isPersonal && chat.username !== undefined)
    item.permalink = permalink(chat.username, message.message_id)
  const parent = parentOf(message, context.isBusiness)
  if (parent !== undefined) item.parent = parent
  if (brands.length > 0) item.brands = brands
  return item
}

/**
 * A channel's post that Telegram copied into the discussion group: the item is the post itself, with the post's id, so
 * that it counts once whether the bot sees the channel, the group or both.
 */
function toForwardedPost(
  message: TelegramMessage,
  common: Pick<Item, 'text' | 'operation' | 'revision'>,
  accounts: Accounts,
): Item | undefined {
  const origin = message.forward_origin
  if (origin?.chat === undefined || origin.message_id === undefined) return undefined
  const { chat, message_id: number } = origin
  const brands = accounts.brandsOf(chat.id)
  return {
    ...common,
    id: `${chat.id}/${number}`,
    kind: 'post',
    author: { id: chat.id },
    createdAt: (origin.date ?? message.date) * second,
    visibility: accounts.isPrivate(chat.id) ? 'private' : 'public',
    own: accounts.isOwn(chat.id, chat.username),
    ...(chat.username === undefined ? {} : { permalink: permalink(chat.username, number) }),
    ...(brands.length > 0 ? { brands } : {}),
  }
}

/** Anonymous admins and channels write as a chat; everyone else as a person. */
function authorOf(message: TelegramMessage): { id: string; username?: string | undefined } | undefined {
  if (message.sender_chat) return message.sender_chat
  if (message.from) return message.from
  return message.chat.type === 'channel' ? message.chat : undefined
}

/** A bot answered for the business account. */
function isOurBot(message: TelegramMessage): boolean {
  return message.sender_business_bot !== undefined
}

function kindOf(message: TelegramMessage): Item['kind'] {
  if (message.chat.type === 'private') return 'message'
  if (message.chat.type === 'channel') return 'post'
  const answered = message.reply_to_message
  if (!answered || answered.is_automatic_forward || isTopicStart(answered)) return 'comment'
  return 'reply'
}

function parentOf(message: TelegramMessage, isBusiness: boolean): string | undefined {
  const answered = message.reply_to_message
  if (!answered || isTopicStart(answered)) return undefined
  const origin = answered.is_automatic_forward ? answered.forward_origin : undefined
  if (origin?.chat && origin.message_id !== undefined) return `${origin.chat.id}/${origin.message_id}`
  return `${isBusiness ? 'business/' : ''}${message.chat.id}/${answered.message_id}`
}

/** In a group with topics every message answers the one that opened the topic. */
function isTopicStart(answered: NonNullable<TelegramMessage['reply_to_message']>): boolean {
  return answered.forum_topic_created !== undefined
}

function permalink(username: string, messageId: string): string {
  return `https://t.me/${addressPart(username)}/${messageId}`
}
