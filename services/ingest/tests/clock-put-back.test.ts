import { withEnvironment } from '@nabiz/shared/config'
import { createOutgoing } from '@nabiz/shared/http'
import { type Clock, hour, ManualClock, second } from '@nabiz/shared/time'
import { expect, it } from 'vitest'
import type { ConnectorFactory, PollerWay } from '../src/connectors/connector.ts'
import { feed } from '../src/connectors/feed/feed.ts'
import { createStallGuard } from '../src/connectors/shared/stalling.ts'
import { tiktok } from '../src/connectors/tiktok/tiktok.ts'
import { youtube } from '../src/connectors/youtube/youtube.ts'
import { aContext } from './connector-context.ts'
import { startFakeFeed } from './fakes/feed-server.ts'
import { startFakeTikTok } from './fakes/tiktok-server.ts'
import { startFakeYouTube } from './fakes/youtube-server.ts'

const outgoing = createOutgoing({ allowHosts: ['127.0.0.1'] })
const signal = new AbortController().signal

it('a line that fell silent is ended within twice its silence after the clock was put back', async () => {
  const clock = aClock()
  const guard = createStallGuard(clock, 'test', 20 * second, signal)
  clock.putBack(5 * hour)
  clock.manual.advance(20 * second)
  await new Promise((resolve) => setImmediate(resolve))
  expect(guard.signal.aborted).toBe(false)
  clock.manual.advance(20 * second)
  await new Promise((resolve) => setImmediate(resolve))
  expect(guard.signal.aborted).toBe(true)
  guard.close()
})

it('a feed is looked at after the clock was put back, and not when the old time comes again', async () => {
  const fake = await startFakeFeed()
  fake.body = '<rss version="2.0"><channel><title>t</title><item><title>a</title></item></channel></rss>'
  const clock = aClock()
  const way = aPoller(feed, { url: fake.url }, clock)
  const { cursor } = await way.poll(undefined, signal)
  expect((await way.poll(cursor, signal)).cursor).toBeUndefined()
  clock.putBack(5 * hour)
  expect((await way.poll(cursor, signal)).cursor).toBeDefined()
  await fake.close()
})

it('TikTok is called at once after the clock was put back', async () => {
  const fake = await startFakeTikTok({ secret: 's', account: 'oid_1', token: 't', refreshToken: 'r' })
  const clock = aClock()
  const { baseUrl } = fake
  const secrets = { appSecrets: [{ env: 'S' }], accessToken: { env: 'T' } }
  const way = aPoller(tiktok, { ...secrets, appId: '7', accounts: { oid_1: ['b'] }, baseUrl }, clock)
  const { cursor } = await way.poll(undefined, signal)
  clock.putBack(5 * hour)
  // It would wait for the clock, which stands.
  expect((await way.poll(cursor, signal)).cursor).toBeDefined()
  await fake.close()
})

it('a live chat is looked for at once after the clock was put back', async () => {
  const fake = await startFakeYouTube('t')
  const clock = aClock()
  const config = { apiKey: { env: 'T' }, liveVideos: ['liveVideo1'], baseUrl: fake.baseUrl }
  const way = aPoller(youtube, config, clock)
  let { cursor } = await way.poll(undefined, signal)
  while (JSON.parse(cursor ?? '{}').live === undefined) ({ cursor } = await way.poll(cursor, signal))
  const dueOf = (text: string | undefined) => JSON.parse(JSON.parse(text ?? '{}').live.cursor).liveVideo1.due
  expect(dueOf(cursor)).toBeGreaterThan(clock.now())
  clock.putBack(5 * hour)
  const before = dueOf(cursor)
  for (let round = 0; round < 9 && dueOf(cursor) === before; round += 1)
    cursor = (await way.poll(cursor, signal)).cursor ?? cursor
  expect(dueOf(cursor)).toBeLessThan(before)
  await fake.close()
})

/** A clock that can be put back. */
function aClock(): Clock & { manual: ManualClock; putBack(ms: number): void } {
  const manual = new ManualClock(Date.UTC(2026, 10, 2))
  let backMs = 0
  return {
    manual,
    now: () => manual.now() - backMs,
    sleep: (ms, aborted) => manual.sleep(ms, aborted),
    putBack(ms) {
      backMs = ms
    },
  }
}

function aPoller(factory: ConnectorFactory, config: Record<string, unknown>, clock: Clock): PollerWay {
  const parsed = withEnvironment({ S: 's', T: 't' }, () => factory.config.parse(config))
  const { ways } = factory.create(parsed, aContext({ platform: factory.platform, clock, outgoing }))
  const way = ways.find((one) => one.way === 'poller')
  if (way?.way !== 'poller') throw new Error(`${factory.platform} is not polled with this config`)
  return way
}
