import type { Secret } from '@nabiz/shared/config'
import { DependencyError } from '@nabiz/shared/errors'
import { type Check, type Delivery, defineConnector, type Way } from '../connector.ts'
import { ask } from '../shared/ask.ts'
import { readJson } from '../shared/reading.ts'
import { createWechatApi, type WechatApi, wechatErrorIn } from './api.ts'
import { commentsPath, commentsQuestion, createCommentPoll, readComments } from './comments.ts'
import { type WechatConfig, wechatConfig } from './config.ts'
import { createWebhook } from './webhook.ts'

/** WeChat Official Accounts: what people write to the account, comments under its articles. */
export const wechat = defineConnector({
  platform: 'wechat',
  description: {
    title: 'WeChat Official Accounts',
    ways: ['webhook', 'polling'],
    sees: {
      comments: true,
      mentionsByStrangers: false,
      privateMessages: true,
      deletes: false,
      edits: false,
      metrics: false,
    },
    partly: ['comments: under the articles that the config lists'],
    needs: [
      'an official account (subscription or service), its AppID',
      'the server configuration with token and EncodingAESKey, in safe mode',
      "for comments its AppSecret, this machine's address on its list, and articles sent over the API",
    ],
    apis: { comments: 'POST /cgi-bin/comment/list' },
  },
  config: wechatConfig,
  bare: {
    config: { appId: 'wx0000000000000000', token: { env: 'TOKEN' }, plaintext: true },
    environment: { TOKEN: 'none' },
  },
  create(options, context) {
    const { appSecret, token, encodingAesKeys } = options
    const api = appSecret && createWechatApi({ ...options, appSecret }, context)
    const ways: Way[] = [createWebhook(options)]
    if (api && options.articles.length > 0) ways.push(createCommentPoll(api, options, context))
    const [key] = encodingAesKeys
    return {
      ways,
      decode: decodeAnswer,
      errorIn: wechatErrorIn,
      check: (signal) => check(api, options, signal),
      toEnter: [{ what: 'Token', value: token }, ...(key ? [{ what: 'EncodingAESKey', value: key }] : [])],
    }
  },
})

function decodeAnswer(_api: string, body: Uint8Array): Delivery {
  return readJson(body, (value, reading) => void readComments(value, 'article', reading))
}

async function check(
  api: WechatApi | undefined,
  options: WechatConfig,
  signal: AbortSignal,
): Promise<Check[]> {
  const mode: Check = options.plaintext
    ? {
        what: 'safe mode',
        isOk: true,
        detail: 'off: messages can be forged by whoever sees one; choose safe mode',
      }
    : { what: 'safe mode', isOk: true }
  if (!api) return [mode, { what: 'appSecret', isOk: true, detail: 'none: messages come, comments do not' }]
  let token: Secret
  try {
    token = (await api.askToken(signal)).token
  } catch (err) {
    if (!(err instanceof DependencyError) || err.code !== 'platform_auth') throw err
    return [mode, { what: 'AppID and AppSecret', isOk: false, detail: err.message }]
  }
  const checks: Check[] = [mode, { what: 'AppID and AppSecret', isOk: true }]
  for (const { id, index } of options.articles) {
    const body = commentsQuestion({ id, index, begin: 0, count: 1 })
    checks.push(
      await ask(
        `comments of ${id}, article ${index}`,
        () => api.callWith(token, commentsPath, body, signal),
        { absent: 'no such article, or no right to its comments' },
      ),
    )
  }
  return checks
}
