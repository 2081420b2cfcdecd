import { z } from 'zod'
import { type Delivery, defineConnector } from '../connector.ts'
import { checkPages } from '../meta/checks.ts'
import { bareMeta, baseUrlField, graphFields, metaFields, needAccounts } from '../meta/config.ts'
import { type MetaReaders, readEnvelope } from '../meta/envelope.ts'
import { createGraph, graphErrorIn } from '../meta/graph.ts'
import { createMessageReader } from '../meta/messaging.ts'
import { createMetaWebhook } from '../meta/webhook.ts'
import { createReading, readJson } from '../shared/reading.ts'
import { soleAccount } from '../shared/sole-account.ts'
import { createConversationsPoll, readMessages } from './conversations.ts'

const permissions = ['pages_messaging', 'pages_manage_metadata', 'pages_read_engagement']
const webhookFields = ['messages', 'message_echoes', 'message_edits']

const config = z
  .strictObject({
    ...metaFields,
    accessToken: graphFields.accessToken,
    appId: graphFields.appId,
    apiVersion: graphFields.apiVersion,
    pollSeconds: graphFields.pollSeconds,
    firstLookBackHours: graphFields.firstLookBackHours,
    baseUrl: baseUrlField('https://graph.facebook.com'),
  })
  .superRefine(needAccounts)
type MessengerConfig = z.output<typeof config>

/** Messenger: what people write to a Page in private. */
export const messenger = defineConnector({
  platform: 'messenger',
  description: {
    title: 'Facebook Messenger',
    ways: ['webhook', 'polling'],
    sees: {
      comments: false,
      mentionsByStrangers: false,
      privateMessages: true,
      deletes: true,
      edits: true,
      metrics: false,
    },
    partly: ['edits and deletes: over the webhook, not for what it missed'],
    needs: [
      'a Meta app of type Business, live, its app secret',
      `a Page token with ${permissions.join(', ')} (App Review, Advanced Access)`,
      `the Page subscribed to ${webhookFields.join(', ')}`,
    ],
    apis: { messages: 'GET /{conversation}/messages' },
  },
  config,
  bare: bareMeta,
  create(options, context) {
    const { accessToken } = options
    const graph =
      accessToken &&
      createGraph({ ...options, accessToken, platform: 'messenger', renewal: 'facebook' }, context)
    const webhook = createMetaWebhook(options, createReader(options))
    return {
      ways: graph ? [webhook, createConversationsPoll(graph, options, context)] : [webhook],
      decode: (_api, body) => decodeAnswer(body, options),
      errorIn: graphErrorIn,
      check: (signal) => checkPages(graph, options.accounts, { permissions, fields: webhookFields }, signal),
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

function decodeAnswer(body: Uint8Array, { accounts }: MessengerConfig): Delivery {
  const { id, brands } = soleAccount(accounts)
  const context = { brands, since: 0, ...(id === undefined ? {} : { pageId: id }) }
  return readJson(body, (value, reading) => void readMessages(value, context, reading))
}
