import { day, hour, minute, second } from '@nabiz/shared/time'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { everyDayIn } from '../src/quotas/periods.ts'
import { coded, type FakeTikTok, startFakeTikTok } from './fakes/tiktok-server.ts'
import { aBrand, type Ground, openGround } from './running-ingest.ts'

const secret = 'test-client-secret'
const token = 'invented-token'
const refreshToken = 'invented-refresh'
let ground: Ground
let fake: FakeTikTok

beforeEach(async () => {
  fake = await startFakeTikTok({ secret, account: 'oid_1', token, refreshToken })
  ground = await openGround({ TIKTOK_SECRET: secret, TIKTOK_TOKEN: token, TIKTOK_REFRESH: refreshToken })
  await ground.publish(aBrand())
})
afterEach(async () => {
  await ground.close()
  await fake.close()
})

describe('an account with a webhook and a token', () => {
  it('counts a comment once, whether it comes by the webhook, by the list or by both', async () => {
    const now = ground.clock.now()
    fake.videos = [{ id: 'v1', at: now - hour, likes: 1 }]
    fake.comments.set('v1', [
      { id: '7543210987654321098', at: now - minute },
      { id: 'c2', at: now - minute },
    ])
    const { url } = await ground.start({ connectors: [account()] })
    const hook = `${url}/webhooks/tiktok/main`
    const content = `{"comment_id":7543210987654321098,"video_id":1,"comment_action":"insert","timestamp":${now - minute},"unique_identifier":"u1","text":"berbat"}`
    const at = Math.floor(now / second)
    expect(await fake.deliver(hook, 'comment.update', content, at)).toBe(200)
    await ground.until(async () => (await ids()).length >= 3)
    expect(await fake.deliver(hook, 'comment.update', content, at)).toBe(200)
    expect(await ids()).toEqual(['7543210987654321098', 'c2', 'v1'])
  })

  it('takes a delivery once that TikTok repeats 71 hours later, over a restart; a new action on it counts (TT-5)', async () => {
    const at = ground.clock.now()
    const comment = (action: string, timestamp: number) =>
      `{"comment_id":7543210987654321098,"video_id":1,"comment_action":"${action}","timestamp":${timestamp},"unique_identifier":"u1","text":"berbat"}`
    const deliver = async (url: string, content: string) => {
      const sentAt = Math.floor(ground.clock.now() / second)
      expect(await fake.deliver(`${url}/webhooks/tiktok/main`, 'comment.update', content, sentAt)).toBe(200)
    }
    const first = await ground.start({ connectors: [webhookAlone()] })
    await deliver(first.url, comment('insert', at))
    await first.stop()
    ground.clock.advance(71 * hour)
    const later = await ground.start({ connectors: [webhookAlone()], instance: 'two' })
    await deliver(later.url, comment('insert', at))
    const dropped = (await later.metric('nabiz_ingest_items_dropped_total')).join()
    expect(dropped).toContain('{platform="tiktok",reason="duplicate"} 1')
    await deliver(later.url, comment('set_to_hidden', at + 71 * hour))
    expect((await ground.mentions()).map(({ operation }) => operation)).toEqual(['upsert', 'hide'])
  })

  it('makes up for a night, page by short page, without a gap over a restart', async () => {
    const now = ground.clock.now()
    fake.pageSize = 7
    fake.videos = [{ id: 'v1', at: now - 2 * day, likes: 1 }]
    fake.comments.set(
      'v1',
      Array.from({ length: 40 }, (_, index) => ({ id: `c${index}`, at: now - index * 10 * minute })),
    )
    const first = await ground.start({ connectors: [account()] })
    await ground.until(async () => (await ids()).length >= 10)
    await first.stop()
    await ground.start({ connectors: [account()], instance: 'two' })
    await ground.until(async () => (await ids()).length >= 41, hour)
    expect(await ids()).toHaveLength(41)
  })

  it.each([
    'html',
    'redirect',
    'reset',
    { status: 500, body: {} },
    { body: { code: 40_100, message: 'QPS limit' } },
    { body: { code: 50_000, message: 'busy' } },
    { body: { hello: 'no code' } },
  ] as const)('goes on after %j', async (refusal) => {
    fake.videos = [{ id: 'v1', at: ground.clock.now(), likes: 1 }]
    fake.refuseNext(refusal)
    await ground.start({ connectors: [account()] })
    await ground.until(async () => (await ids()).includes('v1'), hour)
  })

  it('does not ask again on the day whose limit is hit, over a restart, and says so', async () => {
    ground.clearOf(everyDayIn('UTC'))
    fake.refuseNext(coded(40_100, {}, 'QPD limit reached'))
    const first = await ground.start({ connectors: [account()] })
    await ground.until(() => ground.lines.join('\n').includes('platform_rate_limited'))
    await first.stop()
    const second = await ground.start({ connectors: [account()], instance: 'two' })
    const held = async () => (await second.metric('nabiz_ingest_quota_held_total')).join()
    // Held back after the restart, and again when the host's longest pause of an hour is over.
    await ground.until(async () => /calls_day"\} [2-9]/.test(await held()), 2 * hour)
    expect(fake.paths()).toEqual(['/business/video/list/'])
  })

  it('gets its first token by the refresh token, and a new one when it is refused, once', async () => {
    const { accessToken: _, ...plain } = account()
    fake.videos = [{ id: 'v1', at: ground.clock.now(), likes: 1 }]
    await ground.start({ connectors: [plain] })
    await ground.until(async () => (await ids()).includes('v1'))
    expect(fake.refreshes.count).toBe(1)
    fake.tokens.clear()
    fake.videos.unshift({ id: 'v2', at: ground.clock.now(), likes: 1 })
    await ground.until(async () => (await ids()).includes('v2'), hour)
    expect(fake.refreshes.count).toBe(2)
    expect(ground.lines.join('\n')).not.toContain('invented')
  })

  it('stops asking when the account takes its authorisation back, and says why (TT-7)', async () => {
    const { url } = await ground.start({ connectors: [account()] })
    await ground.until(() => fake.calls.length > 0)
    const at = Math.floor(ground.clock.now() / second)
    expect(
      await fake.deliver(`${url}/webhooks/tiktok/main`, 'authorization.removed', '{"reason":1}', at),
    ).toBe(200)
    const before = fake.calls.length
    await ground.until(() => ground.lines.join('\n').includes('platform_auth'), hour)
    expect(fake.calls.length - before).toBeLessThanOrEqual(1)
  })

  it('writes what likes grew by', async () => {
    const video = { id: 'v1', at: ground.clock.now() - hour, likes: 5 }
    fake.videos = [video]
    await ground.start({ connectors: [account()] })
    await ground.until(async () => (await ground.metrics()).length >= 1)
    video.likes = 9
    await ground.until(async () => (await ground.metrics()).length >= 2, hour)
    expect((await ground.metrics()).map(({ counter, delta }) => [counter, delta])).toEqual([
      ['likes', 0],
      ['likes', 4],
    ])
  })
})

async function ids(): Promise<string[]> {
  return (await ground.mentions()).map(({ id }) => id).sort()
}

/** Without a token: nothing is polled. */
function webhookAlone() {
  return { platform: 'tiktok', appSecrets: [{ env: 'TIKTOK_SECRET' }], accounts: { oid_1: ['kuzey-air'] } }
}

function account() {
  return {
    platform: 'tiktok',
    appSecrets: [{ env: 'TIKTOK_SECRET' }],
    appId: '7000',
    accounts: { oid_1: ['kuzey-air'] },
    accessToken: { env: 'TIKTOK_TOKEN' },
    refreshToken: { env: 'TIKTOK_REFRESH' },
    pollSeconds: 60,
    baseUrl: fake.baseUrl,
    tokenUrl: `${fake.baseUrl}/tt_user/oauth2/refresh_token/`,
  }
}
