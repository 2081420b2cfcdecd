import type { Delivery, Receipt, Refusal, WebhookAnswer, WebhookRequest, WebhookWay } from '../connector.ts'
import { parseJson } from './parse-json.ts'
import { createReading, notJson } from './reading.ts'
import type { Verify } from './signatures.ts'

export interface SignedWebhookOptions {
  /** Looks at the raw bytes, before anything is parsed. */
  verify: Verify
  /** Answers the platform's GET when it asks whether we are there; without it a GET is answered with 405. */
  handshake?(request: WebhookRequest): Refusal | WebhookAnswer
  /** Reads a delivery: JSON, with ids exact. It accounts for everything (`createReading`) and must not throw for what it finds. */
  read(value: unknown, request: WebhookRequest): Delivery | Promise<Delivery>
  /** Answer once the log has accepted; default 200 with the receipt's counts. */
  answer?(receipt: Receipt): WebhookAnswer
}

/** What no JSON comes in: a form or files. Anything else is read as JSON whatever it is called (proxies rename). */
const otherType = /^\s*(multipart\/|application\/x-www-form-urlencoded|image\/|audio\/|video\/)/i

/**
 * A webhook of signed JSON. Genuine is decided over the bytes as they came; a genuine body that is not JSON, or of a
 * shape nobody knows, is answered with 200 and kept as a dead letter: a refusal would be sent again and hold back others.
 */
export function createSignedWebhook(options: SignedWebhookOptions): WebhookWay {
  return {
    way: 'webhook',
    authenticate(request) {
      if (request.method === 'GET') {
        const shaken = options.handshake?.(request)
        return shaken && 'reason' in shaken ? shaken : undefined
      }
      const type = request.headers['content-type']
      if (type !== undefined && otherType.test(type))
        return refusal('content_type', 415, 'send application/json')
      const reason = options.verify(request)
      return reason && refusal(reason, 401, reason)
    },
    async handle(request, accept) {
      if (request.method === 'GET') {
        const shaken = options.handshake?.(request)
        if (shaken === undefined) return jsonAnswer(405, { error: 'POST a delivery' })
        return 'reason' in shaken ? shaken.answer : shaken
      }
      const receipt = await accept(await read(request))
      return options.answer?.(receipt) ?? jsonAnswer(200, receipt)
    },
  }

  async function read(request: WebhookRequest): Promise<Delivery> {
    const value = parseJson(request.body)
    const reading = createReading()
    if (value !== undefined) {
      const delivery = await options.read(value, request)
      if (sizeOf(delivery) > 0) return delivery
      // A body with nothing in it (an empty list) is accounted for as well.
      reading.ignore('not_content')
      return reading.delivery()
    }
    reading.unreadable('not_json', notJson, request.body)
    return reading.delivery()
  }
}

export function refusal(reason: Refusal['reason'], status: number, error: string): Refusal {
  return { reason, answer: jsonAnswer(status, { error }) }
}

export function jsonAnswer(status: number, body: unknown): WebhookAnswer {
  return { status, body: JSON.stringify(body) }
}

/** Things that a delivery holds. */
export function sizeOf({ items, counts = [], unreadable = [], ignored = [] }: Delivery): number {
  return items.length + counts.length + unreadable.length + ignored.length
}
