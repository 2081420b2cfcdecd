import { z } from 'zod'
import { type Check, type Delivery, defineConnector } from '../connector.ts'
import { checkToken, withoutToken } from '../meta/checks.ts'
import { bareMeta, baseUrlField, graphFields, metaFields } from '../meta/config.ts'
import { type MetaReaders, readEnvelope } from '../meta/envelope.ts'
import { createGraph, type Graph } from '../meta/graph.ts'
import { createMetaWebhook } from '../meta/webhook.ts'
import { NotFoundError } from '../shared/api-client.ts'
import { idField } from '../shared/fields.ts'
import { createReading, faultsOf, type Reading } from '../shared/reading.ts'
import { type People, toItem, whatsappMessage } from './message.ts'

const permissions = ['whatsapp_business_messaging', 'whatsapp_business_management']

const optionalId = idField.nullish()
const valueShape = z.looseObject({
  contacts: z.array(z.looseObject({ wa_id: optionalId, user_id: optionalId })).nullish(),
  messages: z.array(z.unknown()).nullish(),
  message_echoes: z.array(z.unknown()).nullish(),
  statuses: z.array(z.unknown()).nullish(),
  errors: z.array(z.unknown()).nullish(),
})

const config = z.strictObject({
  ...metaFields,
  accessToken: graphFields.accessToken,
  appId: graphFields.appId,
  apiVersion: graphFields.apiVersion,
  baseUrl: baseUrlField('https://graph.facebook.com'),
})
type WhatsappConfig = z.output<typeof config>

/** WhatsApp Business (Cloud API): what people write to the brand's numbers. */
export const whatsapp = defineConnector({
  platform: 'whatsapp',
  description: {
    title: 'WhatsApp Business',
    ways: ['webhook'],
    sees: {
      comments: false,
      mentionsByStrangers: false,
      privateMessages: true,
      deletes: true,
      edits: true,
      metrics: false,
    },
    partly: ['edits and deletes: of numbers that are also used in the Business app'],
    needs: [
      'a WhatsApp Business account with a number on the Cloud API',
      'a Meta app of type Business, live, its app secret',
      `a system user's token with ${permissions.join(', ')} for nabiz connect`,
      'the app subscribed to the field messages',
    ],
    apis: {},
  },
  config,
  bare: bareMeta,
  create(options, context) {
    const { accessToken } = options
    const graph =
      accessToken &&
      createGraph({ ...options, accessToken, platform: 'whatsapp', renewal: 'facebook' }, context)
    return {
      ways: [createMetaWebhook(options, createReader(options))],
      check: (signal) => check(graph, options, signal),
      toEnter: [{ what: 'verify token', value: options.verifyToken }],
    }
  },
})

function createReader({ accounts }: WhatsappConfig): (value: unknown) => Delivery {
  const readers: MetaReaders = {
    change(field, value, entry, reading) {
      if (field !== 'messages' && field !== 'smb_message_echoes') return reading.ignore('unknown_kind')
      readValue(value, accounts[entry.id] ?? [], reading)
    },
    message: (_event, _entry, reading) => reading.ignore('unknown_kind'),
  }
  return (value) => {
    const reading = createReading()
    readEnvelope(value, 'whatsapp_business_account', readers, reading)
    return reading.delivery()
  }
}

/** A value carries messages, receipts of what the brand sent, or faults; each piece has an outcome. */
function readValue(raw: unknown, brands: readonly string[], reading: Reading) {
  const parsed = valueShape.safeParse(raw)
  if (!parsed.success) return reading.unreadable('schema', faultsOf(parsed.error, 'value'), raw)
  const { contacts, messages, message_echoes: echoes, statuses, errors } = parsed.data
  const people: People = new Map(
    (contacts ?? []).flatMap(({ wa_id: number, user_id: id }) =>
      number && id ? [[number, id] as const] : [],
    ),
  )
  const readAll = (list: readonly unknown[], own: boolean) => {
    for (const entry of list) {
      const message = whatsappMessage.safeParse(entry)
      if (!message.success) {
        reading.unreadable('schema', faultsOf(message.error, 'message'), entry)
        continue
      }
      const item = toItem(message.data, people, own)
      if (typeof item === 'string') reading.ignore(item)
      else reading.item({ ...item, ...(brands.length > 0 ? { brands } : {}) })
    }
  }
  readAll(messages ?? [], false)
  readAll(echoes ?? [], true)
  for (const _ of [...(statuses ?? []), ...(errors ?? [])]) reading.ignore('not_content')
  if (!messages && !echoes && !statuses && !errors) reading.ignore('not_content')
}

async function check(
  graph: Graph | undefined,
  options: WhatsappConfig,
  signal: AbortSignal,
): Promise<Check[]> {
  if (!graph) return [withoutToken]
  const checks = await checkToken(graph, permissions, signal)
  for (const account of Object.keys(options.accounts)) {
    const what = `the app subscribed to ${account}`
    try {
      const { value } = await graph.call(`/${account}/subscribed_apps`, {}, signal)
      const isOk = (z.looseObject({ data: z.array(z.unknown()) }).safeParse(value).data?.data.length ?? 0) > 0
      checks.push({ what, isOk, ...(isOk ? {} : { detail: `POST /${account}/subscribed_apps` }) })
    } catch (err) {
      if (!(err instanceof NotFoundError)) throw err
      checks.push({ what, isOk: false, detail: 'no such account for this token' })
    }
  }
  return checks
}
