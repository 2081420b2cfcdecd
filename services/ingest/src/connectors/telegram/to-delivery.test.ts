import { createSilentLogger } from '@nabiz/shared/logging'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseJson } from '../shared/parse-json.ts'
import { createChats } from './chats.ts'
import { toDelivery } from './to-delivery.ts'

const channel = { id: -1001234567890, type: 'channel', title: 'Haber', username: 'haberkanal' }
const group = { id: -1009876543210, type: 'supergroup', title: 'Sohbet', username: 'sohbetgrubu' }
const person = { id: 4711, is_bot: false, first_name: 'Ece' }
const date = 1_790_000_000

describe('toDelivery', () => {
  it('reads a channel post', () => {
    const post = { message_id: 42, date, chat: channel, sender_chat: channel, text: '@marka yine çöktü' }
    expect(read({ update_id: 900_001, channel_post: post }).items).toEqual([
      {
        id: '-1001234567890/42',
        kind: 'post',
        author: { id: '-1001234567890' },
        text: '@marka yine çöktü',
        createdAt: 1_790_000_000_000,
        permalink: 'https://t.me/haberkanal/42',
        operation: 'upsert',
        visibility: 'public',
        own: false,
      },
    ])
  })

  it('tells comment, reply and private message apart, with the parent of each', () => {
    const answered = { message_id: 5, date, chat: group, from: person, text: 'ilk' }
    const items = readAll(
      { message: aMessage({ message_id: 6 }) },
      { message: aMessage({ message_id: 7, reply_to_message: answered }) },
      { message: aMessage({ message_id: 8, chat: { id: 4711, type: 'private' } }) },
    )
    expect(
      items.map(({ id, kind, parent, visibility, idIsPersonal }) => ({
        id,
        kind,
        parent,
        visibility,
        idIsPersonal,
      })),
    ).toEqual([
      {
        id: `${group.id}/6`,
        kind: 'comment',
        parent: undefined,
        visibility: 'public',
        idIsPersonal: undefined,
      },
      {
        id: `${group.id}/7`,
        kind: 'reply',
        parent: `${group.id}/5`,
        visibility: 'public',
        idIsPersonal: undefined,
      },
      { id: '4711/8', kind: 'message', parent: undefined, visibility: 'private', idIsPersonal: true },
    ])
    expect(items[2]?.permalink).toBeUndefined()
  })

  it('takes a message in a topic as a comment, not as an answer to the opening of the topic', () => {
    const opening = { message_id: 2, date, chat: group, forum_topic_created: { name: 'Genel' } }
    const [item] = readAll({ message: aMessage({ reply_to_message: opening }) })
    expect([item?.kind, item?.parent]).toEqual(['comment', undefined])
  })

  it('takes an anonymous admin and a channel in a group as the chat they write as', () => {
    const bot = { id: 1087968824, is_bot: true, username: 'GroupAnonymousBot' }
    const [item] = readAll({ message: aMessage({ from: bot, sender_chat: group }) })
    expect(item?.author).toEqual({ id: String(group.id) })
  })

  it('counts an album once: the captioned picture is the mention (TG-2)', () => {
    const album = (message_id: number, caption?: string) => ({
      channel_post: {
        message_id,
        date,
        chat: channel,
        media_group_id: '77',
        photo: [{}],
        ...(caption ? { caption } : {}),
      },
    })
    const { items, ignored } = read(...[album(1, 'bozuk geldi'), album(2), album(3)].map(numbered))
    expect([items.map(({ id, text }) => [id, text]), ignored.length]).toEqual([
      [[`${channel.id}/1`, 'bozuk geldi']],
      2,
    ])
  })

  it('takes an edit as a version of the same item, with the time of the edit (TG-4)', () => {
    const post = { message_id: 42, date, chat: channel, text: 'aynı' }
    const [first, edited] = readAll(
      { channel_post: post },
      { edited_channel_post: { ...post, edit_date: date + 60 } },
    )
    expect(edited).toEqual({ ...first, revision: String(date + 60) })
  })

  it('takes a post copied into the discussion group as the post itself (TG-5)', () => {
    const post = { message_id: 42, date, chat: channel, sender_chat: channel, text: 'duyuru' }
    const copy = {
      message_id: 900,
      date: date + 3,
      chat: group,
      from: { id: 777000 },
      sender_chat: channel,
      is_automatic_forward: true,
      forward_origin: { type: 'channel', date, chat: channel, message_id: 42 },
      text: 'duyuru',
    }
    const comment = aMessage({ message_id: 901, reply_to_message: copy, text: 'olmamış' })
    const [original, copied, commented] = readAll(
      { channel_post: post },
      { message: copy },
      { message: comment },
    )
    expect(copied).toEqual(original)
    expect([commented?.kind, commented?.parent]).toEqual(['comment', original?.id])
  })

  it('follows a group that becomes a supergroup, and counts nothing for the notice (TG-7)', () => {
    const chats = createChats({
      own: [],
      chats: { '-500': ['kuzey-air'] },
      privateChats: ['-500'],
      logger: createSilentLogger(),
    })
    const old = { id: -500, type: 'group', title: 'Sohbet' }
    const notice = { update_id: 1, message: { message_id: 9, date, chat: old, migrate_to_chat_id: group.id } }
    const { delivery } = toDelivery([notice, { update_id: 2, message: aMessage() }], chats)
    expect(delivery.ignored).toHaveLength(1)
    expect(delivery.items[0]).toMatchObject({ brands: ['kuzey-air'], visibility: 'private' })
  })

  it('ignores service messages, ephemeral messages, reactions and kinds nobody knows yet', () => {
    const { items, ignored, unreadable } = read(
      numbered({ message: { message_id: 1, date, chat: group, new_chat_members: [person] } }),
      numbered({ message: aMessage({ message_id: 0 }) }),
      numbered({ message_reaction: { chat: group, message_id: 4 } }),
      numbered({ hologram: { message_id: 4 } }),
    )
    expect([items, unreadable]).toEqual([[], []])
    expect(ignored).toEqual(['not_content', 'not_content', 'not_content', 'unknown_kind'])
  })

  it('keeps a picture without a word: a chat of the brand may be about it', () => {
    const [item] = readAll({ message: { ...aMessage(), text: undefined, photo: [{}] } })
    expect(item?.text).toBe('')
  })

  it('deletes each message a business chat lost, under the id it came with', () => {
    const chat = { id: 4711, type: 'private' }
    const business = aMessage({ chat, message_id: 31, business_connection_id: 'b1' })
    const items = readAll(
      { business_message: business },
      { deleted_business_messages: { business_connection_id: 'b1', chat, message_ids: [31, 32] } },
    )
    expect(
      items.map(({ id, operation, idIsPersonal, visibility }) => [id, operation, idIsPersonal, visibility]),
    ).toEqual([
      ['business/4711/31', 'upsert', true, 'private'],
      ['business/4711/31', 'delete', true, 'private'],
      ['business/4711/32', 'delete', true, 'private'],
    ])
  })

  it('marks what the brand itself writes, by id, by username, or by its bot', () => {
    const items = readAll(
      { message: aMessage({ from: { id: 99, username: 'MarkaDestek' } }) },
      { message: aMessage({ from: { id: 123456 } }) },
      { business_message: aMessage({ chat: { id: 4711, type: 'private' }, sender_business_bot: { id: 5 } }) },
      { message: aMessage() },
    )
    expect(items.map(({ own }) => own)).toEqual([true, true, true, false])
  })

  it('names the brands of a chat', () => {
    const [item] = readAll({
      channel_post: { message_id: 1, date, chat: { id: -1005, type: 'channel' }, text: 'x' },
    })
    expect(item?.brands).toEqual(['kuzey-air'])
  })

  it('keeps ids beyond 2^53 digit by digit', () => {
    const body = `{"update_id":9007199254740993,"message":{"message_id":9007199254740995,"date":${date},"chat":{"id":-9007199254740997,"type":"supergroup"},"from":{"id":9007199254740999},"text":"x"}}`
    const { delivery, lastNumber } = toDelivery([parseJson(Buffer.from(body))], aChats())
    expect(lastNumber).toBe('9007199254740993')
    expect(delivery.items[0]).toMatchObject({
      id: '-9007199254740997/9007199254740995',
      author: { id: '9007199254740999' },
    })
  })

  it('keeps what it cannot read, says which field, and goes on with the rest', () => {
    const { items, unreadable } = read(
      numbered({ message: aMessage({ message_id: 1 }) }),
      numbered({ message: { ...aMessage(), date: 'yesterday' } }),
      { message: aMessage() },
      null,
      numbered({ message: aMessage({ message_id: 3 }) }),
    )
    expect(items.map(({ id }) => id)).toEqual([`${group.id}/1`, `${group.id}/3`])
    expect(unreadable.map(({ reason, position }) => [reason, position])).toEqual([
      ['schema', 'update 1'],
      ['schema', 'update 2'],
      ['schema', 'update 3'],
    ])
    expect(unreadable[0]?.detail).toMatch(/^message\.date: /)
    expect(unreadable[1]?.detail).toBe('update_id: expected a whole number, received undefined')
  })

  it('never throws and accounts for every update, whatever they are', () => {
    const shapes = fc.oneof(
      fc.anything(),
      fc.record({ update_id: fc.integer({ min: 0 }), message: fc.anything() }),
      fc.record({
        update_id: fc.integer({ min: 0 }),
        channel_post: fc.record({
          message_id: fc.nat(),
          date: fc.nat(),
          chat: fc.anything(),
          text: fc.string(),
        }),
      }),
    )
    fc.assert(
      fc.property(fc.array(shapes), (updates) => {
        const { delivery } = toDelivery(updates, aChats())
        const { items, unreadable = [], ignored = [] } = delivery
        expect(items.length + unreadable.length + ignored.length).toBe(updates.length)
      }),
    )
  })
})

function aChats() {
  return createChats({
    own: ['@markadestek', '123456'],
    chats: { '-1005': ['kuzey-air'] },
    privateChats: [],
    logger: createSilentLogger(),
  })
}

function aMessage(overrides: Record<string, unknown> = {}) {
  return { message_id: 6, date, chat: group, from: person, text: 'merhaba', ...overrides }
}

function numbered(update: Record<string, unknown>) {
  return { update_id: 900_001, ...update }
}

function read(...updates: unknown[]) {
  const { items, unreadable, ignored } = toDelivery(updates, aChats()).delivery
  return { items, unreadable: unreadable ?? [], ignored: ignored ?? [] }
}

function readAll(...updates: Record<string, unknown>[]) {
  const { items, unreadable } = read(...updates.map(numbered))
  expect(unreadable).toEqual([])
  return items
}
