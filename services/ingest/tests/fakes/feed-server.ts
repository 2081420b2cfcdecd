import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'

export type FeedRefusal =
  | 'html'
  | 'reset'
  | 'huge'
  | { status: number; retryAfterSeconds?: number; location?: string }

/** A site with one feed at /feed.xml, and a WebSub hub at /hub. */
export interface FakeFeed {
  readonly baseUrl: string
  readonly url: string
  /** What the feed says now; a change gives it a new ETag. */
  body: string | Uint8Array
  contentType: string
  /** More headers of the answer: `cache-control`, `link`. */
  headers: Record<string, string>
  isPacked: boolean
  /** What each question was answered with. */
  readonly answers: readonly number[]
  /** Paths asked for. */
  readonly paths: readonly string[]
  /** The next questions are answered so, one each. */
  refuseNext(...hows: FeedRefusal[]): void
  readonly hub: FakeHub
  close(): Promise<void>
}

export interface FakeHub {
  /** Where the subscriber is reached: stands for the host of its callback. */
  reach: string
  /** Seconds it grants, whatever is asked for. */
  leaseSeconds: number | undefined
  /** Statuses of what the subscriber answered when asked to confirm. */
  readonly confirmations: readonly { status: number; body: string }[]
  /** Subscriptions in force by topic. */
  readonly subscriptions: ReadonlyMap<string, { callback: string; secret: string; until: number }>
  /** It answers new subscriptions with this, and does not confirm them. */
  refuseWith: number | undefined
  /** Pushes to every subscriber of the topic; statuses. `signature` in place of the right one. */
  push(topic: string, body: string, signature?: string): Promise<number[]>
  /** Tells the subscriber that it gets no more. */
  deny(topic: string): Promise<number[]>
}

/** Starts a fake on a free port of this machine; `now` is for leases, ms. */
export async function startFakeFeed(now: () => number = Date.now): Promise<FakeFeed> {
  const refusals: FeedRefusal[] = []
  const answers: number[] = []
  const paths: string[] = []
  const confirmations: { status: number; body: string }[] = []
  const subscriptions = new Map<string, { callback: string; secret: string; until: number }>()
  const pending = new Set<Promise<void>>()
  const server = createServer((request, response) => void handle(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    if (request.url === '/hub' && request.method === 'POST') {
      subscribe(new URLSearchParams(Buffer.concat(chunks).toString('utf8')), response)
      return
    }
    paths.push(request.url ?? '')
    const refusal = refusals.shift()
    if (refusal) refuse(refusal, request, response)
    else serve(request, response)
  }

  function serve(request: IncomingMessage, response: ServerResponse): void {
    const etag = `"${createHmac('sha1', 'etag').update(fake.body).digest('hex').slice(0, 8)}"`
    const headers = { etag, 'content-type': fake.contentType, ...fake.headers }
    if (request.headers['if-none-match'] === etag) {
      answers.push(304)
      response.writeHead(304, headers).end()
      return
    }
    answers.push(200)
    const packed = fake.isPacked ? { 'content-encoding': 'gzip' } : {}
    response.writeHead(200, { ...headers, ...packed }).end(fake.isPacked ? gzipSync(fake.body) : fake.body)
  }

  function refuse(refusal: FeedRefusal, request: IncomingMessage, response: ServerResponse): void {
    if (refusal === 'reset') {
      request.socket.destroy()
      return
    }
    if (refusal === 'html' || refusal === 'huge') {
      answers.push(200)
      const body = refusal === 'html' ? '<!doctype html><p>a page' : Buffer.alloc(50 * 1_048_576, 32)
      response.writeHead(200, { 'content-type': 'text/html' }).end(body)
      return
    }
    answers.push(refusal.status)
    const { retryAfterSeconds, location } = refusal
    response
      .writeHead(refusal.status, {
        ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
        ...(location === undefined ? {} : { location }),
      })
      .end()
  }

  function subscribe(form: URLSearchParams, response: ServerResponse): void {
    if (fake.hub.refuseWith !== undefined) {
      response.writeHead(fake.hub.refuseWith).end()
      return
    }
    response.writeHead(202).end()
    const confirming = confirm(form).finally(() => pending.delete(confirming))
    pending.add(confirming)
  }

  async function confirm(form: URLSearchParams): Promise<void> {
    const topic = form.get('hub.topic') ?? ''
    const callback = reached(form.get('hub.callback') ?? '')
    const lease = fake.hub.leaseSeconds ?? Number(form.get('hub.lease_seconds') ?? 86_400)
    const challenge = `challenge-${confirmations.length}`
    const answer = await call(callback, {
      'hub.mode': 'subscribe',
      'hub.topic': topic,
      'hub.challenge': challenge,
      'hub.lease_seconds': String(lease),
    })
    confirmations.push(answer)
    if (answer.status >= 300 || answer.body !== challenge) return
    subscriptions.set(topic, { callback, secret: form.get('hub.secret') ?? '', until: now() + lease * 1_000 })
  }

  function reached(callback: string): string {
    const { pathname, search } = new URL(callback)
    return `${fake.hub.reach}${pathname}${search}`
  }

  async function call(callback: string, query: Record<string, string>) {
    const url = new URL(callback)
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
    const response = await fetch(url)
    return { status: response.status, body: await response.text() }
  }

  const fake: FakeFeed = {
    baseUrl,
    url: `${baseUrl}/feed.xml`,
    body: '',
    contentType: 'application/xml',
    headers: {},
    isPacked: false,
    answers,
    paths,
    refuseNext: (...hows) => void refusals.push(...hows),
    hub: {
      reach: '',
      leaseSeconds: undefined,
      confirmations,
      subscriptions,
      refuseWith: undefined,
      async push(topic, body, signature) {
        const subscription = subscriptions.get(topic)
        if (!subscription || subscription.until <= now()) return []
        const right = `sha256=${createHmac('sha256', subscription.secret).update(body).digest('hex')}`
        const response = await fetch(subscription.callback, {
          method: 'POST',
          headers: { 'content-type': fake.contentType, 'x-hub-signature': signature ?? right },
          body,
        })
        await response.arrayBuffer()
        return [response.status]
      },
      async deny(topic) {
        const subscription = subscriptions.get(topic)
        if (!subscription) return []
        subscriptions.delete(topic)
        const query = { 'hub.mode': 'denied', 'hub.topic': topic, 'hub.reason': 'closed' }
        return [(await call(subscription.callback, query)).status]
      },
    },
    async close() {
      await Promise.allSettled(pending)
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return fake
}

/** An RSS feed of these items, each as XML. */
export function rssOf(...items: string[]): string {
  return `<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>News</title>${items.join('')}</channel></rss>`
}

/** An Atom feed of these entries, each as XML. */
export function atomOf(...entries: string[]): string {
  return `<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><id>urn:feed</id><title>News</title>${entries.join('')}</feed>`
}
