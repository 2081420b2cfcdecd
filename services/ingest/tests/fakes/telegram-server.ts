import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** An update as Telegram sends it, without its number. */
export type FakeUpdate = Record<string, unknown>

/** A Telegram that runs here: the Bot API's getUpdates, setWebhook, deleteWebhook, getMe, and pushing to a webhook. */
export interface FakeTelegram {
  readonly baseUrl: string
  /** Queues updates, numbered from `nextNumber` on; a waiting poll gets them at once. */
  push(...updates: FakeUpdate[]): void
  /** Number the next update gets; set it back to see an idle week. */
  nextNumber: number
  /** The next getUpdates is answered so. */
  refuseNext(status: 401 | 409 | 429 | 500 | 'not json' | 'reset', retryAfterSeconds?: number): void
  /** Calls that came before the pause that a 429 asked for was over. */
  readonly callsTooEarly: number
  /** Bodies of the getUpdates calls so far. */
  readonly polls: readonly { offset?: number; limit: number; timeout: number; allowed_updates: string[] }[]
  /** Polls that were waiting when another came: Telegram ends the older with 409. */
  readonly conflicts: number
  /** Updates nobody has confirmed yet. */
  pending(): number
  /** Sends the queued updates to a webhook one by one, as Telegram does; stops at the first that is not 2xx. */
  deliver(url: string, secretToken: string | undefined): Promise<number[]>
  /** The bot's token works no more. */
  revoke(): void
  close(): Promise<void>
}

interface Waiting {
  answer(): void
  refuse(): void
}

/** Starts a fake on a free port of this machine. It keeps updates until an offset beyond them is asked for. */
export async function startFakeTelegram(token: string): Promise<FakeTelegram> {
  let queue: { update_id: number }[] = []
  let waiting: Waiting | undefined
  let webhookUrl = ''
  let isRevoked = false
  let conflicts = 0
  let pausedUntil = 0
  let callsTooEarly = 0
  const refusals: { status: number | 'not json' | 'reset'; retryAfterSeconds: number | undefined }[] = []
  const polls: FakeTelegram['polls'][number][] = []

  const server = createServer((request, response) => {
    void handle(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = chunks.length > 0 ? JSON.parse(Buffer.concat(chunks).toString('utf8')) : {}
    const [, bot, method] = (request.url ?? '').split('/')
    if (isRevoked || bot !== `bot${token}`) return refuse(response, 401)
    if (method === 'getMe')
      return send(response, { id: Number(token.split(':')[0]), is_bot: true, username: 'fakebot' })
    if (method === 'getWebhookInfo')
      return send(response, { url: webhookUrl, pending_update_count: queue.length })
    if (method === 'setWebhook' || method === 'deleteWebhook') {
      webhookUrl = method === 'setWebhook' ? String(body.url ?? '') : ''
      waiting?.refuse()
      return send(response, true)
    }
    if (method === 'getUpdates') return getUpdates(body, request, response)
    return refuse(response, 404)
  }

  function getUpdates(
    call: FakeTelegram['polls'][number],
    request: IncomingMessage,
    response: ServerResponse,
  ): void {
    polls.push(call)
    // Counted by this machine's clock: tests that move time by hand do not ask for it.
    if (Date.now() < pausedUntil) callsTooEarly += 1
    const refusal = refusals.shift()
    if (refusal?.status === 'reset') {
      request.socket.destroy()
      return
    }
    if (refusal?.status === 'not json') {
      response.end('<html>')
      return
    }
    if (refusal) {
      if (refusal.status === 429) pausedUntil = Date.now() + (refusal.retryAfterSeconds ?? 0) * 1_000
      refuse(response, refusal.status, refusal.retryAfterSeconds)
      return
    }
    if (webhookUrl !== '') {
      refuse(response, 409)
      return
    }
    if (waiting) {
      conflicts += 1
      waiting.refuse()
    }
    const { offset } = call
    if (offset !== undefined) queue = queue.filter(({ update_id: number }) => number >= offset)
    const answer = () => send(response, queue.slice(0, call.limit))
    if (queue.length > 0 || call.timeout === 0) {
      answer()
      return
    }
    const timer = setTimeout(() => mine.answer(), call.timeout * 1_000)
    const end = (how: () => void) => () => {
      clearTimeout(timer)
      if (waiting === mine) waiting = undefined
      how()
    }
    const mine: Waiting = { answer: end(answer), refuse: end(() => refuse(response, 409)) }
    waiting = mine
    response.once(
      'close',
      end(() => undefined),
    )
  }

  const fake: FakeTelegram = {
    baseUrl: `http://127.0.0.1:${port}`,
    nextNumber: 900_001,
    polls,
    get callsTooEarly() {
      return callsTooEarly
    },
    get conflicts() {
      return conflicts
    },
    pending: () => queue.length,
    push(...updates) {
      for (const update of updates) {
        queue.push({ update_id: fake.nextNumber, ...update })
        fake.nextNumber += 1
      }
      waiting?.answer()
    },
    refuseNext: (status, retryAfterSeconds) => refusals.push({ status, retryAfterSeconds }),
    async deliver(url, secretToken) {
      const statuses: number[] = []
      for (const update of [...queue]) {
        const response = await fetch(url, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            ...(secretToken === undefined ? {} : { 'x-telegram-bot-api-secret-token': secretToken }),
          },
          body: JSON.stringify(update),
        })
        await response.arrayBuffer()
        statuses.push(response.status)
        if (!response.ok) break
        queue = queue.filter((entry) => entry !== update)
      }
      return statuses
    },
    revoke() {
      isRevoked = true
    },
    async close() {
      waiting?.answer()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return fake
}

function send(response: ServerResponse, result: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ ok: true, result }))
}

function refuse(response: ServerResponse, status: number, retryAfterSeconds?: number): void {
  const parameters = retryAfterSeconds === undefined ? undefined : { retry_after: retryAfterSeconds }
  const body = { ok: false, error_code: status, description: `fake ${status}`, parameters }
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
