import { startFakeSnapchat } from '../../../services/ingest/tests/fakes/snapchat-server.ts'
import { faultOf, type PlatformInTrouble, polledOnly, type TroubleOptions } from './platform-in-trouble.ts'

const refreshToken = 'invented-refresh'

/** A creator whose Spotlights name the brand, and the brand's followers: refused, cut off, its tokens ended. */
export async function snapchat({ secret, brand }: TroubleOptions): Promise<PlatformInTrouble> {
  const fake = await startFakeSnapchat(refreshToken)
  let written = 0
  let followers = 1_200
  return {
    platform: 'snapchat',
    account: {
      platform: 'snapchat',
      clientId: 'app',
      clientSecret: secret('app', 'invented-secret'),
      refreshToken: secret('refresh', refreshToken),
      profiles: { velmora: [brand] },
      creators: ['creator'],
      pollSeconds: 60,
      baseUrl: fake.baseUrl,
      tokenUrl: `${fake.baseUrl}/token`,
    },
    write(text) {
      written += 1
      followers += written
      fake.followers = String(followers)
      const spotlight = { id: `s${written}`, at: Date.now(), caption: text }
      fake.spotlights.set('creator', [spotlight, ...(fake.spotlights.get('creator') ?? [])])
    },
    trouble(phase) {
      if (phase === 0) fake.refuseNext({ status: 500, body: {} }, 'reset')
      if (phase === 1) fake.tokens.clear()
      if (phase === 2) fake.refuseNext({ status: 429, body: {}, headers: { 'retry-after': '1' } })
      if (phase === 3) fake.refuseNext('html', { body: { request_status: 'ERROR' } })
      if (phase === 4) fake.tokens.clear()
    },
    ...polledOnly,
    faults: () => faultOf('snapchat', fake.callsInPause, 'calls in a pause it had asked for'),
    counters: () => [{ counter: 'followers', subject: 'velmora', total: followers }],
    close: fake.close,
  }
}
