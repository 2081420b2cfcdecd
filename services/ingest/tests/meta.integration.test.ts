import { mentionsRecord } from '@nabiz/shared/contracts'
import { DependencyError } from '@nabiz/shared/errors'
import { day, hour, minute, second } from '@nabiz/shared/time'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FakeGraph, type FakeNode, startFakeGraph } from './fakes/graph-server.ts'
import { aBrand, type Ground, openGround } from './running-ingest.ts'

const appSecret = 'test-app-secret'
const token = 'EAAG-invented'
const environment = { APP_SECRET: appSecret, VERIFY: 'right', GRAPH_TOKEN: token }
let ground: Ground
let fake: FakeGraph

beforeEach(async () => {
  fake = await startFakeGraph({ appId: '42', appSecret, token })
  ground = await openGround(environment)
  await ground.publish(aBrand())
})
afterEach(async () => {
  await ground.close()
  await fake.close()
})

describe('a Page with a webhook and a token', () => {
  it('counts a comment once, whether it comes by the webhook, by the sweep or by both', async () => {
    const now = ground.clock.now()
    fake.lists.set('1001/published_posts', [aPost('1001_5', now - hour)])
    fake.lists.set('1001_5/comments', [aComment('5_2', now - minute), aComment('5_1', now - 2 * minute)])
    const { url } = await ground.start({ connectors: [facebook()] })
    expect(await fake.deliver(`${url}/webhooks/facebook/main`, aDelivery('5_1', now - 2 * minute))).toEqual([
      200,
    ])
    await ground.until(async () => (await ids()).length >= 3)
    await ground.until(() => fake.calls.filter((path) => path === '1001_5/comments').length >= 3, hour)
    expect(await ids()).toEqual(['1001_5', '5_1', '5_2'])
  })

  it('makes up for a night of which the webhook told nothing, page by page, without a gap over a restart', async () => {
    const now = ground.clock.now()
    fake.lists.set('1001/published_posts', [aPost('1001_5', now - 2 * day)])
    fake.lists.set(
      '1001_5/comments',
      Array.from({ length: 250 }, (_, index) => aComment(`5_${index}`, now - index * minute)),
    )
    const first = await ground.start({ connectors: [facebook()] })
    await ground.until(async () => (await ids()).length >= 100)
    await first.stop()
    fake.forgetCursors()
    await ground.start({ connectors: [facebook()], instance: 'two' })
    await ground.until(async () => (await ids()).length >= 250, hour)
    expect(await ids()).toHaveLength(250)
  })

  it('stops before the limit is hit, shows what is left, and goes on when Meta lets it', async () => {
    const now = ground.clock.now()
    fake.percentPerCall = 30
    fake.lists.set(
      '1001/published_posts',
      Array.from({ length: 6 }, (_, index) => aPost(`1001_${index}`, now - hour)),
    )
    for (let index = 0; index < 6; index += 1)
      fake.lists.set(`1001_${index}/comments`, [aComment(`${index}_1`, now)])
    const ingest = await ground.start({ connectors: [facebook()] })
    await ground.until(async () =>
      (await ingest.metric('nabiz_ingest_quota_held_total')).join().includes('} 1'),
    )
    expect([fake.callsBeyondLimit, fake.calls.length]).toEqual([0, 3])
    expect((await ingest.metric('nabiz_ingest_quota_left')).join()).toContain('quota="usage_percent"} 0')
    fake.percentPerCall = 0
    fake.usage = 0
    // One call for the posts, one for what others tagged, one for the comments of each post.
    await ground.until(() => new Set(fake.calls).size === 8, hour)
    await ground.until(async () => (await ids()).length === 12)
    expect(fake.callsBeyondLimit).toBe(0)
  })

  it.each([
    'html',
    'redirect',
    'reset',
    500,
    { code: 80_001 },
    { code: 2, status: 200 },
    { code: 100, subcode: 33 },
  ] as const)('goes on after %j, and follows no redirect', async (refusal) => {
    fake.lists.set('1001/tagged', [aPost('7_7', ground.clock.now() - hour)])
    fake.refuseNext(refusal)
    await ground.start({ connectors: [facebook()] })
    await ground.until(async () => (await ids()).includes('7_7'), hour)
  })

  it('is blind with the reason when the token is revoked, and says nothing of the token', async () => {
    await ground.start({ connectors: [facebook({ appId: '42', messages: true })] })
    await ground.until(async () => (await conditions()).join() === 'facebook ok,messenger ok')
    fake.tokens.clear()
    await ground.until(
      async () =>
        (await conditions()).join() === 'facebook blind platform_auth,messenger blind platform_auth',
    )
    expect(ground.lines.join('\n')).toContain('platform_auth')
    expect(ground.lines.join('\n')).not.toContain(token)
    expect(ground.lines.join('\n')).not.toContain(appSecret)
  })

  it('exchanges a token days before its end, keeps it sealed, and uses it after a restart', async () => {
    fake.tokenExpiresAt = Math.floor((ground.clock.now() + 5 * day) / second)
    fake.lists.set('1001/tagged', [aPost('7_7', ground.clock.now() - hour)])
    const first = await ground.start({ connectors: [facebook({ appId: '42' })] })
    await ground.until(async () => (await ids()).length === 1)
    expect(fake.exchanges).toBe(1)
    expect((await first.metric('nabiz_ingest_credential_expires_seconds')).length).toBeGreaterThan(0)
    const kept = await ground.store.get('credential/facebook/main/token')
    expect(Buffer.from(kept ?? []).toString()).not.toContain(token)
    await first.stop()
    fake.tokens.delete(token)
    fake.lists.set('1001/tagged', [aPost('7_8', ground.clock.now())])
    await ground.start({ connectors: [facebook({ appId: '42' })], instance: 'two' })
    await ground.until(async () => (await ids()).includes('7_8'), hour)
    expect(fake.exchanges).toBe(1)
  })

  it('writes what counters grew by; comments, which come one by one, are only shown', async () => {
    const now = ground.clock.now()
    const post = {
      ...aPost('1001_5', now - hour),
      shares: { count: 3 },
      comments: { summary: { total_count: 2 } },
    }
    fake.lists.set('1001/published_posts', [post])
    await ground.start({ connectors: [facebook()] })
    await ground.until(async () => (await ground.metrics()).length === 2)
    fake.lists.set('1001/published_posts', [{ ...post, shares: { count: 10 } }])
    await ground.until(async () => (await ground.metrics()).length === 3, hour)
    expect(
      (await ground.metrics()).map(({ counter, delta, total, itemised }) => [
        counter,
        delta,
        total,
        itemised,
      ]),
    ).toEqual([
      ['shares', 0, 3, undefined],
      ['comments', 0, 2, true],
      ['shares', 7, 10, undefined],
    ])
  })
})

describe('a webhook of Meta', () => {
  it('is answered with 503 while the log is away, and delivered once when it is repeated (GEN-8)', async () => {
    let isAway = true
    const log = {
      ...ground.log,
      bounds: ground.log.bounds.bind(ground.log),
      append: (records: Parameters<typeof ground.log.append>[0]) => {
        const isMention = records.some(({ value }) => Buffer.from(value).includes('"type":"mention"'))
        if (isAway && isMention) throw new DependencyError('log_unavailable', 'away', { retryable: true })
        return ground.log.append(records)
      },
    }
    const { url } = await ground.start({ connectors: [facebook({ accessToken: undefined })], log })
    const hook = `${url}/webhooks/facebook/main`
    const delivery = aDelivery('5_1', ground.clock.now())
    expect(await fake.deliver(hook, delivery)).toEqual([503])
    isAway = false
    expect([await fake.deliver(hook, delivery), await fake.deliver(hook, delivery)]).toEqual([[200], [200]])
    expect(await ids()).toEqual(['5_1'])
  })

  it('makes up for messages of a night, once each', async () => {
    const now = ground.clock.now()
    const [known, missed, older] = [now - hour, now - 2 * hour, now - 3 * day]
    fake.lists.set('1001/conversations', [
      { id: 't_1', updated_time: graphTime(now) },
      { id: 't_2', updated_time: graphTime(older) },
    ])
    fake.lists.set('t_1/messages', [
      { id: 'm1', message: 'bilinen', created_time: graphTime(known), from: { id: '77' } },
      { id: 'm2', message: 'kaçan', created_time: graphTime(missed), from: { id: '77' } },
      { id: 'm3', message: 'cevap', created_time: graphTime(missed), from: { id: '1001' } },
    ])
    const account = {
      ...webhookOnly('messenger'),
      accessToken: { env: 'GRAPH_TOKEN' },
      baseUrl: fake.baseUrl,
    }
    const { url } = await ground.start({ connectors: [account] })
    const message = { sender: { id: '77' }, timestamp: known, message: { mid: 'm1', text: 'bilinen' } }
    await fake.deliver(`${url}/webhooks/messenger/main`, {
      object: 'page',
      entry: [{ id: '1001', time: now, messaging: [message] }],
    })
    await ground.until(async () => (await ground.mentions()).length >= 3, hour)
    const mentions = await ground.mentions()
    expect(mentions.map(({ text, own }) => [text, own]).sort()).toEqual([
      ['bilinen', false],
      ['cevap', true],
      ['kaçan', false],
    ])
    expect(fake.calls).not.toContain('t_2/messages')
  })

  it('writes a message once when Meta sends it again before the first is answered (MSG-7)', async () => {
    const { url } = await ground.start({
      connectors: [webhookOnly('messenger')],
    })
    const message = {
      sender: { id: '77' },
      recipient: { id: '1001' },
      timestamp: ground.clock.now(),
      message: { mid: 'm1', text: 'x' },
    }
    const body = { object: 'page', entry: [{ id: '1001', time: ground.clock.now(), messaging: [message] }] }
    const hook = `${url}/webhooks/messenger/main`
    expect((await Promise.all([1, 2, 3].map(() => fake.deliver(hook, body)))).flat()).toEqual([200, 200, 200])
    expect(await ground.mentions()).toMatchObject([
      { visibility: 'private', id: expect.stringMatching(/^k1:/) },
    ])
  })

  it('lets no number or id of a person into the log or a log line (WA-8)', async () => {
    const { url } = await ground.start({
      connectors: [webhookOnly('whatsapp')],
    })
    const value = {
      messages: [
        {
          id: 'wamid.OTA1NTU',
          from: '905551112233',
          timestamp: '1790000000',
          type: 'text',
          text: { body: 'x' },
          context: { id: 'wamid.parent' },
        },
      ],
    }
    const broken = {
      messages: [
        { id: 'wamid.OTA1NTU', from: '905551112233', timestamp: '1790000000', type: 'text', text: 7 },
      ],
    }
    for (const one of [value, broken]) {
      const body = {
        object: 'whatsapp_business_account',
        entry: [{ id: '1001', changes: [{ field: 'messages', value: one }] }],
      }
      await fake.deliver(`${url}/webhooks/whatsapp/main`, body)
    }
    const records = (await ground.records()).map(
      ({ key, value: bytes }) => `${key} ${Buffer.from(bytes).toString()}`,
    )
    expect(await ground.mentions()).toHaveLength(1)
    expect(records.join('\n')).not.toMatch(/905551112233|wamid/)
    expect(ground.lines.join('\n')).not.toMatch(/905551112233|wamid/)
  })

  it('asks for the text of a mention that is named by ids alone', async () => {
    fake.nodes.set('1001', (query) =>
      query.get('fields')?.startsWith('mentioned_comment.comment_id(c9)')
        ? {
            mentioned_comment: {
              id: 'c9',
              text: 'Kuzey Air berbat',
              timestamp: '2026-09-21T14:13:25+0000',
              media: { id: 'm9' },
            },
          }
        : {},
    )
    const { url } = await ground.start({ connectors: [{ ...facebook(), platform: 'instagram' }] })
    const change = { field: 'mentions', value: { media_id: 'm9', comment_id: 'c9' } }
    const body = { object: 'instagram', entry: [{ id: '1001', time: 1_790_000_005, changes: [change] }] }
    const hook = `${url}/webhooks/instagram/main`
    await ground.until(() => fake.calls.includes('1001/tags'))
    fake.refuseNext(500)
    expect(await fake.deliver(hook, body, { tries: 3 })).toEqual([503, 200])
    expect((await ground.mentions()).filter(({ id }) => id === 'c9')).toMatchObject([
      { text: 'Kuzey Air berbat' },
    ])
  })
})

/** What the last heartbeat says of each platform. */
async function conditions(): Promise<string[]> {
  const beats = (await ground.records()).map(({ value }) =>
    mentionsRecord.parse(JSON.parse(Buffer.from(value).toString())),
  )
  const last = beats
    .filter((record) => record.type === 'heartbeat')
    .sort((a, b) => a.at - b.at)
    .at(-1)
  return (last?.connectors ?? []).map(({ platform, condition, reason }) =>
    [platform, condition, ...(reason ? [reason] : [])].join(' '),
  )
}

async function ids(): Promise<string[]> {
  return (await ground.mentions()).map(({ id }) => id).sort()
}

function facebook(overrides: Record<string, unknown> = {}) {
  return {
    platform: 'facebook',
    appSecrets: [{ env: 'APP_SECRET' }],
    verifyToken: { env: 'VERIFY' },
    accessToken: { env: 'GRAPH_TOKEN' },
    accounts: { '1001': ['kuzey-air'] },
    baseUrl: fake.baseUrl,
    pollSeconds: 60,
    ...overrides,
  }
}

/** An account of the same app without a token, for platforms that are never asked. */
function webhookOnly(platform: string) {
  const { appSecrets, verifyToken, accounts } = facebook()
  return { platform, appSecrets, verifyToken, accounts }
}

function aPost(id: string, at: number): FakeNode {
  return { id, message: 'Kuzey Air', created_time: graphTime(at), from: { id: '9' } }
}

function aComment(id: string, at: number): FakeNode {
  return { id, message: 'berbat', created_time: graphTime(at), from: { id: '9' } }
}

function graphTime(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, '+0000')
}

function aDelivery(commentId: string, at: number) {
  const value = {
    item: 'comment',
    verb: 'add',
    post_id: '1001_5',
    parent_id: '1001_5',
    comment_id: commentId,
    created_time: Math.floor(at / second),
    message: 'berbat',
    from: { id: '9' },
  }
  return {
    object: 'page',
    entry: [{ id: '1001', time: Math.floor(at / second), changes: [{ field: 'feed', value }] }],
  }
}
