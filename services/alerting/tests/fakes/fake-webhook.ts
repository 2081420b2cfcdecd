import { Webhook } from 'standardwebhooks'
import { type FakeServer, type Received, startFakeServer } from './fake-http.ts'

/** One delivery whose signature was right. */
export interface WebhookDelivery {
  id: string
  body: Record<string, unknown>
}

/** A receiver of signed webhooks that knows one secret; anything else gets 401. */
export interface FakeWebhook extends FakeServer {
  url: string
  deliveries: WebhookDelivery[]
}

/** `path` may hold a secret, as receivers' URLs often do. */
export async function startFakeWebhook(secret: string, path = '/hooks'): Promise<FakeWebhook> {
  const verifier = new Webhook(secret)
  const deliveries: WebhookDelivery[] = []
  const server = await startFakeServer((request: Received) => {
    if (request.method !== 'POST' || request.path !== path) return { status: 404 }
    try {
      verifier.verify(request.body, request.headers)
    } catch {
      return { status: 401 }
    }
    deliveries.push({
      id: request.headers['webhook-id'] ?? '',
      body: JSON.parse(request.body) as Record<string, unknown>,
    })
    return { status: 204 }
  })
  return { ...server, url: `${server.origin}${path}`, deliveries }
}
