import { Secret, withEnvironment } from '@nabiz/shared/config'
import { DependencyError } from '@nabiz/shared/errors'
import { hour, minute, second } from '@nabiz/shared/time'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { wechat } from '../src/connectors/wechat/wechat.ts'
import { aContext } from './connector-context.ts'
import { type FakeWechat, startFakeWechat } from './fakes/wechat-server.ts'
import { aBrand, type Ground, openGround } from './running-ingest.ts'

const appId = 'wx0123456789abcdef'
const key = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG'
const environment = { WX_TOKEN: 'brandtoken', WX_KEY: key, WX_SECRET: 'app-secret-invented' }
const sealing = { token: environment.WX_TOKEN, key: new Secret(key), appId }
const article = '7543210987654321098_0'
let ground: Ground
let fake: FakeWechat

beforeEach(async () => {
  ground = await openGround(environment)
  fake = await startFakeWechat({ appId, appSecret: environment.WX_SECRET, now: () => ground.clock.now() })
  await ground.publish(aBrand())
  fake.comments.set(article, [])
})
afterEach(async () => {
  await ground.close()
  await fake.close()
})

describe('a message', () => {
  it('is written once, however often it is sent with a new seal and signature', async () => {
    const { url } = await ground.start({ connectors: [account()] })
    const hook = `${url}/webhooks/wechat/main`
    const answers = await Promise.all([1, 2, 3].map(() => fake.deliver(hook, aMessage('1'), sealing)))
    expect(answers.flat()).toEqual(Array(3).fill({ status: 200, body: 'success' }))
    expect(await ground.mentions()).toMatchObject([
      { id: '1', visibility: 'private', author: { id: expect.stringMatching(/^k1:/) } },
    ])
    expect((await ground.records()).some(({ value }) => Buffer.from(value).includes('o_user_1'))).toBe(false)
  })

  it('is not acknowledged while the log is away, and comes again (GEN-8)', async () => {
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
    const { url } = await ground.start({ connectors: [account()], log })
    const hook = `${url}/webhooks/wechat/main`
    const refused = await fake.deliver(hook, aMessage('1'), sealing)
    expect(refused.map(({ status }) => status)).toEqual([503, 503, 503])
    isAway = false
    expect(await fake.deliver(hook, aMessage('1'), sealing)).toHaveLength(1)
    expect(await ground.mentions()).toHaveLength(1)
  })

  it('that is forged leaves a count and nothing else', async () => {
    const ingest = await ground.start({ connectors: [account()] })
    const hook = `${ingest.url}/webhooks/wechat/main`
    const forged = await fake.deliver(hook, aMessage('1'), { ...sealing, token: 'another' })
    expect(forged.map(({ status }) => status)).toEqual([401, 401, 401])
    expect((await ingest.metric('nabiz_ingest_deliveries_refused_total')).join()).toContain('} 3')
    expect([await ground.mentions(), await ground.dead()]).toEqual([[], []])
  })
})

describe('comments', () => {
  it('are made up for after a night, page by page, once each, over a restart', async () => {
    fake.comments.set(
      article,
      Array.from({ length: 130 }, (_, index) => aComment(index, ground.clock.now() - index * minute)),
    )
    const first = await ground.start({ connectors: [account({ pollSeconds: 30 })] })
    await ground.until(async () => (await ids()).length >= 49)
    await first.stop()
    fake.comments.get(article)?.unshift(aComment(500, ground.clock.now()))
    await ground.start({ connectors: [account({ pollSeconds: 30 })], instance: 'two' })
    await ground.until(async () => (await ids()).length >= 131, hour)
    expect(new Set(await ids()).size).toBe(131)
  })

  it('stop before the day’s calls are used up, until midnight in Beijing', async () => {
    fake.dailyLimit = 2
    const ingest = await ground.start({ connectors: [account({ dailyCalls: 2, pollSeconds: 30 })] })
    await ground.until(async () => (await ingest.metric('nabiz_ingest_quota_held_total')).length > 0, hour)
    expect(fake.callsBeyondLimit).toBe(0)
    expect((await ingest.metric('nabiz_ingest_quota_left')).join('\n')).toContain('quota="calls"} 0')
  })

  it.each(['html', 'redirect', 'reset', 500, { errcode: -1 }, { errcode: 88_000 }] as const)(
    'go on after %j',
    async (refusal) => {
      fake.comments.set(article, [aComment(1, ground.clock.now())])
      fake.refuseNext(refusal)
      await ground.start({ connectors: [account({ pollSeconds: 30 })] })
      await ground.until(async () => (await ids()).length === 1, hour)
    },
  )

  it('of one article that is gone hold up no other', async () => {
    fake.comments.set(article, [aComment(1, ground.clock.now())])
    const articles = [{ id: '404' }, { id: '7543210987654321098' }]
    await ground.start({ connectors: [account({ articles })] })
    await ground.until(async () => (await ids()).length === 1)
  })
})

describe('the token', () => {
  it('is asked for once by two replicas, kept sealed, and renewed before its end', async () => {
    await ground.start({ connectors: [account({ pollSeconds: 30 })] })
    await ground.start({ connectors: [account({ pollSeconds: 30 })], instance: 'two' })
    await ground.until(() => fake.calls.filter((path) => path.endsWith('comment/list')).length >= 2)
    expect([fake.tokensGiven, fake.forcedTokens]).toEqual([1, 0])
    const kept = await ground.store.get('credential/wechat/main/token')
    expect(Buffer.from(kept ?? []).toString()).not.toMatch(/token-1|app-secret/)
    ground.clock.advance(116 * minute)
    fake.comments.set(article, [aComment(1, ground.clock.now())])
    await ground.until(async () => (await ids()).length === 1, hour)
    expect([fake.tokensGiven, fake.forcedTokens]).toEqual([2, 0])
  })

  it('is replaced by force when it is refused before its end', async () => {
    await ground.start({ connectors: [account({ pollSeconds: 30 })] })
    await ground.until(() => fake.calls.some((path) => path.endsWith('comment/list')))
    fake.revokeToken()
    fake.comments.set(article, [aComment(1, ground.clock.now())])
    await ground.until(async () => (await ids()).length === 1, hour)
    expect([fake.tokensGiven, fake.forcedTokens]).toEqual([2, 1])
  })

  it('that is not given any more makes the poller fail with the reason, and the secret is never told', async () => {
    fake.secretError = 40_164
    const ingest = await ground.start({ connectors: [account()] })
    await ground.until(async () => (await ingest.metric('nabiz_ingest_poll_failures_total')).length > 0)
    const told = ground.lines.join('\n')
    expect(told).toContain('platform_auth')
    expect(told).toContain("not on the account's list")
    expect(told).not.toContain(environment.WX_SECRET)
  })
})

describe('nabiz connect', () => {
  it('names an article that is not there, and a secret or an address that is refused', async () => {
    expect(await checks({ articles: [{ id: '7543210987654321098' }, { id: '404' }] })).toMatchObject([
      { what: 'safe mode', isOk: true },
      { what: 'AppID and AppSecret', isOk: true },
      { what: 'comments of 7543210987654321098, article 0', isOk: true },
      { what: 'comments of 404, article 0', isOk: false },
    ])
    fake.secretError = 40_164
    expect(await checks()).toMatchObject([{ isOk: true }, { what: 'AppID and AppSecret', isOk: false }])
  })

  async function checks(overrides: Record<string, unknown> = {}) {
    const { platform, brands: _, ...config } = account(overrides)
    const parsed = withEnvironment(environment, () => wechat.config.parse(config))
    const context = aContext({ platform, clock: ground.clock, mayRenew: false })
    return wechat.create(parsed, context).check?.(new AbortController().signal)
  }
})

async function ids(): Promise<string[]> {
  return (await ground.mentions()).map(({ id }) => id)
}

function account(overrides: Record<string, unknown> = {}) {
  return {
    platform: 'wechat',
    brands: ['kuzey-air'],
    appId,
    token: { env: 'WX_TOKEN' },
    encodingAesKeys: [{ env: 'WX_KEY' }],
    appSecret: { env: 'WX_SECRET' },
    articles: [{ id: '7543210987654321098' }],
    baseUrl: fake.baseUrl,
    ...overrides,
  }
}

function aMessage(id: string): string {
  const at = Math.floor(ground.clock.now() / second)
  return `<xml><ToUserName><![CDATA[gh_brand]]></ToUserName><FromUserName><![CDATA[o_user_1]]></FromUserName><CreateTime>${at}</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[坏了]]></Content><MsgId>${id}</MsgId></xml>`
}

function aComment(number: number, at: number): Record<string, unknown> {
  return {
    user_comment_id: number,
    openid: 'o_user_2',
    create_time: Math.floor(at / second),
    content: '太慢了',
    comment_type: 1,
  }
}
