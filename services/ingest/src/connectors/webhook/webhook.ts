import { secret } from '@nabiz/shared/config'
import { z } from 'zod'
import { type Delivery, defineConnector } from '../connector.ts'
import { parseJson } from '../shared/parse-json.ts'
import { createReading, notJson } from '../shared/reading.ts'
import { jsonAnswer, refusal } from '../shared/signed-webhook.ts'
import { parsePushItem } from './push-item.ts'
import { standardSignature } from './standard-signature.ts'

const config = z.strictObject({
  /** Standard Webhooks secrets (`whsec_…`); a delivery signed with any of them is genuine, so that one can be rotated. */
  secrets: z
    .array(
      secret.refine((value) => /^(whsec_)?[A-Za-z0-9+/]{2,}={0,2}$/.test(value.reveal()), {
        error: 'whsec_ and a key in base64',
      }),
    )
    .min(1),
})

/** Generic JSON push, one item or a batch, signed as Standard Webhooks (standardwebhooks.com) says. */
export const webhook = defineConnector({
  platform: 'webhook',
  description: {
    title: 'Your own push',
    ways: ['webhook'],
    sees: {
      comments: true,
      mentionsByStrangers: true,
      privateMessages: true,
      deletes: true,
      edits: true,
      metrics: false,
    },
    needs: ['a secret of Standard Webhooks (whsec_…) that your sender knows, too'],
    apis: {},
  },
  config,
  bare: { config: { secrets: [{ env: 'SECRET' }] }, environment: { SECRET: 'whsec_bm9uZQ==' } },
  create(options, context) {
    const check = standardSignature(options.secrets, context.clock)
    return {
      ways: [
        {
          way: 'webhook',
          authenticate(request) {
            const reason = request.method === 'POST' ? check(request) : undefined
            return reason && refusal(reason, 401, reason)
          },
          async handle(request, accept) {
            if (request.method !== 'POST') return jsonAnswer(405, { error: 'POST a JSON body' })
            const read = readBody(request.body)
            const receipt = await accept(read.delivery)
            const { faults, unknownFields } = read
            const body = {
              ...receipt,
              ...(faults.length ? { faults } : {}),
              ...(unknownFields.length ? { unknownFields } : {}),
            }
            return jsonAnswer(read.isJson ? 202 : 400, body)
          },
        },
      ],
    }
  },
})

interface ReadBody {
  isJson: boolean
  delivery: Delivery
  faults: { index: number; detail: string }[]
  unknownFields: string[]
}

/** One item, a list of items, or `{ "items": [...] }`; what cannot be read is kept as unreadable, the rest goes on. */
function readBody(body: Uint8Array): ReadBody {
  const reading = createReading()
  const value = parseJson(body)
  if (value === undefined) {
    reading.unreadable('not_json', notJson, body)
    const faults = [{ index: 0, detail: notJson }]
    return { isJson: false, delivery: reading.delivery(), faults, unknownFields: [] }
  }
  const faults: ReadBody['faults'] = []
  const unknownFields = new Set<string>()
  const entries = listOf(value)
  if (entries.length === 0) reading.ignore('not_content')
  entries.forEach((entry, index) => {
    const parsed = parsePushItem(entry)
    if (parsed.kind === 'item') {
      reading.item(parsed.item)
      for (const field of parsed.unknownFields) unknownFields.add(field)
    } else {
      faults.push({ index, detail: parsed.detail })
      reading.unreadable('schema', parsed.detail, entry, `item ${index}`)
    }
  })
  return {
    isJson: true,
    delivery: reading.delivery(),
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
