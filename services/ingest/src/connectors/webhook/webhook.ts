import { type Secret, secret } from '@nabiz/shared/config'
import { Webhook } from 'standardwebhooks'
import { z } from 'zod'
import {
  type Delivery,
  defineConnector,
  type Item,
  type Unreadable,
  type WebhookAnswer,
  type WebhookRequest,
} from '../connector.ts'
import { jsonBytes } from '../json-bytes.ts'
import { parseJson } from '../parse-json.ts'
import { parsePushItem } from './push-item.ts'

const config = z.strictObject({
  /** Standard Webhooks secrets (`whsec_…`); a delivery signed with any of them is genuine, so that one can be rotated. */
  secrets: z.array(secret).min(1),
})

/** Generic JSON push, one item or a batch, signed as Standard Webhooks (standardwebhooks.com) says. */
export const webhook = defineConnector({
  platform: 'webhook',
  capabilities: {
    comments: true,
    mentionsByStrangers: true,
    privateMessages: true,
    deletes: true,
    edits: true,
    metrics: false,
  },
  config,
  create(options) {
    const verifiers = options.secrets.map(createVerifier)
    return {
      ways: [
        {
          way: 'webhook',
          async handle(request, accept, refuse) {
            if (request.method !== 'POST') return answer(405, { error: 'POST a JSON body' })
            const refusal = checkSignature(request, verifiers)
            if (refusal) {
              refuse(refusal)
              return answer(401, { error: refusal })
            }
            const read = readBody(request.body)
            const receipt = await accept(read.delivery)
            const { faults, unknownFields } = read
            const body = {
              ...receipt,
              ...(faults.length ? { faults } : {}),
              ...(unknownFields.length ? { unknownFields } : {}),
            }
            return answer(read.isJson ? 202 : 400, body)
          },
        },
      ],
    }
  },
})

function createVerifier(value: Secret): Webhook {
  return new Webhook(value.reveal())
}

function checkSignature(request: WebhookRequest, verifiers: readonly Webhook[]) {
  const headers = request.headers
  for (const name of ['webhook-id', 'webhook-timestamp', 'webhook-signature']) {
    if (!headers[name]) return 'signature_missing' as const
  }
  let old = false
  for (const verifier of verifiers) {
    try {
      verifier.verify(Buffer.from(request.body), { ...headers }, { jsonParse: false })
      return undefined
    } catch (err) {
      if (err instanceof Error && /timestamp/i.test(err.message)) old = true
    }
  }
  return old ? ('signature_old' as const) : ('signature_wrong' as const)
}

interface ReadBody {
  isJson: boolean
  delivery: Delivery
  faults: { index: number; detail: string }[]
  unknownFields: string[]
}

/** One item, a list of items, or `{ "items": [...] }`; what cannot be read is kept as unreadable, the rest goes on. */
function readBody(body: Uint8Array): ReadBody {
  const value = parseJson(body)
  if (value === undefined) {
    const unreadable: Unreadable = {
      reason: 'not_json',
      detail: 'the body is not JSON in UTF-8',
      payload: body,
    }
    return {
      isJson: false,
      delivery: { items: [], unreadable: [unreadable] },
      faults: [{ index: 0, detail: unreadable.detail }],
      unknownFields: [],
    }
  }
  const items: Item[] = []
  const unreadable: Unreadable[] = []
  const faults: ReadBody['faults'] = []
  const unknownFields = new Set<string>()
  listOf(value).forEach((entry, index) => {
    const parsed = parsePushItem(entry, [])
    if (parsed.kind === 'item') {
      items.push(parsed.item)
      for (const field of parsed.unknownFields) unknownFields.add(field)
    } else {
      faults.push({ index, detail: parsed.detail })
      const payload = jsonBytes(entry)
      unreadable.push({ reason: 'schema', detail: parsed.detail, payload, position: `item ${index}` })
    }
  })
  return {
    isJson: true,
    delivery: { items, unreadable },
    faults,
    unknownFields: [...unknownFields].slice(0, 20),
  }
}

function listOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value
  if (typeof value === 'object' && value !== null && 'items' in value && Array.isArray(value.items))
    return value.items
  return [value]
}

function answer(status: number, body: unknown): WebhookAnswer {
  return { status, body: JSON.stringify(body) }
}
