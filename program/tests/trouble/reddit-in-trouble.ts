import { startFakeReddit } from '../../../services/ingest/tests/fakes/reddit-server.ts'
import { faultOf, type PlatformInTrouble, polledOnly, type TroubleOptions } from './platform-in-trouble.ts'

const clientId = 'velmora-app'
const clientSecret = 'invented-secret'
const userAgent = 'server:nabiz.trouble:1 (by /u/nobody)'

/** A subreddit whose listings are refused, cut off, answered with pages of HTML; tokens are revoked. */
export async function reddit({ secret, brand }: TroubleOptions): Promise<PlatformInTrouble> {
  const fake = await startFakeReddit({ clientId, clientSecret, userAgent, now: Date.now })
  fake.lists.set('r/velmora/new', [])
  fake.lists.set('r/velmora/comments', [])
  let written = 0
  return {
    platform: 'reddit',
    account: {
      platform: 'reddit',
      clientId,
      clientSecret: secret('app', clientSecret),
      userAgent,
      subreddits: { velmora: [brand] },
      pollSeconds: 10,
      baseUrl: fake.baseUrl,
      tokenUrl: fake.tokenUrl,
    },
    write(text) {
      written += 1
      const [name, created_utc] = [`t1_v${written}`, Date.now() / 1_000]
      const permalink = `/r/velmora/comments/p/_/v${written}/`
      const data = { name, author: 'ali', author_fullname: 't2_x', body: text, created_utc, edited: false }
      const comment = { kind: 't1' as const, data: { ...data, permalink, parent_id: 't3_p', score: 1 } }
      fake.lists.set('r/velmora/comments', [comment, ...(fake.lists.get('r/velmora/comments') ?? [])])
    },
    trouble(phase) {
      if (phase === 0) fake.refuseNext(500, 'reset')
      if (phase === 1) fake.revokeTokens()
      // Next to nothing is left of the window, and the connector keeps a reserve.
      if (phase === 2) Object.assign(fake, { left: 12, resetAt: Date.now() + 2_000 })
      if (phase === 3) fake.refuseNext('html 403')
      if (phase === 4) fake.refuseNext('html', 'redirect', 503)
    },
    ...polledOnly,
    faults: () => faultOf('reddit', fake.callsBeyondLimit, 'calls beyond those of ten minutes'),
    close: fake.close,
  }
}
