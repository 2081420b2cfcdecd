import { day, hour, minute, second } from '@nabiz/shared/time'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { everyDayIn } from '../src/quotas/periods.ts'
import { type FakeYouTube, startFakeYouTube } from './fakes/youtube-server.ts'
import { aBrand, type Ground, openGround } from './running-ingest.ts'

const channel = 'UCaaaaaaaaaaaaaaaaaaaaaa'
const key = 'invented-key'
let ground: Ground
let fake: FakeYouTube

beforeEach(async () => {
  fake = await startFakeYouTube(key)
  ground = await openGround({ YOUTUBE_KEY: key, HUB_SECRET: 'websub-secret' })
  await ground.publish(aBrand())
})
afterEach(async () => {
  await ground.close()
  await fake.close()
})

describe('a channel that is polled', () => {
  it('gives each comment once, with all replies of a thread that shows only some (YT-1)', async () => {
    const now = ground.clock.now()
    const replies = Array.from({ length: 7 }, (_, index) => ({ id: `A.${index}`, at: now - index * minute }))
    fake.threads.set(channel, [
      { id: 'A', at: now - hour, replies },
      { id: 'B', at: now - hour },
    ])
    await ground.start({ connectors: [account()] })
    await ground.until(async () => (await ids()).length >= 9)
    await ground.until(() => fake.paths().filter((path) => path === '/commentThreads').length >= 4, hour)
    expect(await ids()).toEqual(['A', 'A.0', 'A.1', 'A.2', 'A.3', 'A.4', 'A.5', 'A.6', 'B'])
    // A thread that got no reply meanwhile is not asked about again.
    expect(fake.paths().filter((path) => path === '/comments')).toHaveLength(1)
  })

  it('makes up for a night, page by page, without a gap over a restart', async () => {
    const now = ground.clock.now()
    fake.threads.set(
      channel,
      Array.from({ length: 230 }, (_, index) => ({ id: `c${index}`, at: now - index * 4 * minute })),
    )
    const first = await ground.start({ connectors: [account()] })
    await ground.until(async () => (await ids()).length >= 100)
    await first.stop()
    await ground.start({ connectors: [account()], instance: 'two' })
    await ground.until(async () => (await ids()).length >= 230, hour)
    expect(await ids()).toHaveLength(230)
  })

  it('finds late replies and edits in old threads when it reads everything anew', async () => {
    ground.clearOf(everyDayIn('America/Los_Angeles'))
    const now = ground.clock.now()
    const old = { id: 'old', at: now - 3 * day, replies: [] as { id: string; at: number }[] }
    const newer = Array.from({ length: 120 }, (_, index) => ({ id: `n${index}`, at: now - 2 * day }))
    fake.threads.set(channel, [...newer, old])
    await ground.start({ connectors: [account({ rescanHours: 1 })] })
    await ground.until(() => fake.paths().length > 4)
    old.replies.push({ id: 'old.late', at: ground.clock.now() })
    await passing(2 * minute, async () => (await ids()).includes('old.late'))
  })

  it('finds comments and replies that vanished, by asking for them again, and deletes nothing else', async () => {
    ground.clearOf(everyDayIn('America/Los_Angeles'))
    const now = ground.clock.now()
    const replies = ['r1', 'r2'].map((id) => ({ id, at: now - minute }))
    fake.threads.set(channel, [
      { id: 'kept', at: now - minute, replies },
      { id: 'gone', at: now - minute },
    ])
    await ground.start({ connectors: [account()] })
    await ground.until(async () => (await ids()).length === 4)
    fake.threads.set(channel, [{ id: 'kept', at: now - minute, replies: replies.slice(1) }])
    const deleted = async () => (await ground.mentions()).filter(({ operation }) => operation === 'delete')
    await passing(2 * minute, async () => (await deleted()).length >= 2)
    expect((await deleted()).map(({ id, brand }) => [id, brand]).sort()).toEqual([
      ['gone', 'kuzey-air'],
      ['r1', 'kuzey-air'],
    ])
    const lookedFor = fake.calls.filter(({ query }) => query.has('id') && query.get('part') === 'id')
    expect(lookedFor.length).toBeGreaterThanOrEqual(1)
    expect(await ids()).toHaveLength(6)
  })

  it('stops before the units are spent, says so, and goes on after midnight Pacific (YT-5)', async () => {
    ground.clearOf(everyDayIn('America/Los_Angeles'))
    fake.threads.set(channel, [{ id: 'A', at: ground.clock.now() }])
    const ingest = await ground.start({ connectors: [account({ unitsPerDay: 100, pollSeconds: 15 })] })
    const failures = () => ingest.metric('nabiz_ingest_poll_failures_total')
    await passing(15 * second, async () => (await failures()).length > 0)
    const left = await ingest.metric('nabiz_ingest_quota_left')
    expect(left.join()).toContain('quota="units"} 0')
    const spent = fake.calls.length
    expect(spent).toBeLessThanOrEqual(100)
    expect(fake.callsBeyondLimit).toBe(0)
    expect(ground.lines.join('\n')).toContain('platform_quota')
    ground.clock.advance(day)
    await ground.until(() => fake.calls.length > spent, hour)
    expect(ground.lines.join('\n')).not.toContain(key)
  })

  it('believes Google when others spent the units of the key (YT-5)', async () => {
    ground.clearOf(everyDayIn('America/Los_Angeles'))
    fake.unitsLeft = 0
    const ingest = await ground.start({ connectors: [account()] })
    await ground.until(async () =>
      (await ingest.metric('nabiz_ingest_quota_left')).join().includes('quota="units"} 0'),
    )
    const held = async () => (await ingest.metric('nabiz_ingest_quota_held_total')).join()
    await ground.until(async () => /quota="units"\} [2-9]/.test(await held()), hour)
    expect(fake.callsBeyondLimit).toBe(1)
  })

  it('goes on with the comments when the searches are spent (YT-5)', async () => {
    fake.searchesLeft = 0
    fake.threads.set(channel, [{ id: 'A', at: ground.clock.now() }])
    await ground.start({ connectors: [account({ searches: ['Kuzey Air'] })] })
    await ground.until(() => fake.paths().includes('/search'))
    fake.threads.get(channel)?.unshift({ id: 'B', at: ground.clock.now() })
    await ground.until(async () => (await ids()).includes('B'), hour)
    expect(fake.callsBeyondLimit).toBe(1)
  })

  it('passes over a video without comments alone (YT-5)', async () => {
    const now = ground.clock.now()
    fake.closed.add('s1')
    fake.found.set('Kuzey Air', [
      { id: 's1', at: now - hour, title: 'Kuzey Air rezaleti' },
      { id: 's2', at: now - 2 * hour, title: 'Kuzey Air iyi mi' },
    ])
    fake.threads.set('s2', [{ id: 'under', at: now - hour, text: 'Kuzey Air berbat' }])
    await ground.start({ connectors: [account({ searches: ['Kuzey Air'] })] })
    await ground.until(async () => (await ids()).length >= 3, hour)
    expect(await ids()).toEqual(['s1', 's2', 'under'])
  })

  it.each([
    'html',
    'redirect',
    'reset',
    { status: 500, body: {} },
    { status: 403, body: { error: { code: 403, errors: [{ reason: 'rateLimitExceeded' }] } } },
  ] as const)('goes on after %j', async (refusal) => {
    fake.threads.set(channel, [{ id: 'A', at: ground.clock.now() }])
    fake.refuseNext(refusal)
    await ground.start({ connectors: [account()] })
    await ground.until(async () => (await ids()).includes('A'), hour)
  })

  it('is blind with the reason when the key is refused', async () => {
    await ground.start({ connectors: [account({ apiKey: { env: 'HUB_SECRET' } })] })
    await ground.until(() => ground.lines.join('\n').includes('platform_auth'))
    expect(ground.lines.join('\n')).not.toContain('websub-secret')
  })

  it('writes what views grew by', async () => {
    const video = { id: 'vid1', at: ground.clock.now() - hour, title: 'Yeni hat', views: 100 }
    fake.uploads.set(channel, [video])
    await ground.start({ connectors: [account()] })
    await ground.until(async () => (await ground.metrics()).length >= 2)
    video.views = 130
    await passing(20 * second, async () => (await ground.metrics()).length >= 3)
    expect((await ground.metrics()).map(({ counter, delta }) => [counter, delta])).toEqual([
      ['followers', 0],
      ['views', 0],
      ['views', 30],
    ])
    expect((await ground.mentions())[0]).toMatchObject({ id: 'vid1', own: true, text: 'Yeni hat' })
  })
})

describe('a live chat', () => {
  it('is read no sooner than YouTube wants, and left when it is over (YT-8)', async () => {
    fake.chats.set('live11', { waitMs: 30_000, pages: [['m1'], ['m2', 'm3']], isOver: false })
    const times: number[] = []
    const { channels: _, ...plain } = account({ liveVideos: ['live11'], brands: ['kuzey-air'] })
    await ground.start({ connectors: [plain] })
    await ground.until(async () => {
      const reads = fake.paths().filter((path) => path === '/liveChat/messages').length
      while (times.length < reads) times.push(ground.clock.now())
      return (await ids()).length === 3
    }, hour)
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(29_000)
    await ground.until(() => fake.paths().filter((path) => path === '/videos').length >= 2, hour)
    expect(fake.paths().filter((path) => path === '/liveChat/messages')).toHaveLength(2)
  })
})

describe('new videos', () => {
  it('come by the hub at once and by the list of uploads again, and are one mention; the hub is asked each day', async () => {
    const at = ground.clock.now()
    const callbackUrl = 'https://in.example.com/webhooks/youtube/main'
    const webSub = { callbackUrl, secrets: [{ env: 'HUB_SECRET' }], hubUrl: `${fake.baseUrl}/hub` }
    const { url } = await ground.start({ connectors: [account({ webSub })] })
    const iso = new Date(at).toISOString()
    const feed = `<feed xmlns:yt="x"><entry><yt:videoId>vid1</yt:videoId><yt:channelId>${channel}</yt:channelId><title>Yeni</title><published>${iso}</published><updated>${iso}</updated></entry></feed>`
    expect(await fake.deliver(`${url}/webhooks/youtube/main`, feed, 'websub-secret')).toBe(200)
    expect(await fake.deliver(`${url}/webhooks/youtube/main`, feed, 'wrong')).toBe(200)
    fake.uploads.set(channel, [{ id: 'vid1', at, title: 'Yeni', views: 1 }])
    await ground.until(() => fake.paths().includes('/videos'), hour)
    expect(await ids()).toEqual(['vid1'])
    expect([...fake.subscriptions.values()]).toEqual([1])
    ground.clock.advance(day)
    await ground.until(() => [...fake.subscriptions.values()][0] === 2, hour)
  })

  it('by the hub do not make an account look well whose key is refused', async () => {
    const webSub = {
      callbackUrl: 'https://in.example.com/webhooks/youtube/main',
      secrets: [{ env: 'HUB_SECRET' }],
      hubUrl: `${fake.baseUrl}/hub`,
    }
    const ingest = await ground.start({
      connectors: [account({ webSub, apiKey: { env: 'HUB_SECRET' } })],
    })
    await ground.until(async () =>
      (await ingest.metric('nabiz_ingest_connector_condition'))
        .filter((line) => line.includes('youtube') && line.endsWith(' 1'))
        .join()
        .includes('blind'),
    )
  })

  it('do not keep the comments waiting when the hub is away', async () => {
    const webSub = {
      callbackUrl: 'https://in.example.com/webhooks/youtube/main',
      secrets: [{ env: 'HUB_SECRET' }],
      hubUrl: 'http://127.0.0.1:9/hub',
    }
    await ground.start({ connectors: [account({ webSub })] })
    await ground.until(() => ground.lines.join('\n').includes('"part":"subscriptions"'), hour)
    fake.threads.set(channel, [{ id: 'A', at: ground.clock.now() }])
    await ground.until(async () => (await ids()).includes('A'), hour)
  })
})

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
    platform: 'youtube',
    apiKey: { env: 'YOUTUBE_KEY' },
    channels: { [channel]: ['kuzey-air'] },
    baseUrl: fake.baseUrl,
    ...overrides,
  }
}
