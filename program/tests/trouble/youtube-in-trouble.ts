import { startFakeYouTube } from '../../../services/ingest/tests/fakes/youtube-server.ts'
import { faultOf, type PlatformInTrouble, polledOnly, type TroubleOptions } from './platform-in-trouble.ts'

const key = 'invented-key'
const channel = 'UCvelmoravelmoravelmorav'
const video = 'velmora-yeni'

/** A channel whose comments and late replies are polled: refused, cut off, told to go slower, its searches spent. */
export async function youtube({ secret, brand }: TroubleOptions): Promise<PlatformInTrouble> {
  const fake = await startFakeYouTube(key)
  const upload = { id: video, at: Date.now(), title: 'Yeni sezon', views: 100 }
  fake.uploads.set(channel, [upload])
  fake.threads.set(channel, [])
  fake.searchesLeft = 0
  let written = 0
  return {
    platform: 'youtube',
    account: {
      platform: 'youtube',
      apiKey: secret('key', key),
      channels: { [channel]: [brand] },
      searches: ['velmora'],
      pollSeconds: 15,
      statisticsMinutes: 1,
      baseUrl: fake.baseUrl,
    },
    write(text) {
      written += 1
      upload.views += written
      const comment = { id: `yt-${written}`, at: Date.now(), text }
      const threads = fake.threads.get(channel) ?? []
      const [newest] = threads
      // Every third answers the thread before it, some time after that was read.
      if (written % 3 === 0 && newest) newest.replies = [...(newest.replies ?? []), comment]
      else fake.threads.set(channel, [comment, ...threads])
    },
    trouble(phase) {
      if (phase === 0) fake.refuseNext({ status: 500, body: {} }, 'reset')
      if (phase === 1) fake.refuseNext(pause('userRateLimitExceeded'))
      if (phase === 2) fake.refuseNext('html', 'redirect')
      if (phase === 3) fake.refuseNext({ status: 429, body: {}, headers: { 'retry-after': '1' } })
      if (phase === 4) fake.refuseNext(pause('backendError'), 'reset')
    },
    ...polledOnly,
    faults: () => [
      // One call tells that others spent the searches of the key; none may follow it.
      ...faultOf('youtube', Math.max(0, fake.callsBeyondLimit - 1), 'searches though none were left'),
      ...faultOf('youtube', fake.callsInPause, 'calls in a pause it had asked for'),
    ],
    counters: () => [
      { counter: 'views', subject: video, total: upload.views },
      { counter: 'followers', subject: channel, total: 1_200 },
    ],
    close: fake.close,
  }
}

function pause(reason: string) {
  return { status: 403, body: { error: { code: 403, message: reason, errors: [{ reason }] } } }
}
