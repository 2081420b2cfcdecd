import { describe, expect, it } from 'vitest'
import { aDecoder, dropsOf, mentionsOf } from '../../../tests/decoding.ts'
import { metaSignature } from '../../../tests/fakes/graph-server.ts'
import { describeWebhook } from '../../../tests/webhook-contract.ts'
import { whatsapp } from './whatsapp.ts'

const environment = { SECRET: 'test-app-secret', VERIFY: 'right' }
const config = {
  appSecrets: [{ env: 'SECRET' }],
  verifyToken: { env: 'VERIFY' },
  accounts: { '2001': ['kuzey-air'] },
}

describe('what people write to a number', () => {
  it('is nothing when it is a receipt of what the brand sent (WA-1)', async () => {
    const decoded = await decoder().post(aBody({ statuses: [{ id: 'wamid.9', status: 'delivered' }] }))
    expect([decoded.answer?.status, mentionsOf(decoded), dropsOf(decoded)]).toEqual([
      200,
      [],
      ['not_content'],
    ])
  })

  it('has the user id for its author where there is no number (WA-2)', async () => {
    const value = {
      contacts: [{ profile: { name: 'S', username: '@s' }, user_id: 'TR.134' }],
      messages: [
        {
          from_user_id: 'TR.134',
          id: 'wamid.1',
          timestamp: '1790000000',
          type: 'text',
          text: { body: 'renk var mı' },
        },
      ],
    }
    expect(mentionsOf(await decoder().post(aBody(value)))).toMatchObject([
      {
        id: 'wamid.1',
        author: { id: 'TR.134' },
        text: 'renk var mı',
        createdAt: 1_790_000_000_000,
        visibility: 'private',
        brands: ['kuzey-air'],
      },
    ])
  })

  it('finds the contact of each of several messages by its number, not by its place', async () => {
    const value = {
      contacts: [
        { wa_id: '905550000002', user_id: 'TR.2' },
        { wa_id: '905550000001', user_id: 'TR.1' },
      ],
      messages: [
        aText('wamid.1', 'a', { from: '905550000001' }),
        aText('wamid.2', 'b', { from: '905550000002' }),
        aText('wamid.3', 'c', { from: '905550000003' }),
      ],
    }
    expect(mentionsOf(await decoder().post(aBody(value))).map(({ author }) => author?.id)).toEqual([
      'TR.1',
      'TR.2',
      '905550000003',
    ])
  })

  it('is dropped with a reason when nobody wrote anything (WA-4)', async () => {
    const messages = [
      { ...aText('w1', ''), type: 'unsupported', errors: [{ code: 131051 }] },
      { ...aText('w2', ''), type: 'reaction', reaction: { message_id: 'w1' } },
      { ...aText('w3', ''), type: 'system', system: { type: 'user_changed_number' } },
      { ...aText('w4', ''), type: 'hologram' },
    ]
    expect(dropsOf(await decoder().post(aBody({ messages })))).toEqual([
      'unsupported',
      'not_content',
      'not_content',
      'unknown_kind',
    ])
  })

  it('has the words of an order, a picture, a button', async () => {
    const messages = [
      { ...aText('w1', ''), type: 'image', image: { id: '1', caption: 'kırık geldi' } },
      { ...aText('w2', ''), type: 'button', button: { text: 'Şikayet' } },
      { ...aText('w3', ''), type: 'interactive', interactive: { list_reply: { id: '1', title: 'İade' } } },
      { ...aText('w4', ''), type: 'order', order: { text: 'kargo nerede', product_items: [] } },
      { ...aText('w5', ''), type: 'audio', audio: { id: '3' } },
    ].map(({ text: _, ...message }) => message)
    const texts = mentionsOf(await decoder().post(aBody({ messages }))).map(({ text }) => text)
    expect(texts).toEqual(['kırık geldi', 'Şikayet', 'İade', 'kargo nerede', ''])
  })

  it('is edited and revoked under the first id (WA-5)', async () => {
    const edit = {
      ...aText('wamid.E', ''),
      type: 'edit',
      edit: { original_message_id: 'wamid.1', message: { type: 'text', text: { body: 'düzeltme' } } },
    }
    const revoke = { ...aText('wamid.R', ''), type: 'revoke', revoke: { original_message_id: 'wamid.1' } }
    const decoded = await decoder().post(aBody({ messages: [aText('wamid.1', 'ilk'), edit, edit, revoke] }))
    expect(mentionsOf(decoded).map(({ id, operation, text }) => [id, operation, text])).toEqual([
      ['wamid.1', 'upsert', 'ilk'],
      ['wamid.1', 'upsert', 'düzeltme'],
      ['wamid.1', 'delete', ''],
    ])
    expect(dropsOf(decoded)).toEqual(['duplicate'])
    expect(JSON.stringify(mentionsOf(decoded))).not.toContain('wamid.E')
  })

  it("is the brand's own when it was sent from the app", async () => {
    const change = { field: 'smb_message_echoes', value: { message_echoes: [aText('wamid.7', 'cevap')] } }
    const body = { object: 'whatsapp_business_account', entry: [{ id: '2001', changes: [change] }] }
    expect(mentionsOf(await decoder().post(body))).toMatchObject([{ id: 'wamid.7', own: true }])
  })

  it('keeps its own time when it comes days late (WA-7)', async () => {
    const late = aText('wamid.8', 'geç', { timestamp: String(Date.UTC(2026, 8, 26) / 1_000) })
    const [mention] = mentionsOf(await decoder().post(aBody({ messages: [late] })))
    expect([mention?.createdAt, mention?.createdAtFlag]).toEqual([Date.UTC(2026, 8, 26), undefined])
  })
})

describeWebhook({
  factory: whatsapp,
  config,
  environment,
  sign: (body) => ({ headers: { 'x-hub-signature-256': metaSignature(body, environment.SECRET) } }),
  samples: [
    aBody({
      messaging_product: 'whatsapp',
      contacts: [{ profile: { name: 'Ali' }, wa_id: '905550000000', user_id: 'TR.1' }],
      messages: [aText('wamid.1', 'Ürün bozuk çıktı', { context: { id: 'wamid.0' } })],
    }),
    aBody({ statuses: [{ id: 'wamid.9', status: 'read' }], errors: [{ code: 1 }] }),
    aBody({
      messages: [
        {
          ...aText('w', ''),
          type: 'edit',
          edit: { original_message_id: 'w0', message: { text: { body: 'x' } } },
        },
      ],
    }),
    aBody({ messages: [{ ...aText('w', ''), type: 'revoke', revoke: { original_message_id: 'w0' } }] }),
  ],
})

function decoder() {
  return aDecoder({ factory: whatsapp, config, environment })
}

function aBody(value: Record<string, unknown>) {
  return {
    object: 'whatsapp_business_account',
    entry: [{ id: '2001', changes: [{ field: 'messages', value }] }],
  }
}

function aText(id: string, body: string, overrides: Record<string, unknown> = {}) {
  return { id, from: '905550000000', timestamp: '1790000000', type: 'text', text: { body }, ...overrides }
}
