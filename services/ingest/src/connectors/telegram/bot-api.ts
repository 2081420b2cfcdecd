import type { Secret } from '@nabiz/shared/config'
import { DependencyError } from '@nabiz/shared/errors'
import type { Outgoing, OutgoingResponse } from '@nabiz/shared/http'
import { second } from '@nabiz/shared/time'
import { z } from 'zod'
import { errorAnswer } from '../shared/error-answer.ts'
import { parseJson } from '../shared/parse-json.ts'

/** Time beyond the long poll's own before we give an answer up. */
const graceMs = 10 * second

const answerShape = z.looseObject({
  ok: z.boolean(),
  result: z.unknown().optional(),
  parameters: z.looseObject({ retry_after: z.number().min(0).optional() }).optional(),
})
type Answer = z.infer<typeof answerShape>

/** Of any answer that is not ok. */
export const telegramErrorIn = errorAnswer(
  z.looseObject({ ok: z.literal(false), error_code: z.number() }),
  ({ error_code }) => `error_code ${error_code}`,
)

export interface GetUpdates {
  offset?: string
  limit: number
  /** Length of the long poll, s. */
  timeout: number
  allowedUpdates: readonly string[]
}

/** The calls of the Bot API that ingest makes. */
export interface BotApi {
  /**
   * Updates from `offset` on. Throws DependencyError: platform_auth (the token), platform_conflict (a webhook is set or
   * another poller is there), platform_rate_limited with retryAfterMs, http_status, platform_protocol. No error names
   * the token, which is part of every URL.
   */
  getUpdates(options: GetUpdates, signal: AbortSignal): Promise<readonly unknown[]>
  /** The bot's name, and the webhook that is set ('': none). Throws the same. */
  whoAmI(signal: AbortSignal): Promise<{ username: string; webhookUrl: string }>
}

const meShape = z.looseObject({ username: z.string() })
const webhookShape = z.looseObject({ url: z.string() })

export function createBotApi(outgoing: Outgoing, baseUrl: string, token: Secret): BotApi {
  async function call(
    method: string,
    body: string,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<unknown> {
    const response = await outgoing.request({
      method: 'POST',
      url: `${baseUrl.replace(/\/+$/, '')}/bot${token.reveal()}/${method}`,
      headers: { 'content-type': 'application/json' },
      body,
      timeoutMs,
      signal,
    })
    const answer = answerShape.safeParse(parseJson(Buffer.from(response.body, 'utf8')))
    if (response.status !== 200) throw refusal(method, response, answer.data)
    return answer.data?.ok ? answer.data.result : undefined
  }

  return {
    async getUpdates({ offset, limit, timeout, allowedUpdates }, signal) {
      // Offsets are below 2^53 as far as anyone knows, but written by their digits they need not be.
      const first = offset === undefined ? '' : `"offset":${offset},`
      const body = `{${first}"limit":${limit},"timeout":${timeout},"allowed_updates":${JSON.stringify(allowedUpdates)}}`
      const result = await call('getUpdates', body, timeout * second + graceMs, signal)
      if (Array.isArray(result)) return result
      throw new DependencyError('platform_protocol', 'getUpdates did not answer with a list', {
        retryable: true,
      })
    },
    async whoAmI(signal) {
      const me = meShape.safeParse(await call('getMe', '{}', graceMs, signal))
      const webhook = webhookShape.safeParse(await call('getWebhookInfo', '{}', graceMs, signal))
      if (me.success && webhook.success) return { username: me.data.username, webhookUrl: webhook.data.url }
      throw new DependencyError('platform_protocol', 'getMe or getWebhookInfo did not answer as documented', {
        retryable: true,
      })
    },
  }
}

function refusal(method: string, response: OutgoingResponse, answer: Answer | undefined): DependencyError {
  if (!answer && (response.status === 401 || response.status === 404)) {
    return new DependencyError('platform_protocol', `not Telegram answered ${method} (${response.status})`, {
      retryable: true,
    })
  }
  switch (response.status) {
    // A token that cannot be one gets 404.
    case 401:
    case 404:
      return new DependencyError('platform_auth', 'telegram does not know the token', { retryable: false })
    case 409:
      return new DependencyError('platform_conflict', 'a webhook is set, or another poller has the token', {
        retryable: true,
      })
    case 429: {
      const asked = answer?.parameters?.retry_after ?? Number(response.headers['retry-after'])
      return new DependencyError('platform_rate_limited', 'telegram asks for a pause', {
        retryable: true,
        ...(Number.isFinite(asked) ? { retryAfterMs: asked * second } : {}),
      })
    }
    default:
      return new DependencyError('http_status', `${method} was answered with ${response.status}`, {
        retryable: true,
      })
  }
}
