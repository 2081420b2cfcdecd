import { withEnvironment } from '@nabiz/shared/config'
import { hour, minute, second } from '@nabiz/shared/time'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { reddit } from '../src/connectors/reddit/reddit.ts'
import { aContext } from './connector-context.ts'
import { type FakeReddit, type FakeThing, startFakeReddit } from './fakes/reddit-server.ts'
import { aBrand, type Ground, openGround } from './running-ingest.ts'

const userAgent = 'server:nabiz.test:1 (by /u/nobody)'
const environment = { REDDIT_SECRET: 'secret-invented' }
let ground: Ground
let fake: FakeReddit

beforeEach(async () => {
  ground = await openGround(environment)
  fake = await startFakeReddit({
    clientId: 'c',
    clientSecret: environment.REDDIT_SECRET,
    userAgent,
    now: () => ground.clock.now(),
  })
  await ground.publish(aBrand())
  for (const path of ['r/x/new', 'r/x/comments', 'search']) fake.lists.set(path, [])
})
afterEach(async () => {
  await ground.close()
  await fake.close()
})

describe('a subreddit', () => {
  it('is made up for after a night, page by page, once each, over a restart', async () => {
    const now = ground.clock.now()
    fake.lists.set(
      'r/x/comments',
      Array.from({ length: 250 }, (_, index) => aComment(`t1_${index}`, now - index * minute)),
    )
    fake.lists.set('r/x/new', [aPost('t3_p', now - hour)])
    fake.lists.set('search', [aPost('t3_p', now - hour), aPost('t3_q', now - hour)])
    const first = await ground.start({ connectors: [account({ searches: [{ query: 'kuzey air' }] })] })
    await ground.until(async () => (await ids()).length >= 101)
    await first.stop()
    await ground.start({ connectors: [account({ searches: [{ query: 'kuzey air' }] })], instance: 'two' })
    await ground.until(async () => (await ids()).length >= 252, hour)
    expect(new Set(await ids()).size).toBe(252)
    expect([fake.callsBeyondLimit, fake.befores]).toEqual([0, 0])
  })

  it('goes on when the newest thing it knew was deleted (RD-1)', async () => {
    fake.lists.set('r/x/comments', [aComment('t1_gone', ground.clock.now())])
    await ground.start({ connectors: [account()] })
    await ground.until(async () => (await ids()).length === 1)
    fake.lists.set('r/x/comments', [aComment('t1_new', ground.clock.now())])
    await ground.until(async () => (await ids()).includes('t1_new'))
    expect(fake.befores).toBe(0)
  })

  it('is asked again for what was seen: edits and deletes arrive, of nothing else (RD-2, RD-4)', async () => {
    const now = ground.clock.now()
    const comments = [aComment('t1_c', now), aComment('t1_b', now), aComment('t1_a', now)]
    fake.lists.set('r/x/comments', comments)
    const first = await ground.start({ connectors: [account()] })
    await ground.until(async () => (await ids()).length === 3)
    await first.stop()
    Object.assign(comments[1]?.data ?? {}, { body: 'Kuzey Air: düzeltme', edited: now / second + 60 })
    Object.assign(comments[2]?.data ?? {}, { author: '[deleted]', body: '[deleted]' })
    comments.unshift(aComment('t1_never', now, { author: '[deleted]', body: '[removed]' }))
    ground.clock.advance(20 * minute)
    await ground.start({ connectors: [account()], instance: 'two' })
    await ground.until(async () => (await ground.mentions()).length === 5, hour)
    const changed = (await ground.mentions()).slice(3)
    expect((await ground.mentions()).map(({ id, operation, text }) => [id, operation, text])).toEqual(
      expect.arrayContaining([
        ['t1_a', 'delete', ''],
        ['t1_b', 'upsert', 'Kuzey Air: düzeltme'],
      ]),
    )
    expect(changed).toHaveLength(2)
    expect(await ids()).not.toContain('t1_never')
  })

  it('counts votes and shows the number of comments', async () => {
    fake.lists.set('r/x/new', [aPost('t3_p', ground.clock.now(), { score: 5, num_comments: 2 })])
    await ground.start({ connectors: [account()] })
    await ground.until(async () => (await ground.metrics()).length === 2)
    fake.lists.set('r/x/new', [aPost('t3_p', ground.clock.now(), { score: 905, num_comments: 2 })])
    await ground.until(async () => (await ground.metrics()).length === 3)
    expect(
      (await ground.metrics()).map(({ counter, delta, itemised }) => [counter, delta, itemised]),
    ).toEqual([
      ['likes', 0, undefined],
      ['comments', 0, true],
      ['likes', 900, undefined],
    ])
  })

  it('that is closed holds up no other', async () => {
    fake.lists.delete('r/x/new')
    fake.lists.set('r/y/new', [aPost('t3_y', ground.clock.now())])
    fake.lists.set('r/y/comments', [])
    await ground.start({ connectors: [account({ subreddits: { x: [], y: [] } })] })
    await ground.until(async () => (await ids()).length === 1)
  })
})

describe('a limit', () => {
  it('is obeyed before it is hit: nothing left, 37 s to wait (RD-5)', async () => {
    fake.left = 11
    fake.resetAt = ground.clock.now() + 37 * second
    fake.lists.set('r/x/new', [aPost('t3_p', ground.clock.now())])
    const from = ground.clock.now()
    const ingest = await ground.start({ connectors: [account()] })
    await ground.until(async () => (await ingest.metric('nabiz_ingest_quota_held_total')).length > 0)
    expect(fake.callsBeyondLimit).toBe(0)
    fake.lists.set('r/x/comments', [aComment('t1_late', ground.clock.now())])
    await ground.until(async () => (await ids()).includes('t1_late'), hour)
    expect(ground.clock.now() - from).toBeGreaterThanOrEqual(37 * second)
    expect(fake.callsBeyondLimit).toBe(0)
  })
})

describe('a token', () => {
  it('is asked for, kept sealed, and renewed by itself when it ends or is refused (RD-5)', async () => {
    fake.lists.set('r/x/comments', [aComment('t1_a', ground.clock.now())])
    await ground.start({ connectors: [account()] })
    await ground.until(async () => (await ids()).length === 1)
    expect(fake.tokensGiven).toBe(1)
    fake.revokeTokens()
    fake.lists.set('r/x/comments', [aComment('t1_b', ground.clock.now())])
    await ground.until(async () => (await ids()).length === 2)
    expect(fake.tokensGiven).toBe(2)
    ground.clock.advance(hour)
    fake.lists.set('r/x/comments', [aComment('t1_c', ground.clock.now())])
    await ground.until(async () => (await ids()).length === 3, hour)
    expect(fake.tokensGiven).toBe(3)
    const kept = await ground.store.get('credential/reddit/main/token')
    expect(Buffer.from(kept ?? []).toString()).not.toContain('token-')
  })

  it('that is not given any more makes the platform blind with the reason, and the secret is never told', async () => {
    fake.isClientKnown = false
    const ingest = await ground.start({ connectors: [account()] })
    await ground.until(async () => (await ingest.metric('nabiz_ingest_poll_failures_total')).length > 0)
    await ground.until(async () =>
      (await ground.records()).some(({ value }) => Buffer.from(value).includes('"platform_auth"')),
    )
    expect(ground.lines.join('\n')).not.toContain(environment.REDDIT_SECRET)
  })
})

it.each(['html', 'html 403', 'redirect', 'reset', 400, 401, 429, 500] as const)(
  'goes on after %j (RD-5)',
  async (refusal) => {
    fake.lists.set('r/x/new', [aPost('t3_p', ground.clock.now())])
    fake.refuseNext(refusal)
    await ground.start({ connectors: [account()] })
    await ground.until(() => fake.calls.length > 0)
    ground.clock.advance(11 * minute)
    await ground.until(async () => (await ids()).length === 1, hour)
  },
)

describe('nabiz connect', () => {
  it('names a subreddit that is closed, and a client that is refused', async () => {
    fake.about.set('x', { data: { display_name: 'x' } })
    expect(await checks({ subreddits: { x: [], closed: [] } })).toMatchObject([
      { what: 'client id and secret', isOk: true },
      { what: 'r/x', isOk: true },
      { what: 'r/closed', isOk: false },
    ])
    fake.isClientKnown = false
    expect(await checks()).toMatchObject([{ what: 'client id and secret', isOk: false }])
  })

  async function checks(overrides: Record<string, unknown> = {}) {
    const { platform, ...config } = account(overrides)
    const parsed = withEnvironment(environment, () => reddit.config.parse(config))
    const context = aContext({ platform, clock: ground.clock, mayRenew: false })
    return reddit.create(parsed, context).check?.(new AbortController().signal)
  }
})

async function ids(): Promise<string[]> {
  return (await ground.mentions()).map(({ id }) => id)
}

function account(overrides: Record<string, unknown> = {}) {
  return {
    platform: 'reddit',
    clientId: 'c',
    clientSecret: { env: 'REDDIT_SECRET' },
    userAgent,
    subreddits: { x: ['kuzey-air'] },
    baseUrl: fake.baseUrl,
    tokenUrl: fake.tokenUrl,
    ...overrides,
  }
}

function aComment(name: string, at: number, overrides: Record<string, unknown> = {}): FakeThing {
  return {
    kind: 't1',
    data: {
      name,
      author: 'ali',
      author_fullname: 't2_x',
      body: 'Kuzey Air <rötar> & iptal',
      created_utc: at / second,
      edited: false,
      permalink: '/r/x/comments/p/_/a/',
      parent_id: 't3_p',
      score: 1,
      ...overrides,
    },
  }
}

function aPost(name: string, at: number, overrides: Record<string, unknown> = {}): FakeThing {
  const { body: _, parent_id: __, ...data } = aComment(name, at).data
  return {
    kind: 't3',
    data: { ...data, name, created_utc: at / second, title: 'Kuzey Air yine', selftext: '', ...overrides },
  }
}
