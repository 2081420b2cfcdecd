import { type Secret, secret } from '@nabiz/shared/config'
import type { OutgoingResponse } from '@nabiz/shared/http'
import { z } from 'zod'
import { renderPage } from '../page/page.ts'
import type { Channel, ChannelContext, ChannelFactory, DeliveryResult } from './channel.ts'
import { channelId, httpUrl, secretUrl } from './config-fields.ts'
import { failed, resultOfFault, resultOfStatus, retryAfterMs } from './http-result.ts'
import { slackMessage } from './slack-blocks.ts'

const config = z
  .strictObject({
    type: z.literal('slack'),
    id: channelId,
    /** Bot token with chat:write; goes with `channel`. */
    token: secret.optional(),
    /** Conversation id (C…) or name the bot is a member of. */
    channel: z.string().min(1).max(128).optional(),
    /** An incoming webhook's URL, which is a secret; in place of token and channel. */
    webhookUrl: secretUrl.optional(),
    /** Change for GovSlack or a proxy; ends with a slash. */
    apiUrl: httpUrl
      .endsWith('/', { error: 'a URL that ends with a slash' })
      .default('https://slack.com/api/'),
    timeoutMs: z.int().min(100).max(60_000).default(10_000),
  })
  .superRefine((value, context) => {
    const byToken = value.token !== undefined && value.channel !== undefined
    const half = (value.token === undefined) !== (value.channel === undefined)
    if (half || byToken === (value.webhookUrl !== undefined)) {
      context.addIssue({
        code: 'custom',
        message: 'either token and channel, or webhookUrl',
        params: { found: half ? 'half of the pair' : byToken ? 'both' : 'neither' },
      })
    }
  })

/** Errors of Slack's API that may pass by themselves; every other names something a person must put right. */
const passing = new Set([
  'ratelimited',
  'rate_limited',
  'message_limit_exceeded',
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'team_added_to_org',
])

/** Slack: a Block Kit message through chat.postMessage or an incoming webhook. */
export const slack = {
  config,
  create(options, context: ChannelContext): Channel {
    const post = async (url: string, token: Secret | undefined, body: unknown, signal: AbortSignal) => {
      try {
        const response = await context.outgoing.request({
          method: 'POST',
          url,
          headers: {
            'content-type': 'application/json; charset=utf-8',
            ...(token ? { authorization: `Bearer ${token.reveal()}` } : {}),
          },
          body: JSON.stringify(body),
          timeoutMs: options.timeoutMs,
          signal,
        })
        const result = resultOfStatus('Slack', response, context.now())
        return token && result.kind === 'delivered' ? resultOfAnswer(response, context.now()) : result
      } catch (thrown) {
        return resultOfFault('Slack', thrown, signal)
      }
    }
    const { token, channel, webhookUrl, apiUrl } = options
    return {
      id: options.id,
      type: options.type,
      deliver(notice, signal) {
        const message = slackMessage(renderPage(notice))
        if (webhookUrl) return post(webhookUrl.reveal(), undefined, message, signal)
        return post(new URL('chat.postMessage', apiUrl).href, token, { channel, ...message }, signal)
      },
      // An incoming webhook cannot be tried without posting.
      ...(token
        ? { check: (signal: AbortSignal) => post(new URL('auth.test', apiUrl).href, token, {}, signal) }
        : {}),
    }
  },
} satisfies ChannelFactory<typeof config>

/** The API answers 200 to what it refuses, too: `{ ok: false, error }`. */
function resultOfAnswer(response: OutgoingResponse, nowMs: number): DeliveryResult {
  const answer = answerSchema.safeParse(parseJson(response.body))
  if (!answer.success) return failed('Slack answered 200 with something that is not its API')
  if (answer.data.ok) return { kind: 'delivered' }
  const error = /^[a-z0-9_]{1,64}$/u.test(answer.data.error ?? '') ? answer.data.error : 'an unknown error'
  return passing.has(error ?? '')
    ? failed(`Slack: ${error}`, retryAfterMs(response.headers['retry-after'], nowMs))
    : { kind: 'refused', detail: `Slack: ${error}` }
}

const answerSchema = z.object({ ok: z.boolean(), error: z.string().optional() })

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
