import { day, hour, minute } from '@nabiz/shared/time'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FakeDay, type FakePinterest, startFakePinterest } from './fakes/pinterest-server.ts'
import { aBrand, type Ground, openGround } from './running-ingest.ts'

const refreshToken = 'invented-refresh'
let ground: Ground
let fake: FakePinterest

beforeEach(async () => {
  fake = await startFakePinterest(refreshToken)
  ground = await openGround({ PIN_SECRET: 'invented-secret', PIN_REFRESH: refreshToken, OTHER: 'invented-x' })
  await ground.publish(aBrand())
})
afterEach(async () => {
  await ground.close()
  await fake.close()
})

describe('an account of Pinterest', () => {
  it('reads its pins page by page over a restart, each once', async () => {
    const now = ground.clock.now()
    fake.pageSize = 10
    fake.pins = Array.from({ length: 35 }, (_, index) => ({
      id: `${index}`,
      at: now - index * hour,
      comments: 0,
    }))
    const first = await ground.start({ connectors: [account()] })
    await ground.until(async () => (await ids()).length >= 10)
    await first.stop()
    await ground.start({ connectors: [account()], instance: 'two' })
    await ground.until(async () => (await ids()).length >= 35, hour)
    expect(await ids()).toHaveLength(35)
    expect(fake.refreshes.count).toBe(1)
  })

  it('ends when every page names the same next one (PI-4)', async () => {
    fake.isLooping = true
    fake.pins = [{ id: '1', at: ground.clock.now(), comments: 0 }]
    await ground.start({ connectors: [account()] })
    await ground.until(async () => (await ids()).length === 1)
    await ground.until(() => fake.paths().filter((path) => path === '/pins').length >= 2)
    for (let round = 0; round < 5; round += 1) await pass(10_000)
    expect(fake.paths().filter((path) => path === '/pins').length).toBeLessThanOrEqual(2)
  })

  it('writes what comments grew by, and that a pin is deleted (PI-7)', async () => {
    const pin = { id: '1', at: ground.clock.now(), comments: 12 }
    fake.pins = [pin]
    await ground.start({ connectors: [account()] })
    await ground.until(async () => (await ground.metrics()).length >= 1)
    pin.comments = 40
    await pass(2 * minute)
    await ground.until(async () => (await ground.metrics()).length >= 2, 5 * minute)
    expect((await ground.metrics()).map(({ delta }) => delta)).toEqual([0, 28])
    fake.pins = []
    await ground.until(
      async () => (await ground.mentions()).some(({ operation }) => operation === 'delete'),
      5 * minute,
    )
  })

  it('counts a day of a pin without counters in the list once it is done, and no drop before (PI-5)', async () => {
    const days: FakeDay[] = [
      { status: 'READY', comments: 12 },
      { status: 'PROCESSING', comments: 0 },
    ]
    fake.pins = [{ id: '1', at: ground.clock.now() - 2 * day, comments: 0, days }]
    await ground.start({ connectors: [account({ pollSeconds: 86_400 / 4 })] })
    await ground.until(async () => (await ground.metrics()).length >= 1)
    const looks = () => fake.paths().filter((path) => path === '/pins/1/analytics').length
    await passing(hour, () => looks() >= 2)
    days[1] = { status: 'READY', comments: 30 }
    await passing(hour, async () => (await ground.metrics()).length >= 2)
    expect((await ground.metrics()).map(({ counter, delta, total }) => [counter, delta, total])).toEqual([
      ['comments', 0, 12],
      ['comments', 30, 42],
    ])
  })

  it('reads further pages of a search while they hold something new', async () => {
    fake.found = Array.from({ length: 120 }, (_, index) => ({ id: `f${index}`, title: 'Kuzey Air çanta' }))
    await ground.start({ connectors: [account({ searches: ['Kuzey Air'] })] })
    await ground.until(async () => (await ids()).length === 120)
    const searches = () => fake.paths().filter((path) => path === '/search/partner/pins').length
    expect(searches()).toBe(3)
    fake.found.unshift({ id: 'new', title: 'Kuzey Air bavul' })
    await ground.until(async () => (await ids()).includes('new'), 5 * minute)
    await ground.until(() => searches() >= 5, 5 * minute)
    expect(await ids()).toHaveLength(121)
  })

  it('reads its pins though the search of strangers is not granted', async () => {
    fake.hasSearch = false
    fake.pins = [{ id: '1', at: ground.clock.now(), comments: 0 }]
    await ground.start({ connectors: [account({ searches: ['Kuzey Air'] })] })
    await ground.until(() => fake.paths().includes('/search/partner/pins'))
    await ground.until(async () => (await ids()).includes('1'))
    expect(fake.refreshes.count).toBe(1)
    expect(ground.lines.join('\n')).not.toContain('platform_auth')
  })

  it.each(['html', 'redirect', 'reset', { status: 500, body: {} }, { status: 429, body: {} }] as const)(
    'goes on after %j',
    async (refusal) => {
      fake.pins = [{ id: '1', at: ground.clock.now(), comments: 0 }]
      // The first call is for the token.
      fake.refuseNext({ body: { access_token: 'pina_0', expires_in: 2_592_000 } }, refusal)
      fake.tokens.add('pina_0')
      await ground.start({ connectors: [account()] })
      await ground.until(async () => (await ids()).includes('1'), hour)
    },
  )

  it('is blind with the reason when the refresh token is revoked, and names no secret', async () => {
    await ground.start({ connectors: [account({ refreshToken: { env: 'OTHER' } })] })
    await ground.until(() => ground.lines.join('\n').includes('platform_auth'))
    expect(ground.lines.join('\n')).not.toContain('invented-')
  })
})

async function pass(ms: number): Promise<void> {
  ground.clock.advance(ms)
  await new Promise((resolve) => setTimeout(resolve, 20))
}

/** Lets time pass step by step until it is true: for what takes hours. */
async function passing(stepMs: number, isTrue: () => boolean | Promise<boolean>): Promise<void> {
  await ground.until(async () => {
    if (await isTrue()) return true
    ground.clock.advance(stepMs)
    return false
  })
}

async function ids(): Promise<string[]> {
  return (await ground.mentions()).map(({ id }) => id).sort()
}

function account(overrides: Record<string, unknown> = {}) {
  return {
    platform: 'pinterest',
    appId: '1500000',
    appSecret: { env: 'PIN_SECRET' },
    refreshToken: { env: 'PIN_REFRESH' },
    pinBrands: ['kuzey-air'],
    pollSeconds: 60,
    baseUrl: fake.baseUrl,
    tokenUrl: `${fake.baseUrl}/oauth/token`,
    ...overrides,
  }
}
