import { startFakeJetstream } from '../../../services/ingest/tests/fakes/jetstream-server.ts'
import { type PlatformInTrouble, polledOnly, type TroubleOptions } from './platform-in-trouble.ts'

const did = 'did:plc:velmora-trouble'
const collection = 'app.bsky.feed.post'

/** A stream that breaks, falls silent and is refused; searches find the same posts a second time. */
export async function bluesky(_options: TroubleOptions): Promise<PlatformInTrouble> {
  const fake = await startFakeJetstream()
  let written = 0
  return {
    platform: 'bluesky',
    account: {
      platform: 'bluesky',
      baseUrl: fake.baseUrl,
      searches: ['velmora'],
      searchUrl: fake.searchUrl,
      pollSeconds: 30,
      silenceSeconds: 5,
    },
    write(text) {
      written += 1
      const [rkey, createdAt] = [`3k${written}`, new Date().toISOString()]
      const record = { $type: collection, text, createdAt, langs: ['tr'] }
      const commit = { rev: 'r', operation: 'create', collection, rkey, cid: `bafy${written}`, record }
      const uri = `at://${did}/${collection}/${rkey}`
      fake.found.unshift({ uri, cid: commit.cid, author: { did }, record, indexedAt: createdAt })
      fake.push({ did, time_us: Date.now() * 1_000 + written, kind: 'commit', commit })
      if (written % 15 === 0) fake.cut()
    },
    trouble(phase) {
      if (phase === 0) fake.refuseNext(500, 429)
      if (phase === 1) fake.refuseSearchNext(500, 429)
      if (phase === 2) fake.freeze()
      if (phase === 3) fake.refuseNext(503)
      if (phase === 4) fake.cut()
    },
    ...polledOnly,
    // It tells of no limit that a few searches could reach.
    faults: () => (fake.searches.length > 300 ? [`bluesky: ${fake.searches.length} searches`] : []),
    close: fake.close,
  }
}
