import { z } from 'zod'
import { type FakeServer, jsonAnswer, type Received, startFakeServer } from './fake-http.ts'

const link = z.strictObject({ href: z.url({ protocol: /^https?$/ }), text: z.string().optional() })

const trigger = z.strictObject({
  routing_key: z.string().length(32),
  event_action: z.literal('trigger'),
  dedup_key: z.string().min(1).max(255),
  client: z.string().optional(),
  client_url: z.url().optional(),
  links: z.array(link).optional(),
  payload: z.strictObject({
    summary: z.string().min(1).max(1_024),
    source: z.string().min(1),
    severity: z.enum(['critical', 'error', 'warning', 'info']),
    timestamp: z.iso.datetime().optional(),
    component: z.string().optional(),
    group: z.string().optional(),
    class: z.string().optional(),
    custom_details: z.record(z.string(), z.unknown()).optional(),
  }),
})

const settle = z.strictObject({
  routing_key: z.string().length(32),
  event_action: z.enum(['acknowledge', 'resolve']),
  dedup_key: z.string().min(1).max(255),
})

const event = z.discriminatedUnion('event_action', [trigger, settle])
export type PagerDutyEvent = z.infer<typeof event>

/** PagerDuty's Events API v2 at `/v2/enqueue`: accepts what its documentation allows for one routing key, nothing else. */
export interface FakePagerDuty extends FakeServer {
  url: string
  events: PagerDutyEvent[]
  /** Alerts by dedup_key. */
  alerts: Map<string, 'triggered' | 'acknowledged' | 'resolved'>
}

export async function startFakePagerDuty(routingKey: string): Promise<FakePagerDuty> {
  const events: PagerDutyEvent[] = []
  const alerts: FakePagerDuty['alerts'] = new Map()
  const invalid = (errors: string[]) =>
    jsonAnswer(400, { status: 'invalid event', message: 'Event object is invalid', errors })

  const server = await startFakeServer((request: Received) => {
    if (request.method !== 'POST' || request.path !== '/v2/enqueue') return jsonAnswer(404, {})
    if (!request.headers['content-type']?.startsWith('application/json')) return jsonAnswer(415, {})
    const parsed = event.safeParse(JSON.parse(request.body))
    if (!parsed.success) return invalid(parsed.error.issues.map((issue) => issue.path.join('.')))
    if (parsed.data.routing_key !== routingKey)
      return invalid([`'routing_key' ${parsed.data.routing_key} is unknown`])
    events.push(parsed.data)
    const { dedup_key, event_action } = parsed.data
    const state = alerts.get(dedup_key)
    if (event_action === 'trigger') alerts.set(dedup_key, state === 'acknowledged' ? state : 'triggered')
    else if (state !== undefined) {
      alerts.set(dedup_key, event_action === 'resolve' ? 'resolved' : 'acknowledged')
    }
    return jsonAnswer(202, { status: 'success', message: 'Event processed', dedup_key })
  })
  return { ...server, url: `${server.origin}/v2/enqueue`, events, alerts }
}
