import { z } from 'zod'
import { type Check, type Delivery, defineConnector } from '../connector.ts'
import { checkSubscription, checkToken, withoutToken } from '../meta/checks.ts'
import { bareMeta, baseUrlField, graphFields, metaFields } from '../meta/config.ts'
import { type MetaReaders, readEnvelope } from '../meta/envelope.ts'
import { createGraph, type Graph } from '../meta/graph.ts'
import { createMessageReader } from '../meta/messaging.ts'
import { createMetaWebhook } from '../meta/webhook.ts'
import { createReading } from '../shared/reading.ts'

const permissions = ['pages_messaging', 'pages_manage_metadata']
const webhookFields = ['messages', 'message_echoes', 'message_edits']

const config = z.strictObject({
  ...metaFields,
  accessToken: graphFields.accessToken,
  appId: graphFields.appId,
  apiVersion: graphFields.apiVersion,
  baseUrl: baseUrlField('https://graph.facebook.com'),
})
type MessengerConfig = z.output<typeof config>

/** Messenger: what people write to a Page in private. */
export const messenger = defineConnector({
  platform: 'messenger',
  description: {
    title: 'Facebook Messenger',
    ways: ['webhook'],
    sees: {
      comments: false,
      mentionsByStrangers: false,
      privateMessages: true,
      deletes: true,
      edits: true,
      metrics: false,
    },
    needs: [
      'a Meta app of type Business, live, its app secret',
      `a Page token with ${permissions.join(', ')} (App Review) for nabiz connect`,
      `the Page subscribed to ${webhookFields.join(', ')}`,
    ],
    apis: {},
  },
  config,
  bare: bareMeta,
  create(options, context) {
    const { accessToken } = options
    const graph =
      accessToken &&
      createGraph({ ...options, accessToken, platform: 'messenger', renewal: 'facebook' }, context)
    return {
      ways: [createMetaWebhook(options, createReader(options))],
      check: (signal) => check(graph, options, signal),
      toEnter: [{ what: 'verify token', value: options.verifyToken }],
    }
  },
})

function createReader({ accounts }: MessengerConfig): (value: unknown) => Delivery {
  const readers: MetaReaders = {
    // Comments of the Page, when the app sends both to this address.
    change: (_field, _value, _entry, reading) => reading.ignore('other_account'),
    message: createMessageReader({ brandsOf: (id) => accounts[id] ?? [] }),
  }
  return (value) => {
    const reading = createReading()
    readEnvelope(value, 'page', readers, reading)
    return reading.delivery()
  }
}

async function check(
  graph: Graph | undefined,
  options: MessengerConfig,
  signal: AbortSignal,
): Promise<Check[]> {
  if (!graph) return [withoutToken]
  const checks = await checkToken(graph, permissions, signal)
  for (const page of Object.keys(options.accounts)) {
    checks.push(await checkSubscription(graph, page, webhookFields, signal))
  }
  return checks
}
