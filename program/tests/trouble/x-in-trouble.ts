import { startFakeX } from '../../../services/ingest/tests/fakes/x-server.ts'
import { faultOf, type PlatformInTrouble, polledOnly, type TroubleOptions } from './platform-in-trouble.ts'

const token = 'invented-bearer'
const monthlyReads = 20_000
/** Ids hold the time since then, ms. */
const epoch = 1_288_834_974_657

/** A stream that is turned away, cut off and revoked; what was written meanwhile is searched for. */
export async function x({ secret, brand }: TroubleOptions): Promise<PlatformInTrouble> {
  const fake = await startFakeX({ token, consumerSecret: 'invented-consumer-secret', now: Date.now })
  fake.keepAliveMs = 1_000
  fake.pageSize = 20
  let written = 0
  return {
    platform: 'x',
    account: {
      platform: 'x',
      bearerToken: secret('bearer', token),
      queries: [{ query: 'velmora', brands: [brand] }],
      monthlyReads,
      baseUrl: fake.baseUrl,
    },
    write(text) {
      written += 1
      const id = String((BigInt(Date.now() - epoch) << 22n) + BigInt(written))
      const created_at = new Date().toISOString()
      const post = { id, text, author_id: '22', created_at, lang: 'tr', edit_history_tweet_ids: [id] }
      fake.post(post)
      if (written % 20 === 0) fake.end('reset')
    },
    trouble(phase) {
      // It wants a minute's pause then: one that were left for the end would be too long.
      if (phase === 0) fake.refuseNext('stream', 429)
      if (phase === 1) fake.refuseNext('stream', 500)
      if (phase === 2) fake.tokens.clear()
      if (phase === 3) fake.tokens.add(token)
      if (phase === 4) fake.refuseNext('stream', 'reset')
    },
    ...polledOnly,
    calm: () => void fake.tokens.add(token),
    faults: () => [
      ...faultOf('x', fake.callsBeyondLimit, 'lines or searches beyond what it allows'),
      ...faultOf('x', Math.max(0, fake.paid - monthlyReads), 'reads beyond the budget'),
    ],
    close: fake.close,
  }
}
