import type { Logger } from '@nabiz/shared/logging'
import type { Accounts } from './to-item.ts'

export interface ChatsOptions {
  /** Ids and @usernames of the brand's own people, bots and channels. */
  own: readonly string[]
  /** Chat id → brands everything in it is about. */
  chats: Readonly<Record<string, readonly string[]>>
  privateChats: readonly string[]
  logger: Logger
}

/** The configured chats, followed when a group becomes a supergroup and its id changes. */
export interface Chats extends Accounts {
  move(moved: ReadonlyMap<string, string>): void
  /** Old id → new, of all that moved. */
  moved(): ReadonlyMap<string, string>
}

export function createChats({ own, chats, privateChats, logger }: ChatsOptions): Chats {
  const ownNames = new Set(own.map((name) => name.replace(/^@/, '').toLowerCase()))
  const moved = new Map<string, string>()
  const configured = new Map<string, string>()

  /** The id the config calls this chat by. */
  const nameOf = (chatId: string) => configured.get(chatId) ?? chatId

  return {
    isOwn: (id, username) =>
      ownNames.has(id) || (username !== undefined && ownNames.has(username.toLowerCase())),
    brandsOf: (chatId) => chats[nameOf(chatId)] ?? [],
    isPrivate: (chatId) => privateChats.includes(nameOf(chatId)),
    moved: () => moved,
    move(entries) {
      for (const [from, to] of entries) {
        if (moved.get(from) === to) continue
        configured.set(to, nameOf(from))
        moved.set(from, to)
        logger.warn({ from, to }, 'telegram chat has a new id')
      }
    },
  }
}
