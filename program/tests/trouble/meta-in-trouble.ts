import { randomUUID } from 'node:crypto'
import {
  type FakeGraph,
  type FakeNode,
  startFakeGraph,
} from '../../../services/ingest/tests/fakes/graph-server.ts'
import type { PlatformInTrouble, TroubleOptions } from './platform-in-trouble.ts'
import { createSender } from './sender.ts'

const appSecret = 'invented-app-secret'
const token = 'EAAG-invented'
const second = 1_000
/** Per cent at which a client has to stop. */
const usedUp = 90

/** Where one of Meta's platforms keeps what is written there, and how it tells of it. */
interface MetaFacts {
  platform: string
  /** Id of the Page, account or number. */
  id: string
  isPolled: boolean
  /** Whether all that is written is told by webhook; else every other one is left to polling. */
  isTold: boolean
  /** Lists that are there from the beginning. */
  prepare?(fake: FakeGraph): void
  /** Shows it in the lists that are polled. */
  show?(fake: FakeGraph, item: Written): void
  /** The delivery that tells of it. */
  body(item: Written): unknown
  trouble(fake: FakeGraph, phase: number): void
  /** Its allowance is small: a day in which it is not used up proves nothing of limits. */
  isTight?: boolean
}

interface Written {
  id: string
  text: string
  /** When, ms. */
  at: number
}

/** A Page: half of what is written comes by the webhook, all of it stands in the lists; its token is revoked for a while. */
export const facebook = createMeta({
  platform: 'facebook',
  id: '1001',
  isPolled: true,
  isTold: false,
  prepare(fake) {
    const post = {
      id: '1001_5',
      message: 'Yeni sezon',
      created_time: graphTime(Date.now()),
      from: { id: '1001' },
    }
    fake.lists.set('1001/published_posts', [post])
    fake.lists.set('1001/tagged', [])
    fake.lists.set('1001_5/comments', [])
  },
  show: (fake, { id, text, at }) =>
    addFirst(fake, '1001_5/comments', { id, message: text, created_time: graphTime(at), from: { id: '9' } }),
  body: ({ id, text, at }) => ({
    object: 'page',
    entry: [
      {
        id: '1001',
        time: Math.floor(at / second),
        changes: [
          {
            field: 'feed',
            value: {
              item: 'comment',
              verb: 'add',
              post_id: '1001_5',
              parent_id: '1001_5',
              comment_id: id,
              created_time: Math.floor(at / second),
              message: text,
              from: { id: '9' },
            },
          },
        ],
      },
    ],
  }),
  trouble(fake, phase) {
    if (phase === 0) fake.refuseNext(500, 'html', 'silence')
    if (phase === 1) fake.tokens.clear()
    if (phase === 2) fake.tokens.add(token)
    if (phase === 3) fake.forgetCursors()
  },
})

/** An account whose lists break and whose webhook tells of every other comment. */
export const instagram = createMeta({
  platform: 'instagram',
  id: '2001',
  isPolled: true,
  isTold: false,
  prepare(fake) {
    fake.lists.set('2001/media', [
      { id: 'm5', caption: 'Yeni sezon', timestamp: graphTime(Date.now()), username: 'velmora' },
    ])
    fake.lists.set('2001/tags', [])
    fake.lists.set('m5/comments', [])
  },
  show: (fake, { id, text, at }) =>
    addFirst(fake, 'm5/comments', { id, text, timestamp: graphTime(at), username: 'ece', from: { id: '9' } }),
  body: ({ id, text, at }) => ({
    object: 'instagram',
    entry: [
      {
        id: '2001',
        time: Math.floor(at / second),
        changes: [
          { field: 'comments', value: { id, text, from: { id: '9', username: 'ece' }, media: { id: 'm5' } } },
        ],
      },
    ],
  }),
  trouble(fake, phase) {
    if (phase === 0) fake.refuseNext({ code: 80_002 })
    if (phase === 1) fake.refuseNext('reset', { code: 2, status: 200 }, 500)
    if (phase === 3) fake.refuseNext('redirect')
  },
})

/** A Page's messages: its allowance is used up by a few calls, so that the webhook has to bring them. */
export const messenger = createMeta({
  platform: 'messenger',
  id: '3001',
  isTight: true,
  isPolled: true,
  isTold: true,
  prepare(fake) {
    fake.percentPerCall = 30
    fake.lists.set('3001/conversations', [])
  },
  body: ({ id, text, at }) => ({
    object: 'page',
    entry: [
      {
        id: '3001',
        time: at,
        messaging: [
          { sender: { id: '77' }, recipient: { id: '3001' }, timestamp: at, message: { mid: id, text } },
        ],
      },
    ],
  }),
  trouble: () => undefined,
})

/** A number: nothing can be asked for, all of it is told. */
export const whatsapp = createMeta({
  platform: 'whatsapp',
  id: '4001',
  isPolled: false,
  isTold: true,
  body: ({ id, text, at }) => ({
    object: 'whatsapp_business_account',
    entry: [
      {
        id: '4001',
        changes: [
          {
            field: 'messages',
            value: {
              messages: [
                {
                  id: `wamid.${id}`,
                  from: '905550001122',
                  timestamp: String(Math.floor(at / second)),
                  type: 'text',
                  text: { body: text },
                },
              ],
            },
          },
        ],
      },
    ],
  }),
  trouble: () => undefined,
})

function createMeta(facts: MetaFacts) {
  return async function start({ secret, brand }: TroubleOptions): Promise<PlatformInTrouble> {
    const fake = await startFakeGraph({ appId: '42', appSecret, token })
    const sender = createSender()
    facts.prepare?.(fake)
    let written = 0
    return {
      platform: facts.platform,
      account: {
        platform: facts.platform,
        appSecrets: [secret('app', appSecret)],
        verifyToken: secret('verify', 'right'),
        accounts: { [facts.id]: [brand] },
        ...(facts.isPolled
          ? { accessToken: secret('graph', token), baseUrl: fake.baseUrl, pollSeconds: 30 }
          : {}),
      },
      write(text, pushUrl) {
        written += 1
        const item = { id: randomUUID(), text, at: Date.now() }
        facts.show?.(fake, item)
        if (!facts.isTold && written % 2 === 0) return
        sender.send(async () => (await fake.deliver(pushUrl, facts.body(item)))[0] === 200)
      },
      trouble: (phase) => facts.trouble(fake, phase),
      calm: () => void fake.tokens.add(token),
      settled: sender.settled,
      faults: () => [
        ...(fake.callsBeyondLimit > 0
          ? [`${facts.platform}: ${fake.callsBeyondLimit} calls beyond the limit`]
          : []),
        ...(facts.isTight && fake.usage < usedUp ? [`${facts.platform}: the allowance was not used up`] : []),
      ],
      async close() {
        sender.stop()
        await fake.close()
      },
    }
  }
}

function addFirst(fake: FakeGraph, list: string, node: FakeNode): void {
  fake.lists.set(list, [node, ...(fake.lists.get(list) ?? [])])
}

function graphTime(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, '+0000')
}
