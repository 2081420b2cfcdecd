import { hour, minute } from '@nabiz/shared/time'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FakeMastodon, type FakeStatus, startFakeMastodon } from './fakes/mastodon-server.ts'
import { aBrand, type Ground, openGround } from './running-ingest.ts'

const token = 'invented-token-of-mastodon'
const tag = ['hashtag', 'kuzeyair']
let ground: Ground
let fake: FakeMastodon

beforeEach(async () => {
  ground = await openGround({ TOKEN: token })
  fake = await startFakeMastodon(token)
  await ground.publish(aBrand())
})
afterEach(async () => {
  await ground.close()
  await fake.close()
})

describe('an instance', () => {
  it('tells live what a hashtag holds, and its edits and deletes', async () => {
    await begin()
    fake.send(tag, 'update', aStatus(1))
    fake.send(tag, 'status.update', aStatus(1, { edited_at: '2026-11-01T10:00:00.000Z' }))
    fake.send(tag, 'delete', '1')
    await ground.until(async () => (await ground.mentions()).length === 3)
    expect((await ground.mentions()).map(({ operation }) => operation)).toEqual([
      'upsert',
      'upsert',
      'delete',
    ])
  })

  it('makes one mention of a status that comes live and by the sweep', async () => {
    fake.lists.set('tag/kuzeyair', [aStatus(2), aStatus(1)])
    await begin()
    fake.send(tag, 'update', aStatus(2))
    await ground.until(async () => (await ids()).length === 2)
    await ground.until(() => fake.calls.filter((path) => path.includes('/tag/')).length >= 2)
    expect((await ids()).sort()).toEqual(['1', '2'])
  })

  it('makes up for a night without us, page by page, and for a broken line', async () => {
    const first = await begin()
    await first.stop()
    fake.lists.set(
      'tag/kuzeyair',
      Array.from({ length: 130 }, (_, index) => aStatus(130 - index)),
    )
    await ground.start({ connectors: [account()], instance: 'two' })
    await ground.until(async () => (await ids()).length === 130)
    expect(new Set(await ids()).size).toBe(130)
    await ground.until(() => fake.listeners === 1)
    fake.cut()
    fake.lists.get('tag/kuzeyair')?.unshift(aStatus(131))
    await ground.until(() => fake.subscribed.length >= 3)
    await ground.until(async () => (await ids()).length === 131)
  })

  it('is asked for no more than it allows, and again when it lets us', async () => {
    fake.limit = 34
    fake.renew(ground.clock.now() + 1 * minute)
    fake.lists.set(
      'tag/kuzeyair',
      Array.from({ length: 300 }, (_, index) => aStatus(300 - index)),
    )
    const ingest = await ground.start({ connectors: [account()] })
    await ground.until(async () =>
      (await ingest.metric('nabiz_ingest_quota_held_total')).join().includes('} '),
    )
    expect(fake.callsBeyondLimit).toBe(0)
    fake.limit = 300
    fake.renew(ground.clock.now() + 5 * minute)
    // Eight pages of 40, and those before the pause: cheaper to ask for than the log.
    await ground.until(() => fake.calls.filter((path) => path.includes('/tag/')).length >= 8, hour)
    await ground.until(async () => (await ids()).length === 300)
    expect(fake.callsBeyondLimit).toBe(0)
  })

  it.each([500, 'html', 429, 302] as const)('is asked again after %s', async (refusal) => {
    fake.lists.set('tag/kuzeyair', [aStatus(1)])
    fake.refuseNext(refusal, refusal)
    await begin()
    await ground.until(async () => (await ids()).length === 1)
  })

  it('is blind with the reason when the token is revoked, and says nothing of the token', async () => {
    fake.tokens.clear()
    await ground.start({ connectors: [account()] })
    await ground.until(() => ground.lines.filter((line) => line.includes('platform_auth')).length >= 2)
    expect(ground.lines.join('\n')).not.toContain(token)
  })
})

function account(overrides: Record<string, unknown> = {}) {
  return {
    platform: 'mastodon',
    baseUrl: fake.baseUrl,
    accessToken: { env: 'TOKEN' },
    hashtags: ['kuzeyair'],
    notifications: false,
    pollSeconds: 30,
    ...overrides,
  }
}

async function begin() {
  const ingest = await ground.start({ connectors: [account()] })
  await ground.until(() => fake.subscribed.length > 0)
  return ingest
}

function aStatus(number: number, overrides: Record<string, unknown> = {}): FakeStatus {
  return {
    id: String(number),
    uri: `https://other.example/statuses/${number}`,
    url: `https://other.example/@a/${number}`,
    created_at: new Date(ground.clock.now() - (1_000 - number)).toISOString(),
    content: '<p>Kuzey Air</p>',
    account: { id: '5', acct: 'a@other.example' },
    ...overrides,
  }
}

async function ids(): Promise<string[]> {
  return (await ground.mentions()).map(({ id }) => id.split('/').at(-1) ?? '')
}
