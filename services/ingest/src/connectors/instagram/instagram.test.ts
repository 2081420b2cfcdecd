import { describe, expect, it } from 'vitest'
import { aDecoder, dropsOf, mentionsOf } from '../../../tests/decoding.ts'
import { metaSignature } from '../../../tests/fakes/graph-server.ts'
import { describeWebhook } from '../../../tests/webhook-contract.ts'
import { instagram } from './instagram.ts'

const environment = { SECRET: 'test-app-secret', IG_SECRET: 'instagram-app-secret', VERIFY: 'right' }
const config = {
  appSecrets: [{ env: 'SECRET' }, { env: 'IG_SECRET' }],
  verifyToken: { env: 'VERIFY' },
  accounts: { '178414': ['kuzey-air'] },
}
const seconds = 1_790_000_005

describe('what an account delivers', () => {
  it('has the time of sending, since a comment carries none (IG-1)', async () => {
    expect(mentionsOf(await decoder().post(account(aComment())))).toMatchObject([
      {
        id: 'c1',
        kind: 'comment',
        text: '😡😡',
        parent: 'm1',
        author: { id: '6001' },
        createdAt: seconds * 1_000,
        brands: ['kuzey-air'],
      },
    ])
  })

  it("reads Graph's time without a colon in the zone (IG-1)", async () => {
    const node = {
      id: 'c1',
      text: 'x',
      timestamp: '2026-09-21T14:13:25+0000',
      from: { id: '6001', username: 'u1' },
      like_count: 3,
    }
    const replies = { data: [{ id: 'c2', text: 'y', timestamp: '2026-09-21T17:13:26+0300', username: 'u2' }] }
    const mentions = mentionsOf(await decoder().api('comments', { data: [{ ...node, replies }] }))
    expect(mentions).toMatchObject([
      { id: 'c1', createdAt: seconds * 1_000, engagement: { likes: 3 } },
      { id: 'c2', kind: 'reply', parent: 'c1', createdAt: (seconds + 1) * 1_000, author: { id: 'u2' } },
    ])
  })

  it('is the same where the change stands in the entry itself (IG-2)', async () => {
    const inline = { object: 'instagram', entry: [{ id: '178414', time: seconds, ...aComment() }] }
    const usual = mentionsOf(await decoder().post(account(aComment())))
    expect(mentionsOf(await decoder().post(inline))).toEqual(usual)
    expect(mentionsOf(await decoder().post([inline]))).toEqual(usual)
  })

  it('names ids alone when a stranger names the account: without a token it is dropped and said', async () => {
    const decoded = await decoder().post(
      account({ field: 'mentions', value: { media_id: 'm9', comment_id: 'c9' } }),
    )
    expect(dropsOf(decoded)).toEqual(['needs_lookup'])
  })

  it.each([
    [{ from: { id: '178414', username: 'kuzey' } }],
    [{ from: { id: '6002', username: 'kuzey', self_ig_scoped_id: '6002' } }],
  ])("is the brand's own by either sign: %j (IG-4)", async (overrides) => {
    expect(mentionsOf(await decoder().post(account(aComment(overrides))))[0]?.own).toBe(true)
  })

  it('is dropped when it is a test, and taken when it has only an id and a text (IG-5)', async () => {
    const value = { id: '123456789', text: 'This is an example.' }
    const test = {
      object: 'instagram',
      entry: [{ id: '0', time: 1, changes: [{ field: 'comments', value }] }],
    }
    expect(dropsOf(await decoder().post(test))).toEqual(['test_delivery'])
    const [mention] = mentionsOf(await decoder().post(account({ field: 'comments', value })))
    expect([mention?.id, mention?.author]).toEqual(['123456789', undefined])
  })

  it('takes a message and its taking back, also where the flag is a word', async () => {
    const messaging = [
      {
        sender: { id: '6001' },
        recipient: { id: '178414' },
        timestamp: seconds * 1_000,
        message: { mid: 'd1', text: 'selam' },
      },
      {
        sender: { id: '6001' },
        recipient: { id: '178414' },
        timestamp: seconds * 1_000,
        message: { mid: 'd1', is_deleted: 'true' },
      },
    ]
    const body = { object: 'instagram', entry: [{ id: '178414', time: seconds * 1_000, messaging }] }
    const mentions = mentionsOf(await decoder().post(body))
    expect(mentions.map(({ platform, kind, operation }) => [platform, kind, operation])).toEqual([
      ['instagram', 'message', 'upsert'],
      ['instagram', 'message', 'delete'],
    ])
  })

  it('may be signed with either secret, and with no other (IG-7)', async () => {
    const body = Buffer.from(JSON.stringify(account(aComment())))
    const status = async (secret: string) =>
      (await decoder().request({ headers: { 'x-hub-signature-256': metaSignature(body, secret) }, body }))
        .answer?.status
    expect(await status('test-app-secret')).toBe(200)
    expect(await status('instagram-app-secret')).toBe(200)
    expect(await status('another-secret')).toBe(401)
  })

  it('is a reply where it has a parent, with or without media (IG-8)', async () => {
    const [mention] = mentionsOf(
      await decoder().post(account(aComment({ parent_id: 'c0', media: undefined }))),
    )
    expect(mention).toMatchObject({ kind: 'reply', parent: 'c0' })
  })
})

describe('a listing', () => {
  it('shows a hidden comment as said and hidden, and whose it is where the config has one account', async () => {
    const timestamp = '2026-09-21T14:13:21+0000'
    const replies = { data: [{ id: 'c2', text: 'özür', timestamp, from: { id: '178414' } }] }
    const data = [{ id: 'c1', text: 'kötü', timestamp, from: { id: '6001' }, hidden: true, replies }]
    expect(mentionsOf(await decoder().api('comments', { data }))).toMatchObject([
      { id: 'c1', operation: 'upsert', own: false, brands: ['kuzey-air'] },
      { id: 'c1', operation: 'hide', revision: 'listed' },
      { id: 'c2', operation: 'upsert', own: true, kind: 'reply' },
    ])
  })
})

describeWebhook({
  factory: instagram,
  config,
  environment,
  sign: (body) => ({ headers: { 'x-hub-signature-256': metaSignature(body, environment.SECRET) } }),
  samples: [
    account(aComment(), aComment({ id: 'c2', parent_id: 'c1' })),
    { object: 'instagram', entry: [{ id: '178414', time: seconds, ...aComment() }] },
    account({ field: 'mentions', value: { media_id: 'm9' } }, { field: 'story_insights', value: {} }),
    {
      object: 'instagram',
      entry: [
        {
          id: '178414',
          time: seconds,
          messaging: [{ sender: { id: '6' }, message: { mid: 'd', text: 'x' } }],
        },
      ],
    },
  ],
})

function decoder() {
  return aDecoder({ factory: instagram, config, environment })
}

function account(...changes: unknown[]) {
  return { object: 'instagram', entry: [{ id: '178414', time: seconds, changes }] }
}

function aComment(overrides: Record<string, unknown> = {}) {
  const from = { id: '6001', username: 'u1' }
  const media = { id: 'm1', media_product_type: 'REELS' }
  return { field: 'comments', value: { id: 'c1', text: '😡😡', from, media, ...overrides } }
}
