import { rssOf, startFakeFeed } from '../../../services/ingest/tests/fakes/feed-server.ts'
import { type PlatformInTrouble, polledOnly, type TroubleOptions } from './platform-in-trouble.ts'

/** Looks that a client may take at most: one at each start, one a minute, one after each refusal, and a few to spare. */
const mostLooks = 40

/** A site with a feed: away, broken, a page in its place; it asks for patience. */
export async function feed(_options: TroubleOptions): Promise<PlatformInTrouble> {
  const fake = await startFakeFeed()
  const entries: string[] = []
  fake.body = rssOf()
  return {
    platform: 'feed',
    account: { platform: 'feed', url: fake.url, pollSeconds: 60 },
    write(text) {
      const at = new Date().toUTCString()
      const guid = `<guid isPermaLink="false">urn:velmora:${entries.length}</guid>`
      entries.unshift(`<item>${guid}<title>${text}</title><pubDate>${at}</pubDate></item>`)
      fake.body = rssOf(...entries)
    },
    trouble(phase) {
      if (phase === 0) fake.refuseNext({ status: 500 }, 'reset')
      if (phase === 1) fake.refuseNext({ status: 429, retryAfterSeconds: 1 })
      if (phase === 2) fake.refuseNext('reset', { status: 503, retryAfterSeconds: 1 })
      if (phase === 3) fake.refuseNext('reset')
      if (phase === 4) fake.refuseNext('reset', { status: 502 })
    },
    ...polledOnly,
    faults: () => (fake.paths.length > mostLooks ? [`feed: ${fake.paths.length} looks`] : []),
    close: fake.close,
  }
}
