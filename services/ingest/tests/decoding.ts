import { withEnvironment } from '@nabiz/shared/config'
import { ManualClock } from '@nabiz/shared/time'
import type { ConnectorFactory, WebhookRequest } from '../src/connectors/connector.ts'
import { type Decoded, type DecodedMention, decodeAnswer, decodeDelivery } from '../src/inspect/decode.ts'
import { aContext } from './connector-context.ts'

export interface DecoderOptions {
  factory: ConnectorFactory
  config: Record<string, unknown>
  environment: Record<string, string>
  /** The clock's time, ms; default 2026-10-01. */
  now?: number
}

/** What a connector makes of a payload, by the code of `nabiz decode`; for tests of the platforms' cases. */
export interface Decoder {
  clock: ManualClock
  /** A delivery that is taken for genuine. */
  post(body: unknown): Promise<Decoded>
  /** Any request, checked as the service checks it. */
  request(request: Partial<WebhookRequest>): Promise<Decoded>
  api(name: string, body: unknown): Promise<Decoded>
}

export function aDecoder({ factory, config, environment, now }: DecoderOptions): Decoder {
  const clock = new ManualClock(now ?? Date.UTC(2026, 9, 1))
  const parsed = withEnvironment(environment, () => factory.config.parse(config))
  const { platform } = factory
  const connector = factory.create(parsed, aContext({ platform, clock, isOffline: true }))
  const options = { platform, connector, clock, brands: [], bodyLimitBytes: 1_048_576, match: () => [] }
  const base = {
    method: 'POST' as const,
    query: {},
    headers: {},
    body: new Uint8Array(),
    remoteAddress: '192.0.2.1',
  }
  return {
    clock,
    post: async (body) => taken(await decodeDelivery({ ...base, body: bytesOf(body) }, true, options)),
    request: async (request) => taken(await decodeDelivery({ ...base, ...request }, false, options)),
    async api(name, body) {
      const decoded = await decodeAnswer(name, bytesOf(body), options)
      if (!decoded) throw new Error(`${platform} polls nothing`)
      return decoded
    },
  }
}

function taken(decoded: Decoded | undefined): Decoded {
  if (!decoded) throw new Error('this account has no webhook')
  return decoded
}

/** The mentions of a decoded delivery. */
export function mentionsOf({ outcomes }: Decoded): DecodedMention[] {
  return outcomes.flatMap((one) => (one.outcome === 'mention' ? [one.mention] : []))
}

/** Reasons of what was dropped. */
export function dropsOf({ outcomes }: Decoded): string[] {
  return outcomes.flatMap((one) => (one.outcome === 'drop' ? [one.reason] : []))
}

function bytesOf(body: unknown): Uint8Array {
  return body instanceof Uint8Array
    ? body
    : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body), 'utf8')
}
