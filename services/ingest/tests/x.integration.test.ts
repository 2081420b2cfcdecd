import { withEnvironment } from '@nabiz/shared/config'
import { hour, minute, second } from '@nabiz/shared/time'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { x } from '../src/connectors/x/x.ts'
import { everyMonth } from '../src/quotas/periods.ts'
import { aContext } from './connector-context.ts'
import { type FakePost, startFakeX } from './fakes/x-server.ts'
import { aBrand, type Ground, openGround } from './running-ingest.ts'

const token = 'bearer-invented'
const environment = { X_TOKEN: token, X_SECRET: 'test-consumer-secret', X_REFRESH: 'refresh-0' }
let ground: Ground
let fake: Awaited<ReturnType<typeof startFakeX>>
let number = 0n

beforeEach(async () => {
  ground = await openGround(environment)
  fake = await startFakeX({
    token,
    consumerSecret: environment.X_SECRET,
    now: () => ground.clock.now(),
  })
  await ground.publish(aBrand())
})
afterEach(async () => {
  await ground.close()
  await fake.close()
})

describe('the stream', () => {
  it('brings posts as they are written, once each, with the brands of their query', async () => {
    await ground.start({ connectors: [account({ queries: [{ query: 'marka', brands: ['kuzey-air'] }] })] })
    await ground.until(() => fake.open === 1)
    const post = aPost({ text: 'adı geçmez' })
    fake.post(post)
    fake.write(`${JSON.stringify({ data: post })}\r\n`)
    fake.post(aPost())
    await ground.until(async () => (await ids()).length === 2)
    expect(fake.rules.map(({ value }) => value)).toEqual(['marka'])
  })

  it('makes its rules those of the config, and leaves those of others alone', async () => {
    fake.rules.push({ id: 'a', value: 'old', tag: 'nabiz 0123' }, { id: 'b', value: 'theirs', tag: 'theirs' })
    const queries = [{ query: 'marka' }, { query: 'kuzey air' }]
    const first = await ground.start({ connectors: [account({ queries })] })
    await ground.until(() => fake.open === 1)
    expect(fake.rules.map(({ value }) => value)).toEqual(['theirs', 'marka', 'kuzey air'])
    await first.stop()
    const changes = () => fake.calls.filter((call) => call === 'POST /2/tweets/search/stream/rules').length
    const before = changes()
    await ground.until(() => fake.open === 0)
    await ground.start({ connectors: [account({ queries })], instance: 'two' })
    await ground.until(() => fake.open === 1)
    expect(changes()).toBe(before)
  })

  it('waits longer after each refusal, five seconds at first', async () => {
    fake.refuseNext('stream', 503, 503, 503)
    const opened: number[] = []
    await ground.start({ connectors: [account()] })
    await ground.until(() => {
      const count = fake.calls.filter((call) => call === 'GET /2/tweets/search/stream').length
      if (count > opened.length) opened.push(ground.clock.now())
      return count === 4
    })
    const gaps = opened.slice(1).map((at, index) => (at - (opened[index] ?? 0)) / second)
    expect(gaps.map((gap, index) => gap >= 5 * 2 ** index - 1)).toEqual([true, true, true])
  })

  it('searches for what was written while the line was down, page by page (X-6)', async () => {
    fake.pageSize = 10
    await ground.start({ connectors: [account()] })
    await ground.until(() => fake.open === 1)
    fake.post(aPost())
    await ground.until(async () => (await ids()).length === 1)
    await ground.until(async () => (await cursor()) > 0, 10 * minute)
    fake.refuseNext('stream', 503, 500)
    fake.write(
      `${JSON.stringify({ errors: [{ title: 'operational-disconnect', disconnect_type: 'UpstreamOperationalDisconnect' }] })}\r\n`,
    )
    await ground.until(() => fake.open === 0)
    for (let index = 0; index < 25; index += 1) fake.posts.push(aPost())
    await ground.until(async () => (await ids()).length === 26, hour)
    expect(new Set(await ids()).size).toBe(26)
    expect(fake.callsBeyondLimit).toBe(0)
  })

  it('is opened anew when it falls silent (X-1)', async () => {
    const ingest = await ground.start({ connectors: [account()] })
    await ground.until(() => fake.open === 1)
    const opened = () => fake.calls.filter((call) => call === 'GET /2/tweets/search/stream').length
    expect(opened()).toBe(1)
    fake.keepAliveMs = 0
    await ground.until(() => opened() === 2)
    fake.keepAliveMs = 5
    expect((await ingest.metric('nabiz_ingest_poll_failures_total')).length).toBeGreaterThan(0)
    expect(fake.callsBeyondLimit).toBe(0)
    fake.post(aPost())
    await ground.until(async () => (await ids()).length === 1, hour)
  })

  it('waits a minute at least after a 429 (X-6)', async () => {
    fake.refuseNext('stream', 429)
    const from = ground.clock.now()
    await ground.start({ connectors: [account()] })
    await ground.until(() => fake.open === 1, hour)
    expect(ground.clock.now() - from).toBeGreaterThanOrEqual(minute)
  })

  it('reads nothing beyond the budget of the month, and shows it (X-10)', async () => {
    ground.clearOf(everyMonth)
    const ingest = await ground.start({ connectors: [account({ monthlyReads: 101 })] })
    await ground.until(() => fake.open === 1)
    for (let index = 0; index < 3; index += 1) fake.post(aPost())
    await ground.until(async () => (await ids()).length === 3)
    fake.end()
    await ground.until(async () => (await ingest.metric('nabiz_ingest_quota_held_total')).length > 0, hour)
    expect((await ingest.metric('nabiz_ingest_quota_left')).join('\n')).toContain('quota="reads"} 98')
    await ground.until(async () =>
      (await ground.records()).some(({ value }) => Buffer.from(value).includes('"platform_quota"')),
    )
    const opened = fake.calls.length
    for (let index = 0; index < 50; index += 1) fake.posts.push(aPost())
    ground.clock.advance(10 * minute)
    await ground.until(() => true)
    expect([fake.calls.length - opened, fake.paid]).toEqual([0, 3])
  })

  it('goes on after a broken line, an answer that is no JSON, a redirect', async () => {
    fake.refuseNext('stream', 'redirect', 'reset', 500)
    await ground.start({ connectors: [account()] })
    await ground.until(() => fake.open === 1, hour)
    fake.write('<html>Sorry</html>\r\n')
    fake.post(aPost())
    await ground.until(async () => (await ids()).length === 1)
    expect(await ground.dead()).toMatchObject([{ reason: 'not_json' }])
  })

  it('is blind with the reason when the token is revoked, and says nothing of the token', async () => {
    fake.tokens.clear()
    const ingest = await ground.start({ connectors: [account()] })
    await ground.until(async () => (await ingest.metric('nabiz_ingest_poll_failures_total')).length > 0)
    expect(ground.lines.join('\n')).toContain('platform_auth')
    expect(ground.lines.join('\n')).not.toContain(token)
  })
})

describe('the search', () => {
  it('leaves no gap when the process dies between two pages (X-9)', async () => {
    fake.pageSize = 10
    const now = ground.clock.now()
    for (let index = 30; index > 0; index -= 1) fake.posts.push(aPost({}, now - index * minute))
    const first = await ground.start({ connectors: [account({ mode: 'search' })] })
    await ground.until(async () => (await ids()).length >= 10)
    await first.stop()
    fake.posts.push(aPost())
    await ground.start({ connectors: [account({ mode: 'search' })], instance: 'two' })
    await ground.until(async () => (await ids()).length === 31, hour)
    expect(new Set(await ids()).size).toBe(31)
  })

  it('makes up for a night, obeys the limit of searches and pays for each post once', async () => {
    fake.searchesLeft = 3
    fake.pageSize = 10
    const now = ground.clock.now()
    for (let index = 50; index > 0; index -= 1) fake.posts.push(aPost({}, now - index * 9 * minute))
    const ingest = await ground.start({
      connectors: [account({ mode: 'search', firstLookBackHours: 8, pollSeconds: 600 })],
    })
    await ground.until(async () => (await ingest.metric('nabiz_ingest_quota_held_total')).length > 0)
    expect([fake.callsBeyondLimit, (await ids()).length]).toEqual([0, 30])
    fake.searchesLeft = 450
    ground.clock.advance(15 * minute)
    await ground.until(async () => (await ids()).length === 50, hour)
    const left = (await ingest.metric('nabiz_ingest_quota_left')).find((line) => line.includes('"reads"'))
    expect([fake.callsBeyondLimit, left?.split(' ').at(-1)]).toEqual([0, String(1_000 - 50)])
  })

  it.each(['html', 'redirect', 'reset', 500, 400, 429, 402] as const)('goes on after %j', async (refusal) => {
    fake.posts.push(aPost({}, ground.clock.now() - 5 * minute))
    fake.refuseNext('search', refusal)
    await ground.start({ connectors: [account({ mode: 'search', firstLookBackHours: 8 })] })
    await ground.until(() => fake.calls.length > 0)
    // The longest pause that is asked for.
    ground.clock.advance(hour)
    await ground.until(async () => (await ids()).length === 1, hour)
  })

  it("renews a person's token before its end, and with the newest refresh token", async () => {
    const config = {
      mode: 'search',
      refreshToken: { env: 'X_REFRESH' },
      clientId: 'c',
      tokenUrl: `${fake.baseUrl}/2/oauth2/token`,
    }
    fake.tokens.clear()
    await ground.start({ connectors: [account(config)] })
    fake.posts.push(aPost({}, ground.clock.now() - 5 * minute))
    await ground.until(async () => (await ids()).length === 1)
    fake.tokens.clear()
    fake.posts.push(aPost())
    await ground.until(async () => (await ids()).length === 2, hour)
    expect([...fake.tokens]).toEqual(['access-2'])
  })
})

describe('the webhook', () => {
  it('and the stream bring the same post as one mention; a delete takes it away', async () => {
    const secrets = { consumerSecrets: [{ env: 'X_SECRET' }], accounts: { '1111': ['kuzey-air'] } }
    const { url } = await ground.start({ connectors: [account(secrets)] })
    await ground.until(() => fake.open === 1)
    const post = aPost()
    const event = (type: string, payload: unknown) => ({
      data: { event_uuid: '-1', filter: { user_id: '1111' }, event_type: type, payload },
    })
    const hook = `${url}/webhooks/x/main`
    expect(await fake.deliver(hook, event('post.mention.create', post))).toBe(200)
    fake.post(post)
    expect(await fake.deliver(hook, event('post.delete', { id: post.id }))).toBe(200)
    expect(await fake.deliver(hook, event('post.delete', { id: post.id }), 'wrong')).toBe(401)
    fake.post(aPost())
    await ground.until(async () => (await ids()).length === 3)
    expect((await ground.mentions()).map(({ operation }) => operation).sort()).toEqual([
      'delete',
      'upsert',
      'upsert',
    ])
  })
})

describe('nabiz connect', () => {
  it('says what is used of the reads, and that a token is refused', async () => {
    expect(await checks()).toMatchObject([
      { what: 'bearer token', isOk: true, detail: '0 of 2000000 post reads of the project are used' },
      { what: 'monthly budget', isOk: true },
      { what: 'webhook', isOk: true },
    ])
    fake.tokens.clear()
    expect(await checks()).toMatchObject([{ what: 'bearer token', isOk: false }, { what: 'webhook' }])
  })

  async function checks() {
    const { platform, ...config } = account()
    const parsed = withEnvironment(environment, () => x.config.parse(config))
    return x.create(parsed, aContext({ platform, mayRenew: false })).check?.(new AbortController().signal)
  }
})

async function ids(): Promise<string[]> {
  return (await ground.mentions()).map(({ id }) => id)
}

/** The stream's cursor, ms; 0 while there is none. */
async function cursor(): Promise<number> {
  const value = await ground.store.get('cursor/x/main/stream')
  return value ? (JSON.parse(Buffer.from(value).toString()) as { through: number }).through : 0
}

function account(overrides: Record<string, unknown> = {}) {
  return {
    platform: 'x',
    bearerToken: { env: 'X_TOKEN' },
    queries: [{ query: 'marka' }],
    monthlyReads: 1_000,
    baseUrl: fake.baseUrl,
    ...overrides,
  }
}

function aPost(overrides: Record<string, unknown> = {}, at = ground.clock.now()): FakePost {
  number += 1n
  const id = String((BigInt(at - 1_288_834_974_657) << 22n) + number)
  return {
    id,
    text: 'Kuzey Air yine rötarlı',
    author_id: '22',
    created_at: new Date(at).toISOString(),
    lang: 'tr',
    edit_history_tweet_ids: [id],
    ...overrides,
  }
}
