import { Secret } from '@nabiz/shared/config'
import { startFakeWechat } from '../../../services/ingest/tests/fakes/wechat-server.ts'
import { faultOf, type PlatformInTrouble, type TroubleOptions } from './platform-in-trouble.ts'
import { createSender } from './sender.ts'

const appId = 'wx0123456789abcdef'
const appSecret = 'invented-app-secret'
const token = 'brandtoken'
const key = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG'
const article = '7543210987654321098'
const second = 1_000

/**
 * An official account: half of what is written are messages, sealed anew at each try, half comments under an article. WeChat
 * gives a message up after three tries; here it is sent again all the same, so that it can be counted.
 */
export async function wechat({ secret, brand }: TroubleOptions): Promise<PlatformInTrouble> {
  const fake = await startFakeWechat({ appId, appSecret, now: Date.now })
  const sender = createSender()
  const comments: Record<string, unknown>[] = []
  fake.comments.set(`${article}_0`, comments)
  let written = 0
  return {
    platform: 'wechat',
    account: {
      platform: 'wechat',
      brands: [brand],
      appId,
      token: secret('word', token),
      encodingAesKeys: [secret('aes', key)],
      appSecret: secret('app', appSecret),
      articles: [{ id: article }],
      pollSeconds: 30,
      baseUrl: fake.baseUrl,
    },
    write(text, pushUrl) {
      written += 1
      const at = Math.floor(Date.now() / second)
      if (written % 2 === 0) {
        const comment = { user_comment_id: written, openid: 'o_2', create_time: at, content: text }
        comments.push({ ...comment, comment_type: 1 })
        return
      }
      const xml = `<xml><ToUserName><![CDATA[gh_brand]]></ToUserName><FromUserName><![CDATA[o_1]]></FromUserName><CreateTime>${at}</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[${text}]]></Content><MsgId>75432109876543${10_000 + written}</MsgId></xml>`
      sender.send(async () => {
        const answers = await fake.deliver(pushUrl, xml, { token, key: new Secret(key), appId })
        return answers.at(-1)?.status === 200
      })
    },
    trouble(phase) {
      if (phase === 0) fake.refuseNext(500, 'reset')
      if (phase === 1) fake.revokeToken()
      if (phase === 2) fake.refuseNext('html', 'redirect')
      if (phase === 3) fake.refuseNext({ errcode: -1 })
    },
    calm: () => undefined,
    settled: sender.settled,
    faults: () => faultOf('wechat', fake.callsBeyondLimit, 'calls beyond those of a day'),
    async close() {
      sender.stop()
      await fake.close()
    },
  }
}
