import { coded, startFakeTikTok } from '../../../services/ingest/tests/fakes/tiktok-server.ts'
import { faultOf, type PlatformInTrouble, type TroubleOptions } from './platform-in-trouble.ts'
import { createSender } from './sender.ts'

const account = 'oid_velmora'
const appSecret = 'invented-client-secret'
const video = '7540000000000000001'
/** Comments have numbers beyond 2^53. */
const firstComment = 7_543_210_987_654_321_000n

/** An account whose list shows every comment and whose webhook tells of every other; its tokens end. */
export async function tiktok({ secret, brand }: TroubleOptions): Promise<PlatformInTrouble> {
  const token = 'invented-token'
  const refreshToken = 'invented-refresh'
  const fake = await startFakeTikTok({ secret: appSecret, account, token, refreshToken })
  const sender = createSender()
  const post = { id: video, at: Date.now(), likes: 10 }
  fake.videos = [post]
  fake.comments.set(video, [])
  fake.pageSize = 10
  // A little more than the connector may ask for: the two minutes do not begin at the same moment.
  fake.callsPerMinute = 34
  let written = 0
  return {
    platform: 'tiktok',
    account: {
      platform: 'tiktok',
      appSecrets: [secret('app', appSecret)],
      appId: '7000',
      accounts: { [account]: [brand] },
      own: ['velmora'],
      accessToken: secret('token', token),
      refreshToken: secret('refresh', refreshToken),
      pollSeconds: 30,
      callsPerMinute: 30,
      baseUrl: fake.baseUrl,
      tokenUrl: `${fake.baseUrl}/tt_user/oauth2/refresh_token/`,
    },
    write(text, pushUrl) {
      written += 1
      post.likes += written
      const [id, at] = [String(firstComment + BigInt(written)), Date.now()]
      fake.comments.set(video, [{ id, at, text }, ...(fake.comments.get(video) ?? [])])
      if (written % 2 === 0) return
      const content = `{"comment_id":${id},"video_id":${video},"comment_action":"insert","timestamp":${at},"unique_identifier":"u1","text":${JSON.stringify(text)}}`
      sender.send(async () => {
        const sentAt = Math.floor(Date.now() / 1_000)
        return (await fake.deliver(pushUrl, 'comment.update', content, sentAt)) === 200
      })
    },
    trouble(phase) {
      if (phase === 0) fake.refuseNext(coded(40_100, {}, 'QPS limit reached'), 'reset')
      if (phase === 1) fake.tokens.clear()
      if (phase === 2) fake.refuseNext({ status: 500, body: {} }, coded(50_000))
      if (phase === 3) fake.refuseNext('html')
      if (phase === 4) fake.tokens.clear()
    },
    calm: () => undefined,
    settled: sender.settled,
    faults: () => faultOf('tiktok', fake.callsBeyondLimit, 'calls beyond those of a minute'),
    counters: () => [{ counter: 'likes', subject: video, total: post.likes }],
    async close() {
      sender.stop()
      await fake.close()
    },
  }
}
