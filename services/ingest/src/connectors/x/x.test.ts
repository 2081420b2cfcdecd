import { createHmac } from 'node:crypto'
import { withEnvironment } from '@nabiz/shared/config'
import { createSilentLogger } from '@nabiz/shared/logging'
import { createRegistry } from '@nabiz/shared/metrics'
import { describe, expect, it } from 'vitest'
import { aContext } from '../../../tests/connector-context.ts'
import { aDecoder, dropsOf, mentionsOf } from '../../../tests/decoding.ts'
import { xSignature } from '../../../tests/fakes/x-server.ts'
import { describeWebhook } from '../../../tests/webhook-contract.ts'
import { createTelemetry } from '../../telemetry.ts'
import { linesOf } from './lines.ts'
import { x } from './x.ts'

const environment = { SECRET: 'test-consumer-secret', TOKEN: 'bearer-invented' }
const config = { consumerSecrets: [{ env: 'SECRET' }], accounts: { '1111': ['kuzey-air'] } }

describe('a post', () => {
  it('is a mention with its author, counts, language and address', async () => {
    const line = {
      data: aPost({ public_metrics: { like_count: 1, retweet_count: 2, quote_count: 1, reply_count: 4 } }),
      includes: { users: [{ id: '22', verified_type: 'blue', public_metrics: { followers_count: 1200 } }] },
      matching_rules: [{ id: '1', tag: 'somebody else' }],
    }
    expect(mentionsOf(await decoder().api('stream', line))).toMatchObject([
      {
        id: '2080000000000000001',
        kind: 'post',
        text: '@marka rezalet & <kötü>',
        author: { id: '22', followers: 1200, verified: true },
        createdAt: Date.UTC(2026, 8, 1, 10),
        language: 'tr',
        engagement: { likes: 1, shares: 3, comments: 4 },
        permalink: 'https://x.com/i/status/2080000000000000001',
        own: false,
        visibility: 'public',
      },
    ])
  })

  it('has no author when only id and text came, and is counted as incomplete (X-2)', async () => {
    const registry = createRegistry()
    const parsed = withEnvironment(environment, () => x.config.parse(config))
    const telemetry = createTelemetry(registry, createSilentLogger())
    const connector = x.create(parsed, aContext({ platform: 'x', telemetry }))
    const delivery = connector.decode?.('stream', Buffer.from('{"data":{"id":"1","text":"x"}}'))
    expect(delivery?.items).toMatchObject([{ id: '1', text: 'x', createdAt: undefined }])
    expect(delivery?.items[0]).not.toHaveProperty('author')
    expect(await registry.metrics()).toContain(
      'nabiz_ingest_fields_missing_total{platform="x",field="author"} 1',
    )
  })

  it('has the whole text of a long post (X-3)', async () => {
    const post = aPost({ text: 'kısa…', note_tweet: { text: 'bütün uzun metin' } })
    expect(mentionsOf(await decoder().api('search', { data: [post] }))[0]?.text).toBe('bütün uzun metin')
  })

  it('is edited under the first id of its history (X-4)', async () => {
    const first = aPost({ id: '1', edit_history_tweet_ids: ['1'] })
    const second = aPost({ id: '2', text: 'düzeltme', edit_history_tweet_ids: ['1', '2'] })
    const decoded = await decoder().api('search', { data: [first, second, second] })
    expect(mentionsOf(decoded).map(({ id, revision, text }) => [id, revision, text])).toEqual([
      ['1', undefined, '@marka rezalet & <kötü>'],
      ['1', '2', 'düzeltme'],
    ])
    expect(dropsOf(decoded)).toEqual(['duplicate'])
  })

  it('is a share and no words when it is a retweet, a post with a parent when it quotes (X-5)', async () => {
    const retweet = aPost({ id: '3', referenced_tweets: [{ type: 'retweeted', id: '9' }] })
    const quote = aPost({ id: '4', referenced_tweets: [{ type: 'quoted', id: '9' }] })
    const reply = aPost({ id: '5', referenced_tweets: [{ type: 'replied_to', id: '9' }] })
    const tweets = [{ id: '9', public_metrics: { retweet_count: 7, quote_count: 1 } }]
    const plain = await decoder().api('search', { data: [retweet, quote, reply] })
    expect(dropsOf(plain)).toEqual(['not_content'])
    expect(mentionsOf(plain).map(({ kind, parent }) => [kind, parent])).toEqual([
      ['post', '9'],
      ['reply', '9'],
    ])
    const { outcomes } = await decoder().api('search', { data: [retweet], includes: { tweets } })
    expect(outcomes).toMatchObject([
      { outcome: 'metric', metric: { counter: 'shares', subject: '9', total: 8 } },
    ])
  })

  it("is the brand's own when one of its accounts wrote it", async () => {
    const decoded = await decoder().api('search', { data: [aPost({ author_id: '1111' })] })
    expect(mentionsOf(decoded)[0]?.own).toBe(true)
  })

  it('keeps its time where X gives none, out of its id', async () => {
    const { created_at: _, ...post } = aPost()
    const [mention] = mentionsOf(await decoder().api('search', { data: [post] }))
    expect([new Date(mention?.createdAt ?? 0).toISOString().slice(0, 10), mention?.createdAtFlag]).toEqual([
      '2026-07-22',
      undefined,
    ])
  })

  it('is named by its id in digits, however long', async () => {
    const body = '{"data":[{"id":2080000000000000001,"text":"x","author_id":7543210987654321098}]}'
    const [mention] = mentionsOf(await decoder().api('search', body))
    expect([mention?.id, mention?.author?.id]).toEqual(['2080000000000000001', '7543210987654321098'])
  })
})

describe('lines of a stream', () => {
  it('are whole though they come in pieces that end within a character (X-1)', async () => {
    const sent = Buffer.from(
      `\r\n${JSON.stringify({ data: { id: '1', text: 'çöktü 😡😡' } })}\r\n\r\n{"a":1}\n`,
    )
    for (const size of [1, 2, 3, 7, 1_000]) {
      const pieces = async function* () {
        for (let at = 0; at < sent.length; at += size) yield sent.subarray(at, at + size)
      }
      const lines: string[] = []
      for await (const line of linesOf(pieces())) if (line) lines.push(Buffer.from(line).toString('utf8'))
      expect(lines).toEqual(['', '{"data":{"id":"1","text":"çöktü 😡😡"}}', '', '{"a":1}'])
    }
  })
})

describe('the challenge', () => {
  it('is answered with the HMAC of the token (X-7)', async () => {
    const { answer } = await decoder().request({
      method: 'GET',
      query: { crc_token: 'abcDEF123456789012345678' },
    })
    expect([answer?.status, answer?.body]).toEqual([
      200,
      '{"response_token":"sha256=/pgvrjtBJGUk+HS0KJzX7PgOoIi+dOFoBidJQHYHmc4="}',
    ])
  })

  it.each([{ crc_token: '{"a":1}' }, { crc_token: 'a'.repeat(5_000) }, { crc_token: '' }, {}])(
    'signs nothing that could be a delivery (X-7) %#',
    async (query: Record<string, string>) => {
      const { answer } = await decoder().request({ method: 'GET', query })
      expect(answer?.status).toBe(400)
      expect(answer?.body).not.toContain('sha256')
    },
  )

  it('takes the documented signature of a body, and that of an older secret', async () => {
    const body = Buffer.from('{"data":{"event_type":"post.mention.create"}}')
    const old = `sha256=${createHmac('sha256', 'older').update(body).digest('base64')}`
    const two = aDecoder({
      factory: x,
      config: { ...config, consumerSecrets: [{ env: 'SECRET' }, { env: 'OLD' }] },
      environment: { ...environment, OLD: 'older' },
    })
    for (const signature of ['sha256=dYHoM8Szjx0jyk+DPx/rrqnIhVNvIQJgheZnICQfQMk=', old]) {
      const { answer } = await two.request({ body, headers: { 'x-twitter-webhooks-signature': signature } })
      expect(answer?.status).toBe(200)
    }
  })
})

describe('an event of an account', () => {
  it('comes alone or in a list, and is about the brands of the account (X-8)', async () => {
    for (const wrap of [(event: unknown) => event, (event: unknown) => [event]]) {
      const decoded = await decoder().post({ data: wrap(anEvent('post.mention.create', aPost())) })
      expect(mentionsOf(decoded)).toMatchObject([{ id: '2080000000000000001', brands: ['kuzey-air'] }])
    }
  })

  it('deletes a post by its id (X-8)', async () => {
    const event = anEvent('post.delete', { id: '2080000000000000001', author_id: '1111' })
    const includes = { users: [{ data: { id: '1111', username: 'marka' } }] }
    const decoded = await decoder().post({ data: { ...event, event_uuid: '-2781149976877970683', includes } })
    expect(mentionsOf(decoded)).toMatchObject([{ id: '2080000000000000001', operation: 'delete', own: true }])
  })

  it('is dropped when its kind is none of ours or not known (X-8)', async () => {
    const decoded = await decoder().post({
      data: [anEvent('like.create', {}), anEvent('hologram.create', {})],
    })
    expect([decoded.answer?.status, dropsOf(decoded)]).toEqual([200, ['not_content', 'unknown_kind']])
  })

  it('is a private message in either shape, own when the brand sent it', async () => {
    const newer = { id: '500', sender_id: '2', text: 'yardım', created_at: '2026-09-20T01:51:31Z' }
    const older = {
      direct_message_events: [
        {
          id: '501',
          created_timestamp: '1790000000123',
          message_create: { sender_id: '1111', message_data: { text: 'cevap' } },
        },
      ],
    }
    const data = [anEvent('dm.received', newer), anEvent('dm.sent', older)]
    expect(mentionsOf(await decoder().post({ data }))).toMatchObject([
      { id: '500', visibility: 'private', kind: 'message', own: false, author: { id: '2' } },
      { id: '501', visibility: 'private', own: true, createdAt: 1_790_000_000_123 },
    ])
  })
})

describe('the config', () => {
  const asked = { bearerToken: { env: 'TOKEN' }, queries: [{ query: 'marka' }], monthlyReads: 1_000 }

  it.each([
    ['bearerToken', {}],
    ['queries', { ...asked, queries: [] }],
    ['monthlyReads', { ...asked, monthlyReads: undefined }],
    ['clientId', { ...asked, mode: 'search', refreshToken: { env: 'TOKEN' } }],
    ['mode', { ...asked, refreshToken: { env: 'TOKEN' }, clientId: 'c' }],
  ])('names %s when it is what is missing', (field, given) => {
    const parsed = withEnvironment(environment, () => x.config.safeParse(given))
    expect(parsed.error?.issues.map(({ path }) => path.join('.'))).toEqual([field])
  })
})

describeWebhook({
  factory: x,
  config,
  environment,
  sign: (body) => ({ headers: { 'x-twitter-webhooks-signature': xSignature(body, environment.SECRET) } }),
  samples: [
    {
      data: {
        ...anEvent('post.mention.create', aPost({ referenced_tweets: [{ type: 'quoted', id: '9' }] })),
        includes: {
          users: [{ id: '22', verified_type: 'none', public_metrics: { followers_count: 3 } }],
          tweets: [aPost({ id: '9' })],
        },
      },
    },
    { data: [anEvent('post.delete', { id: '1', author_id: '2' })] },
    {
      data: anEvent('dm.received', {
        id: '500',
        sender_id: '2',
        text: 'x',
        created_at: '2026-09-20T01:51:31Z',
      }),
    },
    {
      data: anEvent('dm.received', {
        direct_message_events: [{ id: '1', message_create: { sender_id: '2', message_data: { text: 'x' } } }],
      }),
    },
    {
      data: {
        ...anEvent('post.repost.create', aPost({ referenced_tweets: [{ type: 'retweeted', id: '9' }] })),
        includes: { tweets: [{ id: '9', public_metrics: { retweet_count: 7 } }] },
      },
    },
  ],
})

function decoder() {
  return aDecoder({ factory: x, config, environment })
}

function anEvent(type: string, payload: unknown) {
  return { event_uuid: '2080761390344937796', filter: { user_id: '1111' }, event_type: type, payload }
}

function aPost(overrides: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id: '2080000000000000001',
    text: '@marka rezalet &amp; &lt;kötü&gt;',
    author_id: '22',
    created_at: '2026-09-01T10:00:00.000Z',
    lang: 'tr',
    edit_history_tweet_ids: [overrides.id ?? '2080000000000000001'],
    ...overrides,
  }
}
