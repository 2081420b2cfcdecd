import { hour, minute } from '@nabiz/shared/time'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FakeSnapchat, startFakeSnapchat } from './fakes/snapchat-server.ts'
import { aBrand, type Ground, openGround } from './running-ingest.ts'

const refreshToken = 'invented-refresh'
let ground: Ground
let fake: FakeSnapchat

beforeEach(async () => {
  fake = await startFakeSnapchat(refreshToken)
  ground = await openGround({
    SNAP_SECRET: 'invented-secret',
    SNAP_REFRESH: refreshToken,
    OTHER: 'invented-x',
  })
  await ground.publish(aBrand())
})
afterEach(async () => {
  await ground.close()
  await fake.close()
})

describe('profiles of Snapchat', () => {
  it('give creators’ Spotlights that name the brand, page by page, and the followers of its own', async () => {
    const now = ground.clock.now()
    fake.spotlights.set(
      'creator',
      Array.from({ length: 25 }, (_, index) => ({
        id: `s${index}`,
        at: now - index * minute,
        caption: index % 5 === 0 ? 'Kuzey Air berbat' : 'manzara',
      })),
    )
    await ground.start({ connectors: [account()] })
    await ground.until(async () => (await ids()).length >= 5)
    expect(await ids()).toEqual(['s0', 's10', 's15', 's20', 's5'])
    fake.followers = '1500'
    await ground.until(async () => (await ground.metrics()).length >= 2, 10 * minute)
    expect((await ground.metrics()).map(({ counter, delta }) => [counter, delta])).toEqual([
      ['followers', 0],
      ['followers', 300],
    ])
    expect(fake.paths()).toContain('/public/v1/public_profiles/creator/spotlights')
  })

  it('renew a token that is refused once, and go on (SC-5)', async () => {
    await ground.start({ connectors: [account()] })
    await ground.until(() => fake.calls.length >= 3)
    fake.tokens.clear()
    fake.spotlights.set('brand', [{ id: 'own', at: ground.clock.now(), caption: 'yeni' }])
    await ground.until(async () => (await ids()).includes('own'), 10 * minute)
    expect(fake.refreshes.count).toBe(2)
  })

  it('are blind with the reason when the token cannot be renewed, and do not ask without end (SC-5)', async () => {
    await ground.start({ connectors: [account({ refreshToken: { env: 'OTHER' } })] })
    await ground.until(() => ground.lines.join('\n').includes('platform_auth'))
    for (let round = 0; round < 10; round += 1) {
      ground.clock.advance(minute)
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    expect(fake.calls.length).toBeLessThanOrEqual(30)
    expect(ground.lines.join('\n')).not.toContain('invented-')
  })

  it('wait as long as is asked for when a token is asked for too often', async () => {
    fake.refuseNext({ status: 429, body: {}, headers: { 'retry-after': '600' } })
    fake.spotlights.set('brand', [{ id: 'own', at: ground.clock.now(), caption: 'yeni' }])
    const from = ground.clock.now()
    await ground.start({ connectors: [account()] })
    await ground.until(() => fake.calls.length >= 2, hour)
    expect(ground.clock.now() - from).toBeGreaterThanOrEqual(10 * minute)
    await ground.until(async () => (await ids()).includes('own'), 10 * minute)
    expect(fake.paths().slice(0, 2)).toEqual(['/token', '/token'])
  })

  it.each([
    'html',
    'redirect',
    'reset',
    { status: 500, body: {} },
    { status: 429, body: {} },
    { body: { request_status: 'ERROR' } },
  ] as const)('go on after %j', async (refusal) => {
    fake.spotlights.set('brand', [{ id: 'own', at: ground.clock.now(), caption: 'yeni' }])
    fake.tokens.add('snap-0')
    // The first call is for the token.
    fake.refuseNext({ body: { access_token: 'snap-0', expires_in: 3_600 } }, refusal)
    await ground.start({ connectors: [account()] })
    await ground.until(async () => (await ids()).includes('own'), hour)
  })
})

async function ids(): Promise<string[]> {
  return (await ground.mentions()).map(({ id }) => id).sort()
}

function account(overrides: Record<string, unknown> = {}) {
  return {
    platform: 'snapchat',
    clientId: 'app',
    clientSecret: { env: 'SNAP_SECRET' },
    refreshToken: { env: 'SNAP_REFRESH' },
    profiles: { brand: ['kuzey-air'] },
    creators: ['creator'],
    pollSeconds: 60,
    baseUrl: fake.baseUrl,
    tokenUrl: `${fake.baseUrl}/token`,
    ...overrides,
  }
}
