import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { Mention } from '@nabiz/shared/contracts'
import { createHttpServer, portOf } from '@nabiz/shared/http'
import { createSilentLogger } from '@nabiz/shared/logging'
import { createRegistry } from '@nabiz/shared/metrics'
import type { Drivers } from '../../src/drivers.ts'
import { signingSecret } from '../../tests/crash/installation.ts'
import { benchBrand, type PushedItem } from './push.ts'

const key = Buffer.from(signingSecret.slice('whsec_'.length), 'base64')

/**
 * Runs what is left of ingest when nothing is decided: the same HTTP framework, the same HMAC over the same bytes, and the
 * same records appended before the answer. Nothing is looked up, matched, cleaned or remembered.
 */
export async function withBareHandler<T>({ log }: Drivers, work: (url: string) => Promise<T>): Promise<T> {
  const app = createHttpServer({
    logger: createSilentLogger(),
    registry: createRegistry(),
    notReady: () => [],
    bodyLimitBytes: 1_048_576,
  })
  app.post('/push', async (request, reply) => {
    const body = request.body as Buffer
    if (!isSigned(request.headers, body)) return reply.code(401).send()
    const { items } = JSON.parse(body.toString('utf8')) as { items: PushedItem[] }
    const receivedAt = Date.now()
    await log.append(
      items.map((item) => ({
        topic: 'mentions' as const,
        key: benchBrand,
        value: Buffer.from(JSON.stringify(toMention(item, receivedAt)), 'utf8'),
      })),
    )
    return reply.code(202).send({ received: items.length })
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  try {
    return await work(`http://127.0.0.1:${portOf(app)}/push`)
  } finally {
    await app.close()
  }
}

function isSigned(headers: Readonly<Record<string, unknown>>, body: Buffer): boolean {
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.`
  const expected = Buffer.from(`v1,${createHmac('sha256', key).update(signed).update(body).digest('base64')}`)
  const found = Buffer.from(String(headers['webhook-signature']))
  return expected.length === found.length && timingSafeEqual(expected, found)
}

/** The record that ingest writes of the item. */
function toMention({ id, text, createdAt, language, author }: PushedItem, receivedAt: number): Mention {
  // Ingest's keyed hash has as many letters.
  const name = createHash('sha256').update(author.id).digest('base64url').slice(0, 22)
  return {
    v: 1,
    type: 'mention',
    id,
    platform: 'webhook',
    kind: 'post',
    brand: benchBrand,
    text,
    createdAt: Date.parse(createdAt),
    receivedAt,
    operation: 'upsert',
    visibility: 'public',
    own: false,
    author: { id: `k1:${name}`, followers: author.followers },
    language,
  }
}
