import { Secret, withEnvironment } from '@nabiz/shared/config'
import { DependencyError } from '@nabiz/shared/errors'
import { createOutgoing, type Outgoing } from '@nabiz/shared/http'
import { createLogger } from '@nabiz/shared/logging'
import { day, ManualClock, second } from '@nabiz/shared/time'
import { afterEach, describe, expect, it } from 'vitest'
import { aContext } from '../../../tests/connector-context.ts'
import { type FakeTelegram, startFakeTelegram } from '../../../tests/fakes/telegram-server.ts'
import { describeWebhook } from '../../../tests/webhook-contract.ts'
import { answerWebhook } from '../../hosts/webhook-host.ts'
import type { Delivery, WebhookRequest } from '../connector.ts'
import { createBotApi } from './bot-api.ts'
import { telegram } from './telegram.ts'

const token = '123456:AA-invented_token'
const date = 1_790_000_000
const channel = { id: -1001234567890, type: 'channel', username: 'haberkanal' }
const closing: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

describe('polling', () => {
  it('delivers what waits and confirms it with the next poll alone', async () => {
    const { fake, poll } = await setup()
    fake.push(aPost(1), aPost(2))
    const first = await poll(undefined)
    expect(first.delivery.items.map(({ id }) => id)).toEqual(['-1001234567890/1', '-1001234567890/2'])
    expect(fake.pending()).toBe(2)
    fake.push(aPost(3))
    const again = await poll(undefined)
    expect(again.delivery.items).toHaveLength(3)
    const next = await poll(again.cursor)
    expect([next.delivery.items, fake.pending()]).toEqual([[], 0])
  })

  it('asks for 100 at a time and says when more waits', async () => {
    const { fake, poll } = await setup()
    fake.push(...Array.from({ length: 130 }, (_, index) => aPost(index + 1)))
    const first = await poll(undefined)
    const second_ = await poll(first.cursor)
    expect([first.delivery.items.length, first.more]).toEqual([100, true])
    expect([second_.delivery.items.length, second_.more]).toEqual([30, false])
    expect(fake.polls[0]).toMatchObject({
      limit: 100,
      timeout: 0,
      allowed_updates: expect.arrayContaining(['channel_post']),
    })
  })

  it('waits on the line for the next update', async () => {
    const { fake, poll } = await setup({ pollSeconds: 20 })
    const { cursor } = await poll(undefined)
    const waiting = poll(cursor)
    await until(() => fake.polls.length === 2)
    fake.push(aPost(7))
    expect((await waiting).delivery.items.map(({ id }) => id)).toEqual(['-1001234567890/7'])
    expect(fake.polls[1]?.timeout).toBe(20)
  })

  it('takes the first answer at once after a fault', async () => {
    const { fake, poll } = await setup()
    await poll(undefined)
    fake.refuseNext(500)
    await expect(poll(undefined)).rejects.toThrow()
    await poll(undefined)
    expect(fake.polls.map(({ timeout }) => timeout)).toEqual([0, 1, 0])
  })

  it.each([
    [401, undefined, { code: 'platform_auth', retryable: false, retryAfterMs: undefined }],
    [409, undefined, { code: 'platform_conflict', retryable: true, retryAfterMs: undefined }],
    [429, 7, { code: 'platform_rate_limited', retryable: true, retryAfterMs: 7_000 }],
    [500, undefined, { code: 'http_status', retryable: true, retryAfterMs: undefined }],
    ['not json', undefined, { code: 'platform_protocol', retryable: true, retryAfterMs: undefined }],
  ] as const)('says what %s means (TG-8)', async (status, retryAfter, expected) => {
    const { fake, poll } = await setup()
    fake.refuseNext(status, retryAfter)
    const err = await poll(undefined).catch((thrown: unknown) => thrown)
    expect(err).toBeInstanceOf(DependencyError)
    expect(err).toMatchObject(expected)
  })

  it.each([401, 404])('does not take a page of HTML with %s for a word about the token', async (status) => {
    const outgoing = { request: async () => ({ status, headers: {}, body: '<html>proxy</html>' }) }
    const api = createBotApi(outgoing as unknown as Outgoing, 'https://bot.example', new Secret('1:a'))
    await expect(api.whoAmI(new AbortController().signal)).rejects.toMatchObject({
      code: 'platform_protocol',
      retryable: true,
    })
  })

  it('sees a webhook that is set, and a second poller, as a conflict', async () => {
    const { fake, poll } = await setup({ pollSeconds: 20 })
    await call(fake, 'setWebhook', { url: 'https://nabiz.example/hook' })
    await expect(poll(undefined)).rejects.toMatchObject({ code: 'platform_conflict' })
    await call(fake, 'deleteWebhook', {})
    await poll(undefined)
    const waiting = expect(poll(undefined)).rejects.toMatchObject({ code: 'platform_conflict' })
    await until(() => fake.polls.length === 3)
    await call(fake, 'getUpdates', { limit: 1, timeout: 0 })
    await waiting
    expect(fake.conflicts).toBe(1)
  })

  it('reads on when numbers start anew, lower, after an idle week', async () => {
    const { fake, poll, clock } = await setup()
    fake.push(aPost(1))
    const { cursor } = await poll(undefined)
    await poll(cursor)
    clock.advance(8 * day)
    fake.nextNumber = 5
    fake.push(aPost(2))
    const after = await poll(cursor)
    expect(after.delivery.items.map(({ id }) => id)).toEqual(['-1001234567890/2'])
    expect(JSON.parse(after.cursor ?? '')).toMatchObject({ offset: '6' })
  })

  it('keeps a moved group over a restart', async () => {
    const { fake, poll } = await setup({ chats: { '-500': ['kuzey-air'] } })
    fake.push({
      message: { message_id: 1, date, chat: { id: -500, type: 'group' }, migrate_to_chat_id: -100777 },
    })
    const { cursor } = await poll(undefined)
    const restarted = await setup({ chats: { '-500': ['kuzey-air'] } }, fake)
    fake.push({
      message: { message_id: 1, date, chat: { id: -100777, type: 'supergroup' }, from: { id: 1 }, text: 'x' },
    })
    expect((await restarted.poll(cursor)).delivery.items[0]?.brands).toEqual(['kuzey-air'])
  })

  it('shows the token in no error and no log line (TG-1)', async () => {
    const { fake, poll, lines } = await setup()
    const shown: string[] = []
    for (const status of [401, 409, 429, 500, 'not json'] as const) {
      fake.refuseNext(status)
      const err = await poll(undefined).catch((thrown: unknown) => thrown)
      shown.push(describe_(err))
    }
    await fake.close()
    shown.push(describe_(await poll(undefined).catch((thrown: unknown) => thrown)), ...lines)
    expect(shown.join('\n')).not.toContain('invented_token')
    expect(shown).toHaveLength(6)
  })

  it('stops waiting when it is told to', async () => {
    const { fake, poll } = await setup({ pollSeconds: 20 })
    await poll(undefined)
    const stopping = new AbortController()
    const waiting = expect(poll(undefined, stopping.signal)).rejects.toBeInstanceOf(DependencyError)
    await until(() => fake.polls.length === 2)
    stopping.abort()
    await waiting
  })
})

describe('the webhook', () => {
  it('takes an update with the right secret', async () => {
    const { handle, deliveries } = await setup(webhookMode)
    const answer = await handle({ body: bodyOf(aPost(1)) })
    expect([answer.status, deliveries[0]?.items.length]).toEqual([200, 1])
  })

  it.each<[string, Record<string, string>, string]>([
    ['without the secret', {}, 'signature_missing'],
    ['with an empty secret', { 'x-telegram-bot-api-secret-token': '' }, 'signature_missing'],
    [
      'with another secret of the same length',
      { 'x-telegram-bot-api-secret-token': 'hook-secreT' },
      'signature_wrong',
    ],
    [
      'with a longer secret',
      { 'x-telegram-bot-api-secret-token': 'hook-secret-and-more' },
      'signature_wrong',
    ],
  ])('processes nothing %s (TG-1, GEN-1, GEN-2)', async (_how, headers, reason) => {
    const { handle, deliveries, refused } = await setup(webhookMode)
    expect((await handle({ headers, body: bodyOf(aPost(1)) })).status).toBe(401)
    expect([deliveries, refused]).toEqual([[], [reason]])
  })

  it('keeps a body that is no JSON, and answers 200: a refusal would hold back the chat', async () => {
    const { handle, deliveries } = await setup(webhookMode)
    expect((await handle({ body: Buffer.from('{"update_id":') })).status).toBe(200)
    expect(deliveries[0]?.unreadable?.[0]?.reason).toBe('not_json')
  })

  it('answers a GET with 405', async () => {
    const { handle } = await setup(webhookMode)
    expect((await handle({ method: 'GET' })).status).toBe(405)
  })
})

describeWebhook({
  factory: telegram,
  config: { token: { env: 'TOKEN' }, mode: 'webhook', secretToken: { env: 'SECRET' } },
  environment: { TOKEN: token, SECRET: 'hook-secret' },
  isWordAlone: true,
  sign: () => ({ headers: { 'x-telegram-bot-api-secret-token': 'hook-secret' } }),
  samples: [
    { update_id: 1, ...aPost(1) },
    {
      update_id: 2,
      message: {
        message_id: 3,
        date,
        chat: { id: -500, type: 'group', title: 'Sohbet' },
        from: { id: 4711, is_bot: false, first_name: 'A' },
        text: 'berbat',
        reply_to_message: { message_id: 2, date, chat: { id: -500, type: 'group' }, text: 'x' },
      },
    },
    { update_id: 3, edited_channel_post: { ...aPost(1).channel_post, edit_date: date + 60 } },
    {
      update_id: 4,
      deleted_business_messages: {
        business_connection_id: 'b1',
        chat: { id: 4711, type: 'private' },
        message_ids: [31, 32],
      },
    },
  ],
})

describe('the config', () => {
  it.each([
    [{ token: { env: 'BAD' } }, 'token'],
    [{ token: { env: 'TOKEN' }, mode: 'webhook' }, 'secretToken'],
    [{ token: { env: 'TOKEN' }, mode: 'webhook', secretToken: { env: 'SPACES' } }, 'secretToken'],
    [{ token: { env: 'TOKEN' }, mode: 'both' }, 'mode'],
    [{ token: { env: 'TOKEN' }, chats: { haberkanal: ['kuzey-air'] } }, 'chats.haberkanal'],
  ])('refuses %j, naming the field and not the secret', (value, path) => {
    const environment = { TOKEN: token, BAD: 'no token at all', SPACES: 'a secret with spaces' }
    const result = withEnvironment(environment, () => telegram.config.safeParse(value))
    expect(result.error?.issues[0]?.path.join('.')).toBe(path)
    expect(JSON.stringify(result.error)).not.toMatch(/no token at all|with spaces|invented_token/)
  })
})

const webhookMode = { mode: 'webhook', secretToken: { env: 'SECRET' } }

async function setup(options: Record<string, unknown> = {}, running?: FakeTelegram) {
  const fake = running ?? (await startFakeTelegram(token))
  const outgoing = createOutgoing({ allowHosts: ['127.0.0.1'] })
  if (!running) closing.push(() => fake.close().catch(() => undefined))
  closing.push(() => outgoing.close())
  const clock = new ManualClock(date * second)
  const lines: string[] = []
  const logger = createLogger({
    service: 'test',
    level: 'trace',
    destination: { write: (line) => void lines.push(line) },
  })
  const config = withEnvironment({ TOKEN: token, SECRET: 'hook-secret' }, () =>
    telegram.config.parse({ token: { env: 'TOKEN' }, baseUrl: fake.baseUrl, pollSeconds: 1, ...options }),
  )
  const [way] = telegram.create(config, aContext({ clock, outgoing, logger })).ways
  const deliveries: Delivery[] = []
  const refused: string[] = []
  const receipt = { received: 0, passed: 0, mentions: 0, dropped: {}, deadLettered: 0 }
  const request: WebhookRequest = {
    method: 'POST',
    query: {},
    headers: { 'x-telegram-bot-api-secret-token': 'hook-secret' },
    body: new Uint8Array(),
    remoteAddress: '192.0.2.1',
  }
  return {
    fake,
    clock,
    lines,
    deliveries,
    refused,
    poll(cursor: string | undefined, signal = new AbortController().signal) {
      if (way?.way !== 'poller') throw new Error('not in poll mode')
      return way.poll(cursor, signal)
    },
    handle(overrides: Partial<WebhookRequest>) {
      if (way?.way !== 'webhook') throw new Error('not in webhook mode')
      return answerWebhook(
        way,
        { ...request, ...overrides },
        async (delivery) => {
          deliveries.push(delivery)
          return receipt
        },
        (reason) => refused.push(reason),
      )
    },
  }
}

function aPost(messageId: number) {
  return { channel_post: { message_id: messageId, date, chat: channel, text: 'Kuzey Air yine rötarlı' } }
}

function bodyOf(update: Record<string, unknown>): Uint8Array {
  return Buffer.from(JSON.stringify({ update_id: 1, ...update }))
}

async function call(fake: FakeTelegram, method: string, body: unknown): Promise<void> {
  await fetch(`${fake.baseUrl}/bot${token}/${method}`, { method: 'POST', body: JSON.stringify(body) })
}

function describe_(err: unknown): string {
  return err instanceof Error
    ? `${err.name} ${err.message} ${err.stack} ${JSON.stringify(err)} ${String(err.cause)}`
    : String(err)
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 5))
}
