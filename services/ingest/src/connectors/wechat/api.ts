import { Secret } from '@nabiz/shared/config'
import { DependencyError } from '@nabiz/shared/errors'
import { day, minute, second } from '@nabiz/shared/time'
import { z } from 'zod'
import type { Grant } from '../../credentials/credential.ts'
import { everyDayIn } from '../../quotas/periods.ts'
import type { ConnectorContext } from '../connector.ts'
import {
  type ApiAnswer,
  type ApiClient,
  createApiClient,
  NotFoundError,
  rateLimited,
} from '../shared/api-client.ts'
import { errorAnswer } from '../shared/error-answer.ts'
import type { WechatConfig } from './config.ts'

const beijingDay = everyDayIn('Asia/Shanghai')
/** WeChat gives an old token five minutes more after a new one; a token lasts two hours at most. */
const renewBeforeMs = 5 * minute
/** A token that was refused before its end is replaced by force; WeChat allows twenty a day. */
const forced = { name: 'forced_tokens', limit: 20, reserve: 5, resetsAt: beijingDay }

const errorShape = z.looseObject({ errcode: z.number() })
/** Of any answer with an errcode that is not 0. */
export const wechatErrorIn = errorAnswer(
  errorShape.refine(({ errcode }) => errcode !== 0),
  ({ errcode }) => `errcode ${errcode}`,
)

const grantShape = z.looseObject({ access_token: z.string().min(1), expires_in: z.number().min(0) })

const tokenErrors = new Set([40001, 40014, 42001])
const secretErrors = new Set([40013, 40125, 40164, 41002, 41004])
const limitErrors = new Set([45009, 45011])

/** WeChat's API for one account: errors come as 200 with an `errcode`. */
export interface WechatApi extends ApiClient {
  /** Asks for a token that is not kept, to see whether the AppSecret is right; it is the one in force. */
  askToken(signal: AbortSignal): Promise<Grant>
  /** A call with such a token. */
  callWith(token: Secret, path: string, body: string, signal: AbortSignal): Promise<ApiAnswer>
}

export function createWechatApi(
  options: WechatConfig & { appSecret: Secret },
  context: ConnectorContext,
): WechatApi {
  const { clock, outgoing } = context
  const { baseUrl, appId, appSecret, dailyCalls } = options
  const calls = context.quota({ name: 'calls', limit: dailyCalls, resetsAt: beijingDay })
  const forcedTokens = context.quota(forced)
  const common = {
    platform: 'wechat',
    baseUrl,
    outgoing,
    clock,
    faultOf: (answer: ApiAnswer) => faultOf(answer, clock.now()),
  }
  const plain = createApiClient(common)

  /** Without `isForced` WeChat answers with the token in force until it ends, whoever asks. */
  async function askToken(signal: AbortSignal, isForced = false): Promise<Grant> {
    const body = JSON.stringify({
      grant_type: 'client_credential',
      appid: appId,
      secret: appSecret.reveal(),
      ...(isForced ? { force_refresh: true } : {}),
    })
    const headers = { 'content-type': 'application/json' }
    const { value } = await plain.call('/cgi-bin/stable_token', { method: 'POST', headers, body }, signal)
    const granted = grantShape.safeParse(value)
    if (!granted.success) {
      throw new DependencyError('platform_protocol', 'wechat did not answer with a token', {
        retryable: true,
      })
    }
    const { access_token: token, expires_in: seconds } = granted.data
    return { token: new Secret(token), expiresAt: clock.now() + seconds * second }
  }

  const credential = context.credential({
    name: 'token',
    // No token is configured: what stands here has ended, so that the first use asks for one.
    configured: { token: appSecret, expiresAt: 0 },
    renewBeforeMs,
    async renew({ expiresAt = 0 }, signal) {
      const isRefused = expiresAt - clock.now() > renewBeforeMs
      if (isRefused) await forcedTokens.take()
      return askToken(signal, isRefused)
    },
  })
  const client = createApiClient({
    ...common,
    credential,
    authorize: (token) => ({ query: { access_token: token.reveal() } }),
    beforeCall: () => calls.take(),
  })
  return {
    call: client.call,
    askToken: (signal) => askToken(signal),
    callWith: (token, path, body, signal) =>
      plain.call(path, { method: 'POST', query: { access_token: token.reveal() }, body }, signal),
  }
}

function faultOf({ value }: ApiAnswer, now: number): Error | undefined {
  const code = errorShape.safeParse(value).data?.errcode ?? 0
  if (code === 0) return undefined
  const told = `wechat answered with errcode ${code}`
  if (tokenErrors.has(code)) return new DependencyError('platform_auth', told, { retryable: false })
  if (secretErrors.has(code)) {
    const todo =
      code === 40164 ? "this machine's address is not on the account's list" : 'AppID or AppSecret is wrong'
    return new DependencyError('platform_auth', `${told}: ${todo}`, { retryable: false })
  }
  if (limitErrors.has(code)) return rateLimited('wechat', Math.min(day, beijingDay(now) - now))
  // No such article, or comments are closed to us: it alone is passed over.
  if (code === 88_000 || code === 88_001 || code === 88_010) return new NotFoundError(told)
  // -1: busy.
  return new DependencyError('http_status', told, { retryable: code === -1 })
}
