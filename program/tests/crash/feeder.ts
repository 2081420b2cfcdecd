import { createHmac, randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { signingSecret } from './installation.ts'

/** One item of the generic push. */
export interface PushedItem {
  id: string
  text: string
  createdAt: number
  author: { id: string; followers: number }
}

/**
 * Pushes batches and repeats each until it is answered 2xx, as an honest sender does. Each address has a line of its own,
 * which turns to the next address when its own does not answer.
 */
export interface Feeder {
  push(items: readonly PushedItem[]): void
  /** Resolves when everything pushed was answered. */
  done(): Promise<void>
  /** Tries that were not answered 2xx. */
  readonly unanswered: number
  stop(): void
}

export function createFeeder(pushUrls: readonly string[]): Feeder {
  const waiting: (readonly PushedItem[])[] = []
  let underWay = 0
  let unanswered = 0
  let isStopped = false
  const lines = pushUrls.map((_, index) => run(index))

  async function run(own: number): Promise<void> {
    while (!isStopped) {
      const batch = waiting.shift()
      if (!batch) {
        await sleep(20)
        continue
      }
      underWay += 1
      for (let tries = 0; !isStopped; tries += 1) {
        if (await deliver(pushUrls[(own + tries) % pushUrls.length] ?? '', batch)) break
        unanswered += 1
        await sleep(20)
      }
      underWay -= 1
    }
  }

  return {
    push: (items) => void waiting.push(items),
    get unanswered() {
      return unanswered
    },
    async done() {
      while (waiting.length + underWay > 0 && !isStopped) await sleep(20)
    },
    stop() {
      isStopped = true
      void Promise.all(lines)
    },
  }
}

async function deliver(url: string, items: readonly PushedItem[]): Promise<boolean> {
  const body = JSON.stringify({ items })
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...signatureOf(body) },
      body,
      signal: AbortSignal.timeout(10_000),
    })
    await response.text()
    return response.ok
  } catch {
    return false
  }
}

/** Headers of Standard Webhooks over the bytes of the body, good for five minutes from `now`, ms. */
export function signatureOf(
  body: string | Uint8Array,
  secret: string = signingSecret,
  now = Date.now(),
): Record<string, string> {
  const id = `msg_${randomUUID()}`
  const at = String(Math.floor(now / 1_000))
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
  const mac = createHmac('sha256', key).update(`${id}.${at}.`).update(body).digest('base64')
  return { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': `v1,${mac}` }
}
