import { createHash, timingSafeEqual } from 'node:crypto'
import { type Secret, secret } from '@nabiz/shared/config'
import { brandId } from '@nabiz/shared/contracts'
import { z } from 'zod'
import { defineConnector, type RefusalReason, type WebhookAnswer, type WebhookWay } from '../connector.ts'
import { parseJson } from '../parse-json.ts'
import { createBotApi } from './bot-api.ts'
import { type Chats, createChats } from './chats.ts'
import { createPoll } from './poll.ts'
import { toDelivery } from './to-delivery.ts'
import { messageUpdates } from './update.ts'

const secretHeader = 'x-telegram-bot-api-secret-token'
const usualUpdates = [...Object.keys(messageUpdates), 'deleted_business_messages']
const chatId = z.string().regex(/^-?\d{1,20}$/, 'a chat id, such as "-1001234567890"')

const config = z
  .strictObject({
    /** The bot's token, as BotFather gave it. */
    token: secret.refine((value) => /^\d+:[\w-]+$/.test(value.reveal()), {
      error: 'a bot token, digits:letters',
    }),
    /** Telegram allows one of the two at a time: ask (`poll`), or be called (`webhook`, set with setWebhook). */
    mode: z.enum(['poll', 'webhook']).default('poll'),
    /** What setWebhook was given as secret_token; needed for `webhook`. */
    secretToken: secret
      .refine((value) => /^[\w-]{1,256}$/.test(value.reveal()), { error: '1 to 256 of A-Z a-z 0-9 _ -' })
      .optional(),
    /** Kinds of update asked for; others are ignored when they come. */
    allowedUpdates: z
      .array(z.string().regex(/^[a-z_]{1,64}$/))
      .min(1)
      .default(usualUpdates),
    /** A local Bot API server may be named; its host must then stand under outgoing.allowHosts. */
    baseUrl: z.url({ protocol: /^https?$/ }).default('https://api.telegram.org'),
    /** Length of a long poll, s. Longer saves requests, shorter finds a dead line sooner. */
    pollSeconds: z.int().min(0).max(50).default(50),
    /** Ids and @usernames of the brand's own people, bots and channels: what they write raises no alarm. */
    own: z.array(z.string().min(1).max(64)).default([]),
    /** Chats that are about brands by their place: chat id → brands. */
    chats: z.record(chatId, z.array(brandId).min(1)).default({}),
    /** Groups and channels by invitation, whose texts must be shown to nobody, as those of private chats. */
    privateChats: z.array(chatId).default([]),
  })
  .superRefine(({ mode, secretToken }, context) => {
    if (mode !== 'webhook' || secretToken) return
    const params = { found: 'nothing' }
    context.addIssue({
      code: 'custom',
      path: ['secretToken'],
      message: 'the secret_token of setWebhook',
      params,
    })
  })

/** Telegram's Bot API: chats and channels the bot is in, private and business messages. */
export const telegram = defineConnector({
  platform: 'telegram',
  capabilities: {
    comments: true,
    mentionsByStrangers: false,
    privateMessages: true,
    deletes: true,
    edits: true,
    metrics: false,
  },
  config,
  create(options, { clock, outgoing, logger }) {
    const botId = options.token.reveal().split(':')[0] ?? ''
    const chats = createChats({ ...options, own: [...options.own, botId], logger })
    if (options.mode === 'webhook' && options.secretToken) {
      return { ways: [createWebhook(options.secretToken, chats)] }
    }
    const api = createBotApi(outgoing, options.baseUrl, options.token)
    return { ways: [createPoll({ ...options, api, chats, clock })] }
  },
})

/** Everything genuine is answered with 200 once it is in the log: anything else would hold back the chat's later updates. */
function createWebhook(secretToken: Secret, chats: Chats): WebhookWay {
  return {
    way: 'webhook',
    async handle(request, accept, refuse) {
      if (request.method !== 'POST') return answer(405, { error: 'POST an update' })
      const refusal = checkSecret(request.headers[secretHeader], secretToken)
      if (refusal) {
        refuse(refusal)
        return answer(401, { error: refusal })
      }
      const update = parseJson(request.body)
      if (update === undefined) {
        const detail = 'the body is not JSON in UTF-8'
        return answer(
          200,
          await accept({ items: [], unreadable: [{ reason: 'not_json', detail, payload: request.body }] }),
        )
      }
      const { delivery } = toDelivery([update], chats)
      return answer(200, await accept(delivery))
    },
  }
}

function checkSecret(given: string | undefined, wanted: Secret): RefusalReason | undefined {
  if (!given) return 'signature_missing'
  return timingSafeEqual(digest(given), digest(wanted.reveal())) ? undefined : 'signature_wrong'
}

/** Equal length for the comparison, whatever was sent. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function answer(status: number, body: unknown): WebhookAnswer {
  return { status, body: JSON.stringify(body) }
}
