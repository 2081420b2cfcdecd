import { createHmac } from 'node:crypto'
import { describeWebhook, webhookContractNow } from '../../../tests/webhook-contract.ts'
import { webhook } from './webhook.ts'

const secret = 'whsec_c2VjcmV0IG9mIHRoZSBjb250cmFjdCB0ZXN0'

describeWebhook({
  factory: webhook,
  config: { secrets: [{ env: 'SECRET' }] },
  environment: { SECRET: secret },
  // Its sender is our own and can be told: 400 to what is no JSON.
  takenWith: [202, 400],
  sign: (body) => ({
    headers: {
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(webhookContractNow / 1_000),
      'webhook-signature': signatureOf(body),
    },
  }),
  samples: [
    {
      id: '9182',
      text: 'Kuzey Air yine rötarlı',
      createdAt: '2026-11-02T09:30:00Z',
      kind: 'post',
      author: { id: 'u77', followers: 120, verified: false },
      language: 'tr',
      permalink: 'https://forum.example/9182',
      engagement: { likes: 3 },
      parent: '9180',
      revision: '2',
      brands: ['kuzey-air'],
    },
    {
      items: [
        { id: 1, text: 'x' },
        { id: '2', operation: 'delete' },
      ],
    },
    [{ id: '3', text: 'özel', visibility: 'private', own: true }],
  ],
})

/** Over the bytes, since not every body is a text. */
function signatureOf(body: Uint8Array): string {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
  const signed = `msg_1.${webhookContractNow / 1_000}.`
  return `v1,${createHmac('sha256', key).update(signed).update(body).digest('base64')}`
}
