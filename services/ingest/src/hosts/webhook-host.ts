import { DependencyError } from '@nabiz/shared/errors'
import type { FastifyInstance, FastifyReply, FastifyRequest } from '@nabiz/shared/http'
import type {
  Accept,
  RefusalReason,
  WebhookAnswer,
  WebhookRequest,
  WebhookWay,
} from '../connectors/connector.ts'
import type { IngestTelemetry } from '../telemetry.ts'
import type { ConditionReport, Conditions } from './conditions.ts'

export interface WebhookHostOptions {
  platform: string
  account: string
  accept: Accept
  conditions: Conditions
  telemetry: IngestTelemetry
}

/** Path under which a platform reaches an account. */
export function webhookPath(platform: string, account: string): string {
  return `/webhooks/${platform}/${account}`
}

/**
 * What a request is answered with: nothing is read of one that is compressed or not genuine. `isUnsigned` leaves out the
 * check; only `nabiz decode` may.
 */
export async function answerWebhook(
  way: WebhookWay,
  request: WebhookRequest,
  accept: Accept,
  refuse: (reason: RefusalReason) => void,
  isUnsigned = false,
): Promise<WebhookAnswer> {
  // The limit and the signature are about the bytes sent, and no platform compresses.
  const encoding = request.headers['content-encoding'] ?? 'identity'
  if (encoding !== 'identity') {
    refuse('encoding')
    return { status: 415, body: JSON.stringify({ error: 'send the body without content-encoding' }) }
  }
  const refusal = isUnsigned ? undefined : way.authenticate(request)
  if (!refusal) return way.handle(request, accept, refuse)
  refuse(refusal.reason)
  return refusal.answer
}

/** Mounts an account's webhook: answers only after the log accepted, 503 when it cannot. */
export function mountWebhook(app: FastifyInstance, way: WebhookWay, options: WebhookHostOptions): void {
  const { platform, account, conditions, telemetry } = options
  const report = (condition: ConditionReport) => {
    if (!way.isControl) conditions.report(platform, account, 'webhook', condition)
  }
  report({ condition: 'ok' })
  for (const carried of way.carries ?? []) conditions.carry(platform, account, 'webhook', carried)

  app.route({
    method: ['GET', 'POST'],
    url: webhookPath(platform, account),
    errorHandler: (err, _request, reply) => {
      const status = err.statusCode ?? 500
      if (status === 413) telemetry.refused(platform, account, 'too_large')
      else if (status === 415) telemetry.refused(platform, account, 'content_type')
      else if (status >= 500) telemetry.unavailable(platform, err)
      const error = status === 413 ? 'the body is too large' : status < 500 ? err.message : 'internal error'
      return reply.code(status).send({ error })
    },
    async handler(request, reply) {
      try {
        const answer = await answerWebhook(way, toRequest(request), options.accept, (reason) => {
          telemetry.refused(platform, account, reason)
        })
        // Who is refused may be anybody: it says nothing of what the platform can bring.
        if (answer.status < 400) report({ condition: 'ok' })
        return reply
          .code(answer.status)
          .type(answer.contentType ?? 'application/json')
          .send(answer.body ?? '')
      } catch (err) {
        return unavailable(reply, err)
      }
    },
  })

  function unavailable(reply: FastifyReply, err: unknown): FastifyReply {
    if (!(err instanceof DependencyError)) throw err
    telemetry.unavailable(platform, err)
    report({ condition: 'blind', reason: err.code })
    return reply
      .code(503)
      .header('retry-after', '5')
      .send({ error: 'not accepted, send it again', code: err.code })
  }
}

function toRequest(request: FastifyRequest) {
  return {
    method: request.method === 'GET' ? ('GET' as const) : ('POST' as const),
    query: strings(request.query),
    headers: strings(request.headers),
    body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
    remoteAddress: request.socket.remoteAddress ?? '',
  }
}

function strings(values: unknown): Record<string, string> {
  const result: Record<string, string> = {}
  for (const [name, value] of Object.entries(values ?? {})) {
    if (typeof value === 'string') result[name] = value
  }
  return result
}
