import { createHmac } from 'node:crypto'
import { withEnvironment } from '@nabiz/shared/config'
import { ManualClock } from '@nabiz/shared/time'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ConnectorFactory, WebhookRequest, WebhookWay } from '../src/connectors/connector.ts'
import { type DecodeOutcome, decodeDelivery } from '../src/inspect/decode.ts'
import { aContext } from './connector-context.ts'

export interface WebhookContract {
  factory: ConnectorFactory
  /** An account's config; secrets by reference into `environment`. */
  config: Record<string, unknown>
  environment: Record<string, string>
  /** Headers, and where needed a query, that make a body genuine. */
  sign(body: Uint8Array): Partial<Pick<WebhookRequest, 'headers' | 'query'>>
  /** Genuine deliveries as the platform documents them, one of each kind; mutated a thousand ways. */
  samples: readonly unknown[]
  /** How a sample becomes a body; default JSON. */
  encode?(value: unknown): Uint8Array
  /** How a body is wrapped for the line once it is spoilt, where the platform seals it; default as it is. `sign` sees the result. */
  seal?(body: Uint8Array): Uint8Array
  /** The clock's time, ms; default 2026-11-02. */
  now?: number
  /** Answer to what is not genuine, where it is no error (WebSub tells a forger nothing); default: from 400 on. */
  refusedWith?: number
  /** Answers to what is genuine, whatever it holds; default 200 alone. */
  takenWith?: readonly number[]
  /** A word in a header proves who sends, and nothing of what. */
  isWordAlone?: true
}

/** The clock's time where the contract names none, ms. */
export const webhookContractNow = Date.UTC(2026, 10, 2)

/** Deliveries tried in `it answers whatever comes`; the issue asks for 10,000 of each webhook. */
const runs = 10_000

/**
 * What every webhook must do whatever comes: always an answer, never a crash, every piece accounted for, and nothing of
 * what is not genuine. One call for each connector:
 *
 *     describeWebhook({ factory: facebook, config, environment, sign, samples })
 */
export function describeWebhook(contract: WebhookContract): void {
  const { factory } = contract
  const clock = new ManualClock(contract.now ?? webhookContractNow)
  const takenWith = contract.takenWith ?? [200]
  let way: WebhookWay | undefined
  const encode = contract.encode ?? ((value) => Buffer.from(JSON.stringify(value) ?? '', 'utf8'))

  describe(`the webhook of ${factory.platform}`, () => {
    it('accounts for every piece of its own samples', async () => {
      for (const sample of contract.samples) {
        const { status, outcomes } = await decode(signed(encode(sample)))
        expect(takenWith).toContain(status)
        expect(outcomes.length).toBeGreaterThan(0)
        expect(outcomes.map(({ outcome }) => outcome)).not.toContain('deadLetter')
      }
    })

    it(`answers ${runs} mutated deliveries, crashes on none and accounts for every one`, async () => {
      const bodies = fc.oneof(
        {
          weight: 8,
          arbitrary: fc
            .constantFrom(...contract.samples)
            .chain(mutated)
            .map(encode),
        },
        {
          weight: 1,
          arbitrary: fc.constantFrom(...contract.samples).chain((sample) => damaged(encode(sample))),
        },
        { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }).map(encode) },
      )
      await fc.assert(
        fc.asyncProperty(bodies, async (body) => {
          const { status, outcomes } = await decode(signed(body))
          expect(takenWith).toContain(status)
          expect(outcomes.length).toBeGreaterThan(0)
        }),
        { numRuns: runs },
      )
    })

    it('takes nothing without a signature, with a wrong one, or with that of another body (GEN-1, GEN-2, GEN-3)', async () => {
      const body = encode(contract.samples[0])
      const other = signed(Buffer.concat([body, Buffer.from(' ')]))
      const right = signed(body)
      const spoilt = (how: (text: string) => string): WebhookRequest => ({
        ...right,
        headers: mapValues(right.headers, how),
        query: mapValues(right.query, how),
      })
      const forged = [
        { ...right, headers: {}, query: {} },
        ...(contract.isWordAlone ? [] : [{ ...other, body: right.body }]),
        spoilt((text) => text.slice(0, -1)),
        spoilt((text) => `${text}0`),
        spoilt((text) => text.toUpperCase()),
        spoilt((text) => text.replace(/[0-9a-f]/g, 'g')),
        spoilt(() => `sha1=${createHmac('sha1', 'x').update(body).digest('hex')}`),
        spoilt(() => 'ğ😡'),
      ]
      for (const request of forged) {
        const { status, outcomes } = await decode(request)
        if (contract.refusedWith === undefined) expect(status).toBeGreaterThanOrEqual(400)
        else expect(status).toBe(contract.refusedWith)
        expect(outcomes.filter(({ outcome }) => outcome !== 'drop')).toEqual([])
      }
    })

    it.each(['[]', 'null', '7', '"x"', '{}', 'true'])(
      'answers %s and accounts for it (GEN-7)',
      async (text) => {
        const { status, outcomes } = await decode(signed(Buffer.from(text)))
        expect(takenWith).toContain(status)
        expect(outcomes.length).toBeGreaterThan(0)
        expect(outcomes.map(({ outcome }) => outcome)).not.toContain('mention')
      },
    )
  })

  function signed(content: Uint8Array): WebhookRequest {
    const body = contract.seal?.(content) ?? content
    const base = { method: 'POST' as const, query: {}, body, remoteAddress: '192.0.2.1' }
    const { headers = {}, query = {} } = contract.sign(body)
    return { ...base, headers, query }
  }

  async function decode(request: WebhookRequest): Promise<{ status: number; outcomes: DecodeOutcome[] }> {
    way ??= openWay()
    const decoded = await decodeDelivery(request, false, {
      platform: factory.platform,
      connector: { ways: [way] },
      clock,
      brands: [],
      bodyLimitBytes: 8 * 1_048_576,
      match: () => [],
    })
    return { status: decoded?.answer?.status ?? 0, outcomes: decoded?.outcomes ?? [] }
  }

  function openWay(): WebhookWay {
    const config = withEnvironment(contract.environment, () => factory.config.parse(contract.config))
    const { ways } = factory.create(config, aContext({ platform: factory.platform, clock, isOffline: true }))
    const found = ways.find((one) => one.way === 'webhook')
    if (found?.way !== 'webhook') throw new Error(`${factory.platform} has no webhook with this config`)
    return found
  }
}

/** Values that platforms were seen to send in the place of others, and that nobody should. */
const oddValues: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e21,
  9_007_199_254_740_991,
  '',
  '0',
  'x'.repeat(5_000),
  '\0\ud83d\u202e',
  '7543210987654321098',
  [],
  {},
  [null],
  { id: null },
]

/** A sample with one to four places changed: dropped, of another type, nested deep, duplicated. */
function mutated(sample: unknown): fc.Arbitrary<unknown> {
  const change = fc.record({
    place: fc.nat(1_000),
    how: fc.constantFrom('drop', 'odd', 'deep', 'double', 'extra'),
    odd: fc.constantFrom(...oddValues),
  })
  return fc.array(change, { minLength: 1, maxLength: 4 }).map((changes) => {
    const root = { root: structuredClone(sample) }
    for (const { place, how, odd } of changes) {
      const places = placesIn(root)
      const at = places[place % places.length]
      if (at) applyChange(at, how, odd)
    }
    return root.root
  })
}

interface Place {
  holder: Record<string, unknown> | unknown[]
  key: string
}

function placesIn(holder: Place['holder'], found: Place[] = []): Place[] {
  for (const [key, value] of Object.entries(holder)) {
    found.push({ holder, key })
    if (typeof value === 'object' && value !== null) placesIn(value as Place['holder'], found)
  }
  return found
}

function applyChange({ holder, key }: Place, how: string, odd: unknown): void {
  const slots = holder as Record<string, unknown>
  const value = slots[key]
  if (how === 'odd') slots[key] = structuredClone(odd)
  else if (how === 'deep') slots[key] = deep(value)
  else if (how === 'double') slots[key] = [value, structuredClone(value)]
  else if (how === 'extra') slots[`${key}_new`] = structuredClone(value)
  else if (Array.isArray(holder)) holder.splice(Number(key), 1)
  else delete slots[key]
}

function deep(value: unknown): unknown {
  let nested = value
  for (let depth = 0; depth < 50; depth += 1) nested = depth % 2 === 0 ? [nested] : { nested }
  return nested
}

/** The bytes with some changed, cut off, or in another encoding. */
function damaged(body: Uint8Array): fc.Arbitrary<Uint8Array> {
  return fc
    .record({ at: fc.nat(Math.max(0, body.length - 1)), byte: fc.nat(255), how: fc.nat(2) })
    .map(({ at, byte, how }) => {
      if (how === 0) return body.slice(0, at)
      if (how === 1) return Buffer.from(Buffer.from(body).toString('utf8'), 'utf16le')
      const copy = Buffer.from(body)
      copy[at] = byte
      return copy
    })
}

function mapValues(values: Readonly<Record<string, string>>, how: (text: string) => string) {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, how(value)]))
}
