import { describe, expect, it } from 'vitest'
import { aDecoder, dropsOf, mentionsOf } from '../../../tests/decoding.ts'
import { metaSignature } from '../../../tests/fakes/graph-server.ts'
import { describeWebhook } from '../../../tests/webhook-contract.ts'
import { facebook } from './facebook.ts'

const environment = { SECRET: 'test-app-secret', OLD_SECRET: 'the-secret-before', VERIFY: 'right' }
const config = {
  appSecrets: [{ env: 'SECRET' }, { env: 'OLD_SECRET' }],
  verifyToken: { env: 'VERIFY' },
  accounts: { '1001': ['kuzey-air'] },
}
const seconds = 1_790_000_001

describe('what a Page delivers', () => {
  it('is one mention for each comment of several entries, and none for a reaction (FB-1)', async () => {
    const decoded = await decoder().post({
      object: 'page',
      entry: [
        {
          id: '1001',
          time: seconds,
          changes: [aComment(), feed({ item: 'reaction', verb: 'add', post_id: '1001_5' })],
        },
        {
          id: '1002',
          time: seconds,
          changes: [aComment({ comment_id: '6_72', post_id: '1002_6', parent_id: '6_70', message: '+1' })],
        },
      ],
    })
    expect(decoded.answer?.status).toBe(200)
    expect(decoded.outcomes.map(({ outcome }) => outcome)).toEqual(['mention', 'drop', 'mention'])
    expect(dropsOf(decoded)).toEqual(['not_content'])
    expect(mentionsOf(decoded)).toMatchObject([
      {
        id: '5_71',
        kind: 'comment',
        parent: '1001_5',
        author: { id: '9' },
        createdAt: seconds * 1_000,
        brands: ['kuzey-air'],
      },
      { id: '6_72', kind: 'reply', parent: '6_70', text: '+1', brands: [] },
    ])
  })

  it('is a delete with the time of sending where a removal has none (FB-2)', async () => {
    const { created_time: _, message: __, ...removed } = aComment({ verb: 'remove' }).value
    const [mention] = mentionsOf(await decoder().post(page(seconds + 99, { field: 'feed', value: removed })))
    expect(mention).toMatchObject({
      id: '5_71',
      operation: 'delete',
      text: '',
      createdAt: (seconds + 99) * 1_000,
    })
  })

  it('drops what comes after its removal (FB-2)', async () => {
    const decoded = await decoder().post(page(seconds, aComment({ verb: 'remove' }), aComment()))
    expect(dropsOf(decoded)).toEqual(['deleted'])
  })

  it('is a delete under the other word for it as well', async () => {
    const [mention] = mentionsOf(await decoder().post(page(seconds, aComment({ verb: 'delete' }))))
    expect(mention).toMatchObject({ id: '5_71', operation: 'delete', text: '' })
  })

  it('is hidden after it was said where a listing shows it as hidden, and of the one Page of the config', async () => {
    const created_time = '2026-09-21T14:13:21+0000'
    const data = [
      { id: '5_71', message: 'kötü', created_time, from: { id: '9' }, is_hidden: true },
      { id: '5_72', message: 'yanıt', created_time, from: { id: '1001' }, is_hidden: false },
    ]
    const listed = await decoder({ accounts: { '1001': ['kuzey-air'] } }).api('comments', { data })
    expect(mentionsOf(listed)).toMatchObject([
      { id: '5_71', operation: 'upsert', own: false, brands: ['kuzey-air'] },
      { id: '5_71', operation: 'hide', revision: 'listed', text: 'kötü' },
      { id: '5_72', operation: 'upsert', own: true },
    ])
    const accounts = { '1001': ['kuzey-air'], '1002': ['lokmajet'] }
    const whose = await decoder({ accounts }).api('comments', { data })
    expect(mentionsOf(whose)[2]).toMatchObject({ id: '5_72', own: false, brands: [] })
  })

  it('is a new version when it is edited, hidden or shown again', async () => {
    const verbs = ['add', 'edited', 'hide', 'unhide', 'hide']
    const changes = verbs.map((verb, index) =>
      aComment({ verb, created_time: seconds + index, message: verb }),
    )
    const post = { item: 'status', post_id: '1001_8', comment_id: undefined }
    const decoded = await decoder().post(page(seconds, ...changes, aComment({ ...post, verb: 'edit' })))
    expect(mentionsOf(decoded).map(({ operation, revision }) => [operation, revision])).toEqual([
      ['upsert', undefined],
      ['upsert', `edited-${seconds * 1_000 + 1_000}`],
      ['hide', `hide-${seconds * 1_000 + 2_000}`],
      ['upsert', `unhide-${seconds * 1_000 + 3_000}`],
      ['hide', `hide-${seconds * 1_000 + 4_000}`],
      ['upsert', `edit-${seconds * 1_000}`],
    ])
  })

  it("is the brand's own when the Page wrote it (FB-4)", async () => {
    const [mention] = mentionsOf(
      await decoder().post(page(seconds, aComment({ from: { id: '1001', name: 'Kuzey' } }))),
    )
    expect(mention?.own).toBe(true)
  })

  it('is a mention with a picture and no words when only a picture was sent (FB-5)', async () => {
    const { message: _, from: __, ...value } = aComment().value
    const photo = 'https://scontent.example/p.jpg'
    const [mention] = mentionsOf(
      await decoder().post(page(seconds, { field: 'feed', value: { ...value, photo } })),
    )
    expect(mention).toMatchObject({ text: '', media: [photo], own: false })
    expect(mention?.author).toBeUndefined()
  })

  it('is one mention when it comes as a comment and as a mention of the Page', async () => {
    const mention = {
      field: 'mention',
      value: { item: 'comment', verb: 'add', post_id: '1001_5', comment_id: '5_71', message: 'bad' },
    }
    expect(dropsOf(await decoder().post(page(seconds, aComment(), mention)))).toEqual(['duplicate'])
  })

  it('has ids by their digits, however old the payload (FB-7)', async () => {
    const decoded = await decoder().post(
      '{"object":"page","entry":[{"id":1001,"time":1790000003,"changes":[' +
        '{"field":"feed","value":{"item":"comment","verb":"add","post_id":"1001_5","comment_id":7543210987654321098,"sender_id":1234567890321,"message":"x"}},' +
        '{"field":"feed","value":{"item":"status","verb":"add","post_id":"1001_9","from":{"id":8423678347823,"name":"n"},"message":"y"}},' +
        '{"field":"feed","value":{"item":"like","verb":"add","user_id":10201978818232600}}]}]}',
    )
    expect(mentionsOf(decoded).map(({ id, author }) => [id, author?.id])).toEqual([
      ['7543210987654321098', '1234567890321'],
      ['1001_9', '8423678347823'],
    ])
    expect(dropsOf(decoded)).toEqual(['not_content'])
  })

  it('is a review when it is a recommendation', async () => {
    const value = {
      item: 'rating',
      verb: 'add',
      reviewer_id: '9',
      review_text: 'berbat',
      created_time: seconds,
      open_graph_story_id: '77',
    }
    const [mention] = mentionsOf(await decoder().post(page(seconds, { field: 'ratings', value })))
    expect(mention).toMatchObject({ id: '77', kind: 'review', text: 'berbat', author: { id: '9' } })
  })

  it('is dropped with a reason when it is a test, a draft, of another kind or of another account', async () => {
    const decoded = await decoder().post([
      { object: 'page', entry: [{ id: '0', time: seconds, changes: [aComment()] }] },
      page(seconds, aComment({ item: 'post', published: 0 }), aComment({ verb: 'sparkle' }), {
        field: 'picture',
        value: {},
      }),
      {
        object: 'page',
        entry: [{ id: '1001', time: seconds, messaging: [{ message: { mid: 'm', text: 'x' } }] }],
      },
      { object: 'user', entry: [] },
    ])
    expect(dropsOf(decoded)).toEqual([
      'test_delivery',
      'not_content',
      'unknown_kind',
      'unknown_kind',
      'other_account',
      'other_account',
    ])
  })

  it("takes the Page's messages as those of Messenger where the config says so", async () => {
    const messages = {
      object: 'page',
      entry: [
        {
          id: '1001',
          time: seconds,
          messaging: [{ sender: { id: '7' }, timestamp: seconds * 1_000, message: { mid: 'm1', text: 'x' } }],
        },
      ],
    }
    const [mention] = mentionsOf(await decoder({ messages: true }).post(messages))
    expect(mention).toMatchObject({
      platform: 'messenger',
      kind: 'message',
      visibility: 'private',
      brands: ['kuzey-air'],
    })
  })
})

describe('the handshake (FB-8)', () => {
  const query = { 'hub.mode': 'subscribe', 'hub.verify_token': 'right', 'hub.challenge': '1158201444' }

  it('sends the challenge back as plain text', async () => {
    const { answer } = await decoder().request({ method: 'GET', query })
    expect(answer).toEqual({ status: 200, body: '1158201444', contentType: 'text/plain; charset=utf-8' })
    const html = await decoder().request({
      method: 'GET',
      query: { ...query, 'hub.challenge': '<script>1</script>' },
    })
    expect(html.answer?.contentType).toMatch(/^text\/plain/)
  })

  it.each([
    [{ ...query, 'hub.verify_token': 'wrong' }, 403],
    [{ ...query, 'hub.mode': 'unsubscribe' }, 403],
    [{}, 403],
    [{ 'hub.mode': 'subscribe', 'hub.verify_token': 'right' }, 400],
  ])('refuses %j', async (given, status) => {
    const { answer, outcomes } = await decoder().request({ method: 'GET', query: given })
    expect([answer?.status, outcomes]).toEqual([status, [{ outcome: 'drop', reason: 'handshake_wrong' }]])
    expect(answer?.body).not.toContain('right')
  })
})

describe('the signature', () => {
  const body =
    '{"object":"page","entry":[{"id":"1001","time":1790000000123,"messaging":[{"sender":{"id":"77"},"recipient":{"id":"1001"},"timestamp":1790000000100,"message":{"mid":"m_1","text":"\\u0130\\u015f \\ud83d\\ude21"}}]}]}'
  const known = 'sha256=ce887a634e1afe3c9e66c2d2d5d718eed2d64cba5955871ecf3bdc49f61b759a'

  it('is checked over the escapes as they came (GEN-4)', async () => {
    const signed = (bytes: string) =>
      decoder().request({ headers: { 'x-hub-signature-256': known }, body: Buffer.from(bytes) })
    expect((await signed(body)).answer?.status).toBe(200)
    expect((await signed(JSON.stringify(JSON.parse(body)))).answer?.status).toBe(401)
  })

  it('may be of the secret before, while one is rotated', async () => {
    const bytes = Buffer.from(body)
    const headers = { 'x-hub-signature-256': metaSignature(bytes, 'the-secret-before') }
    expect((await decoder().request({ headers, body: bytes })).answer?.status).toBe(200)
  })

  it('does not count on a body that is a form', async () => {
    const bytes = Buffer.from(body)
    const headers = { 'x-hub-signature-256': known, 'content-type': 'application/x-www-form-urlencoded' }
    expect((await decoder().request({ headers, body: bytes })).answer?.status).toBe(415)
  })
})

describeWebhook({
  factory: facebook,
  config,
  environment,
  sign: (body) => ({ headers: { 'x-hub-signature-256': metaSignature(body, environment.SECRET) } }),
  samples: [
    page(seconds, aComment(), aComment({ verb: 'edited', comment_id: '5_74' })),
    page(seconds, aComment({ item: 'photo', photos: ['https://scontent.example/1.jpg'] })),
    page(seconds, {
      field: 'mention',
      value: { item: 'post', verb: 'add', post_id: '7_8', message: '@Kuzey' },
    }),
    page(seconds, {
      field: 'ratings',
      value: { item: 'rating', verb: 'add', reviewer_id: '9', review_text: 'x' },
    }),
    {
      object: 'page',
      entry: [{ id: '1001', time: 1, messaging: [{ sender: { id: '7' }, message: { mid: 'm' } }] }],
    },
  ],
})

function decoder(overrides: Record<string, unknown> = {}) {
  return aDecoder({ factory: facebook, config: { ...config, ...overrides }, environment })
}

function page(time: number, ...changes: unknown[]) {
  return { object: 'page', entry: [{ id: '1001', time, changes }] }
}

function feed(value: Record<string, unknown>) {
  return { field: 'feed', value }
}

function aComment(overrides: Record<string, unknown> = {}) {
  return feed({
    item: 'comment',
    verb: 'add',
    post_id: '1001_5',
    comment_id: '5_71',
    parent_id: '1001_5',
    from: { id: '9', name: 'A' },
    created_time: seconds,
    message: 'bad',
    ...overrides,
  })
}
