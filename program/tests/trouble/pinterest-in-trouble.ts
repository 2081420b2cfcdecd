import { startFakePinterest } from '../../../services/ingest/tests/fakes/pinterest-server.ts'
import { faultOf, type PlatformInTrouble, polledOnly, type TroubleOptions } from './platform-in-trouble.ts'

const refreshToken = 'invented-refresh'

/** Strangers' pins that a search finds, and the counters of an own one; a token that ends, few calls a day. */
export async function pinterest({ secret, brand }: TroubleOptions): Promise<PlatformInTrouble> {
  const fake = await startFakePinterest(refreshToken)
  const own = { id: '813744226420795884', at: Date.now(), comments: 5, description: 'Yeni sezon' }
  fake.pins = [own]
  fake.found = []
  fake.callsPerDay = 60
  let written = 0
  return {
    platform: 'pinterest',
    account: {
      platform: 'pinterest',
      appId: '1500000',
      appSecret: secret('app', 'invented-secret'),
      refreshToken: secret('refresh', refreshToken),
      pinBrands: [brand],
      searches: ['velmora'],
      pollSeconds: 60,
      callsPerDay: 60,
      baseUrl: fake.baseUrl,
      tokenUrl: `${fake.baseUrl}/oauth/token`,
    },
    write(text) {
      written += 1
      own.comments += written
      fake.found.unshift({ id: `8137442264207958${100 + written}`, title: text })
    },
    trouble(phase) {
      if (phase === 0) fake.refuseNext({ status: 500, body: {} }, 'reset')
      if (phase === 1) fake.tokens.clear()
      if (phase === 2) fake.refuseNext({ status: 429, body: {}, headers: { 'retry-after': '1' } })
      if (phase === 3) fake.refuseNext('html', 'redirect')
    },
    ...polledOnly,
    faults: () => [
      ...faultOf('pinterest', fake.callsBeyondLimit, 'calls beyond those of a day'),
      ...faultOf('pinterest', fake.callsInPause, 'calls in a pause it had asked for'),
    ],
    counters: () => [{ counter: 'comments', subject: own.id, total: own.comments }],
    close: fake.close,
  }
}
