import { secret } from '@nabiz/shared/config'
import { brandId } from '@nabiz/shared/contracts'
import { z } from 'zod'
import { type Check, type Delivery, defineConnector } from '../connector.ts'
import { parseJson } from '../shared/parse-json.ts'
import { createReading } from '../shared/reading.ts'
import { tokenInHeader } from '../shared/signatures.ts'
import { createSignedWebhook } from '../shared/signed-webhook.ts'
import { type BotApi, createBotApi, telegramErrorIn } from './bot-api.ts'
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
  description: {
    title: 'Telegram',
    ways: ['webhook', 'polling'],
    sees: {
      comments: true,
      mentionsByStrangers: false,
      privateMessages: true,
      deletes: true,
      edits: true,
      metrics: false,
    },
    partly: ['everything: of chats that the bot is in', 'deletes: in chats of a business account'],
    needs: ['a bot of BotFather, its token', 'the bot in the chats and channels that are watched'],
    apis: { getUpdates: 'POST /bot<token>/getUpdates' },
  },
  config,
  bare: {
    config: { token: { env: 'TOKEN' }, mode: 'webhook', secretToken: { env: 'SECRET_TOKEN' } },
    environment: { TOKEN: '1:none', SECRET_TOKEN: 'none' },
  },
  create(options, { clock, outgoing, logger }) {
    const botId = options.token.reveal().split(':')[0] ?? ''
    const chats = createChats({ ...options, own: [...options.own, botId], logger })
    const api = createBotApi(outgoing, options.baseUrl, options.token)
    const common = {
      decode: (_api: string, body: Uint8Array) => decodeUpdates(body, chats),
      errorIn: telegramErrorIn,
      check: (signal: AbortSignal) => checkBot(api, options.mode, signal),
    }
    if (options.mode === 'webhook' && options.secretToken) {
      const verify = tokenInHeader(secretHeader, options.secretToken)
      // Answered with 200 whatever it holds: anything else would hold back the chat's later updates.
      const webhook = createSignedWebhook({ verify, read: (update) => toDelivery([update], chats).delivery })
      return { ...common, ways: [webhook], toEnter: [{ what: 'secret_token', value: options.secretToken }] }
    }
    return { ...common, ways: [createPoll({ ...options, api, chats, clock })] }
  },
})

/** An answer of getUpdates, as `nabiz decode --api getUpdates` gives it. */
function decodeUpdates(body: Uint8Array, chats: Chats): Delivery {
  const answer = parseJson(body)
  const updates = typeof answer === 'object' && answer !== null && 'result' in answer ? answer.result : answer
  if (Array.isArray(updates)) return toDelivery(updates, chats).delivery
  const reading = createReading()
  reading.unreadable(answer === undefined ? 'not_json' : 'schema', 'result: a list of updates', body)
  return reading.delivery()
}

async function checkBot(api: BotApi, mode: 'poll' | 'webhook', signal: AbortSignal): Promise<Check[]> {
  const { username, webhookUrl } = await api.whoAmI(signal)
  const isRight = (webhookUrl !== '') === (mode === 'webhook')
  const detail =
    mode === 'poll'
      ? 'a webhook is set, so polling gets 409; call deleteWebhook'
      : 'no webhook is set; call setWebhook with the address and secret_token below'
  return [
    { what: `the token, of @${username}`, isOk: true },
    { what: `mode ${mode}`, isOk: isRight, ...(isRight ? {} : { detail }) },
  ]
}
