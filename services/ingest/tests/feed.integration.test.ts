import { day, hour, minute, second } from '@nabiz/shared/time'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { atomOf, type FakeFeed, type FeedRefusal, rssOf, startFakeFeed } from './fakes/feed-server.ts'
import { aBrand, type Ground, openGround } from './running-ingest.ts'

let ground: Ground
let fake: FakeFeed

beforeEach(async () => {
  ground = await openGround({ WEBSUB: 'websub-secret' })
  fake = await startFakeFeed(() => ground.clock.now())
  await ground.publish(aBrand())
})
afterEach(async () => {
  await ground.close()
  await fake.close()
})

describe('a feed that is polled', () => {
  it('makes a mention of each entry once, and asks with the ETag (RS-4, RS-1)', async () => {
    fake.body = rssOf(anItem('1'), '<item><title>Kuzey Air without guid</title><link>/2</link></item>')
    await ground.start({ connectors: [aFeed()] })
    await until(() => fake.answers.length >= 4, hour)
    expect(fake.answers.slice(0, 4)).toEqual([200, 304, 304, 304])
    expect(await ids()).toHaveLength(2)
    fake.body = rssOf(
      anItem('1'),
      anItem('3'),
      '<item><title>Kuzey Air without guid</title><link>/2</link></item>',
    )
    await until(async () => (await ids()).length === 3, hour)
  })

  it('takes a title that was corrected for a new version, though nothing says so (RS-2)', async () => {
    fake.body = rssOf(anItem('1', 'Kuzey Air kalkmadi'))
    await ground.start({ connectors: [aFeed()] })
    await until(async () => (await ids()).length === 1)
    fake.body = rssOf(anItem('1', 'Kuzey Air kalkmadı'))
    await until(async () => (await ids()).length === 2, hour)
    const [first, second] = await ground.mentions()
    expect([first?.id, first?.revision]).toEqual([second?.id, undefined])
    expect(second).toMatchObject({ text: 'Kuzey Air kalkmadı', operation: 'upsert' })
    expect(second?.revision).toBeDefined()
  })

  it('makes up for a night without us', async () => {
    fake.body = rssOf(anItem('1'))
    const first = await ground.start({ connectors: [aFeed()] })
    await until(async () => (await ids()).length === 1)
    await first.stop()
    ground.clock.advance(10 * hour)
    fake.body = rssOf(...Array.from({ length: 40 }, (_, index) => anItem(String(40 - index))))
    await ground.start({ connectors: [aFeed()], instance: 'two' })
    await until(async () => (await ids()).length === 40, hour)
    expect(new Set(await ids()).size).toBe(40)
  })

  it('asks at the old address after 302 (RS-4)', async () => {
    fake.body = rssOf(anItem('1'))
    fake.refuseNext({ status: 302, location: '/other.xml' })
    await ground.start({ connectors: [aFeed()] })
    await until(() => fake.paths.length >= 4, hour)
    expect(fake.paths.slice(0, 4)).toEqual(['/feed.xml', '/other.xml', '/feed.xml', '/feed.xml'])
    expect(await ids()).toEqual(['urn:1'])
  })

  it('asks at the new address after 301 (RS-4)', async () => {
    fake.body = rssOf(anItem('1'))
    fake.refuseNext({ status: 301, location: '/new.xml' })
    await ground.start({ connectors: [aFeed()] })
    await until(() => fake.paths.length >= 4, hour)
    expect(fake.paths.slice(0, 4)).toEqual(['/feed.xml', '/new.xml', '/new.xml', '/new.xml'])
  })

  it('is not asked again when it is gone (RS-4)', async () => {
    fake.refuseNext({ status: 410 })
    const ingest = await ground.start({ connectors: [aFeed()] })
    await until(async () => (await blindness(ingest)).length > 0)
    ground.clock.advance(5 * hour)
    await until(() => ground.lines.filter((line) => line.includes('410')).length >= 1, day)
    expect(fake.answers).toEqual([410])
  })

  it.each([429, 503])('waits as long as %s asks for (RS-4)', async (status) => {
    fake.body = rssOf(anItem('1'))
    fake.refuseNext({ status, retryAfterSeconds: 300 })
    await ground.start({ connectors: [aFeed()] })
    await ground.until(() => ground.lines.some((line) => line.includes('"waitMs":300000')))
    const before = ground.clock.now()
    await ground.until(() => fake.answers.length === 2, hour)
    expect(ground.clock.now() - before).toBeGreaterThan(4 * minute)
  })

  it.each<FeedRefusal>([
    'html',
    'reset',
    'huge',
    { status: 500 },
    { status: 302, location: 'http://10.0.0.1/x' },
  ])('goes on after %j, while another feed was never held up (RS-5)', async (refusal) => {
    fake.body = rssOf(anItem('1'))
    const other = await startFakeFeed()
    other.body = rssOf(anItem('other'))
    fake.refuseNext(refusal)
    const accounts = [aFeed(), aFeed({ account: 'other', url: other.url })]
    await ground.start({ connectors: accounts })
    await until(async () => (await ids()).includes('urn:other'))
    await until(async () => (await ids()).includes('urn:1'), hour)
    await other.close()
  })

  it('reads what is packed', async () => {
    fake.isPacked = true
    fake.body = rssOf(anItem('1'))
    await ground.start({ connectors: [aFeed()] })
    await until(async () => (await ids()).length === 1)
  })
})

describe('a feed with a hub', () => {
  beforeEach(() => {
    fake.headers = { link: `<${fake.baseUrl}/hub>; rel="hub", <${fake.url}>; rel="self"` }
    fake.contentType = 'application/atom+xml'
  })

  it('is subscribed, and an entry that is pushed and polled is one mention (WS-4)', async () => {
    fake.body = atomOf(anEntry('1'))
    const { url } = await ground.start({ connectors: [pushed()] })
    fake.hub.reach = url
    await until(() => fake.hub.subscriptions.size === 1, hour)
    expect(await fake.hub.push(fake.url, atomOf(anEntry('2')))).toEqual([200])
    fake.body = atomOf(anEntry('2'), anEntry('1'))
    const before = fake.answers.length
    await until(() => fake.answers.length > before, 4 * hour)
    await until(() => fake.answers.length > before + 1, 4 * hour)
    expect((await ids()).sort()).toEqual(['urn:1', 'urn:2'])
  })

  it('has nothing of a push that is wrongly signed, and does not say so', async () => {
    fake.body = atomOf()
    const ingest = await ground.start({ connectors: [pushed()] })
    fake.hub.reach = ingest.url
    await until(() => fake.hub.subscriptions.size === 1, hour)
    expect(await fake.hub.push(fake.url, atomOf(anEntry('2')), `sha256=${'0'.repeat(64)}`)).toEqual([200])
    expect(await ids()).toEqual([])
    expect((await ingest.metric('nabiz_ingest_deliveries_refused_total')).join()).toContain('signature_wrong')
  })

  it('renews a lease of 60 s before its end (WS-2)', async () => {
    fake.body = atomOf()
    fake.hub.leaseSeconds = 60
    const { url } = await ground.start({ connectors: [pushed()] })
    fake.hub.reach = url
    await until(() => fake.hub.subscriptions.size === 1, hour)
    for (let round = 0; round < 3; round += 1) {
      const end = fake.hub.subscriptions.get(fake.url)?.until ?? 0
      await until(() => (fake.hub.subscriptions.get(fake.url)?.until ?? 0) > end, 59_000)
    }
    expect(fake.hub.confirmations.every(({ status }) => status === 200)).toBe(true)
  })

  it('goes back to polling when the hub denies it, and says nothing secret (WS-2)', async () => {
    fake.body = atomOf()
    const { url } = await ground.start({ connectors: [pushed()] })
    fake.hub.reach = url
    await until(() => fake.hub.subscriptions.size === 1, hour)
    expect(await fake.hub.deny(fake.url)).toEqual([200])
    fake.body = atomOf(anEntry('3'))
    await until(async () => (await ids()).includes('urn:3'), 2 * hour)
    const start = fake.answers.length
    const at = ground.clock.now()
    await until(() => fake.answers.length >= start + 3, 2 * hour)
    expect(ground.clock.now() - at).toBeLessThan(10 * minute)
    expect(fake.hub.subscriptions.size).toBe(0)
    expect(ground.lines.join('\n')).not.toContain('websub-secret')
  })

  it('is blind where it was never read, since no hub pushes it, and well while the site is away and the hub pushes', async () => {
    fake.body = atomOf(anEntry('1'))
    fake.refuseNext({ status: 500 }, { status: 500 })
    const ingest = await ground.start({ connectors: [pushed()] })
    fake.hub.reach = ingest.url
    const isIn = async (condition: string) =>
      (await ingest.metric('nabiz_ingest_connector_condition')).some(
        (line) => line.includes(`condition="${condition}"`) && line.endsWith(' 1'),
      )
    await until(() => isIn('blind'), hour)
    await until(() => fake.hub.subscriptions.size === 1, 2 * hour)
    await until(() => isIn('ok'), hour)
    fake.refuseNext({ status: 503 }, 'reset', { status: 503 })
    const failures = await blindness(ingest)
    await until(() => fake.answers.filter((status) => status === 503).length === 2, 6 * hour)
    expect([await isIn('blind'), await blindness(ingest)]).toEqual([false, failures])
    expect(await fake.hub.push(fake.url, atomOf(anEntry('2')))).toEqual([200])
    expect((await ids()).sort()).toEqual(['urn:1', 'urn:2'])
  })

  it('is polled while its hub takes no subscription', async () => {
    fake.hub.refuseWith = 500
    fake.body = atomOf(anEntry('1'))
    await ground.start({ connectors: [pushed()] })
    await until(() => fake.answers.length >= 3, hour)
    expect(await ids()).toEqual(['urn:1'])
    expect(ground.lines.join('\n')).toContain('hub did not take')
  })
})

function aFeed(overrides: Record<string, unknown> = {}) {
  return { platform: 'feed', url: fake.url, pollSeconds: 60, ...overrides }
}

/** Moves time in steps that leave leases whole, until it is true; hours pass quickly. */
function until(isTrue: () => boolean | Promise<boolean>, limitMs = 10 * minute): Promise<void> {
  return ground.until(isTrue, limitMs, 8 * second)
}

function pushed() {
  const websub = { callbackUrl: 'https://in.example/webhooks/feed/main', secrets: [{ env: 'WEBSUB' }] }
  return aFeed({ websub })
}

function anItem(id: string, title = `Kuzey Air ${id}`): string {
  return `<item><guid isPermaLink="false">urn:${id}</guid><title>${title}</title></item>`
}

function anEntry(id: string): string {
  return `<entry><id>urn:${id}</id><title>Kuzey Air ${id}</title><updated>2026-11-01T10:00:00Z</updated></entry>`
}

async function ids(): Promise<string[]> {
  return (await ground.mentions()).map(({ id }) => id)
}

async function blindness(ingest: { metric(name: string): Promise<string[]> }): Promise<string[]> {
  return (await ingest.metric('nabiz_ingest_poll_failures_total')).filter((line) => !line.startsWith('#'))
}
