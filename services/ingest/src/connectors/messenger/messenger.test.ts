import { describe, expect, it } from 'vitest'
import { aDecoder, dropsOf, mentionsOf } from '../../../tests/decoding.ts'
import { metaSignature } from '../../../tests/fakes/graph-server.ts'
import { describeWebhook } from '../../../tests/webhook-contract.ts'
import { messenger } from './messenger.ts'

const environment = { SECRET: 'test-app-secret', VERIFY: 'right' }
const config = {
  appSecrets: [{ env: 'SECRET' }],
  verifyToken: { env: 'VERIFY' },
  accounts: { '1001': ['kuzey-air'] },
}
const at = 1_790_000_000_100

describe('what people write to a Page', () => {
  it('is private, with the time in ms, and about the Page by its place', async () => {
    const [mention] = mentionsOf(
      await decoder().post(thread(aMessage({ mid: 'm1', text: 'Siparişim nerede?!' }))),
    )
    expect(mention).toMatchObject({
      id: 'm1',
      kind: 'message',
      visibility: 'private',
      text: 'Siparişim nerede?!',
      author: { id: '77' },
      createdAt: at,
      own: false,
      brands: ['kuzey-air'],
    })
  })

  it("is the brand's own when it is an echo (MSG-1)", async () => {
    const echo = {
      ...aMessage({ mid: 'm1', text: 'Merhaba', is_echo: true, app_id: 1 }),
      sender: { id: '1001' },
    }
    expect(mentionsOf(await decoder().post(thread(echo)))).toMatchObject([{ id: 'm1', own: true }])
  })

  it('is edited and taken back under the same id (MSG-2)', async () => {
    const edit = (times: string | number) => ({
      sender: { id: '77' },
      recipient: { id: '1001' },
      timestamp: at + 50_000,
      message_edit: { mid: 'm2', text: 'berbat', num_edit: times },
    })
    const events = [
      aMessage({ mid: 'm2', text: 'iyi' }),
      edit('1'),
      edit(2),
      aMessage({ mid: 'm2', is_deleted: true }),
    ]
    const mentions = mentionsOf(await decoder().post(thread(...events)))
    expect(mentions.map(({ id, operation, text, revision }) => [id, operation, text, revision])).toEqual([
      ['m2', 'upsert', 'iyi', undefined],
      ['m2', 'upsert', 'berbat', 'edit-1'],
      ['m2', 'upsert', 'berbat', 'edit-2'],
      ['m2', 'delete', '', undefined],
    ])
    expect(new Date(mentions[0]?.createdAt ?? 0).toISOString()).toMatch(/^2026-09-21/)
  })

  it('is nothing when it is a receipt, a reaction or a button', async () => {
    const events = [
      { read: { watermark: at } },
      { delivery: { mids: ['m1'] } },
      { reaction: { mid: 'm1' } },
      { postback: {} },
    ]
    const decoded = await decoder().post(thread(...events, { sparkle: {} }))
    expect(dropsOf(decoded)).toEqual([...Array(4).fill('not_content'), 'unknown_kind'])
  })

  it('is read in a thread that another app owns, and once when both lists carry it (MSG-4)', async () => {
    const message = aMessage({ mid: 'm4', text: 'x' })
    const body = {
      object: 'page',
      entry: [{ id: '1001', time: at, messaging: [message], standby: [message] }],
    }
    const decoded = await decoder().post(body)
    expect([mentionsOf(decoded).length, dropsOf(decoded)]).toEqual([1, ['duplicate']])
    const alone = { object: 'page', entry: [{ id: '1001', time: at, standby: [message] }] }
    expect(mentionsOf(await decoder().post(alone))).toHaveLength(1)
  })

  it('has no words when it is a sticker, and shows no address of what is private (MSG-5)', async () => {
    const attachments = [
      { type: 'image', payload: { url: 'https://scontent.example/s.png', sticker_id: 369239263222822 } },
    ]
    const [mention] = mentionsOf(await decoder().post(thread(aMessage({ mid: 'm5', attachments }))))
    expect(mention).toMatchObject({ text: '', kind: 'message', visibility: 'private' })
    expect(mention?.media).toBeUndefined()
  })

  it("is dropped when it is the dashboard's sample", async () => {
    const sample = {
      sender: { id: '12334' },
      recipient: { id: '23245' },
      timestamp: 1,
      message: { mid: 'random', text: 'x' },
    }
    expect(dropsOf(await decoder().post(thread(sample)))).toEqual(['test_delivery'])
  })
})

describeWebhook({
  factory: messenger,
  config,
  environment,
  sign: (body) => ({ headers: { 'x-hub-signature-256': metaSignature(body, environment.SECRET) } }),
  samples: [
    thread(aMessage({ mid: 'm1', text: 'x' }), {
      sender: { id: '77' },
      message_edit: { mid: 'm1', text: 'y', num_edit: '1' },
    }),
    thread(aMessage({ mid: 'm1', is_deleted: true }), { sender: { id: '77' }, read: { watermark: at } }),
    {
      object: 'page',
      entry: [{ id: '1001', time: at, standby: [aMessage({ mid: 'm2', reply_to: { mid: 'm1' } })] }],
    },
  ],
})

function decoder() {
  return aDecoder({ factory: messenger, config, environment })
}

function thread(...messaging: unknown[]) {
  return { object: 'page', entry: [{ id: '1001', time: at, messaging }] }
}

function aMessage(message: Record<string, unknown>) {
  return { sender: { id: '77' }, recipient: { id: '1001' }, timestamp: at, message }
}
