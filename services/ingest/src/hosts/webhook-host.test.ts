import { createHttpServer } from '@nabiz/shared/http'
import { createSilentLogger } from '@nabiz/shared/logging'
import { createRegistry } from '@nabiz/shared/metrics'
import { ManualClock } from '@nabiz/shared/time'
import { expect, it } from 'vitest'
import type { WebhookWay } from '../connectors/connector.ts'
import { createTelemetry } from '../telemetry.ts'
import { createConditions } from './conditions.ts'
import { mountWebhook, webhookPath } from './webhook-host.ts'

it('stays blind when a stranger knocks, and sees again with a genuine delivery', async () => {
  const { send, goBlind, condition } = setup()
  goBlind()
  expect([await send('forged'), condition()]).toEqual([401, 'blind'])
  expect([await send('genuine'), condition()]).toEqual([200, 'ok'])
})

function setup() {
  const registry = createRegistry()
  const logger = createSilentLogger()
  const app = createHttpServer({ logger, registry, notReady: () => [] })
  const conditions = createConditions(new ManualClock(0), () => undefined)
  const way: WebhookWay = {
    way: 'webhook',
    authenticate: ({ body }) =>
      String(body) === 'forged' ? { reason: 'signature_wrong', answer: { status: 401 } } : undefined,
    handle: () => Promise.resolve({ status: 200 }),
  }
  mountWebhook(app, way, {
    platform: 'forum',
    account: 'main',
    accept: () => Promise.resolve({ received: 0, passed: 0, mentions: 0, dropped: {}, deadLettered: 0 }),
    conditions,
    telemetry: createTelemetry(registry, logger),
  })
  return {
    goBlind: () =>
      conditions.report('forum', 'main', 'webhook', { condition: 'blind', reason: 'log_unavailable' }),
    condition: () => conditions.current()[0]?.condition,
    async send(payload: string): Promise<number> {
      const url = webhookPath('forum', 'main')
      const headers = { 'content-type': 'text/plain' }
      return (await app.inject({ method: 'POST', url, payload, headers })).statusCode
    },
  }
}
