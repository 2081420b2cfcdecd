import type { Mention, Metric } from '@nabiz/shared/contracts'
import { DependencyError } from '@nabiz/shared/errors'
import type { Clock } from '@nabiz/shared/time'
import type {
  Accept,
  Connector,
  Count,
  Delivery,
  Item,
  Receipt,
  WebhookAnswer,
  WebhookRequest,
  WebhookWay,
} from '../connectors/connector.ts'
import { parseJson } from '../connectors/shared/parse-json.ts'
import { answerWebhook } from '../hosts/webhook-host.ts'
import { checkTime } from '../steps/check-time.ts'
import { cleanText } from '../steps/clean-text.ts'
import { repeated, versionOf } from '../steps/to-mentions.ts'

/** A mention as `nabiz decode` shows it: with the platform's own ids, and the brands it names. */
export type DecodedMention = Omit<Mention, 'v' | 'type' | 'brand'> & { brands: string[] }
export type DecodedMetric = Pick<Metric, 'counter' | 'subject' | 'total' | 'platform'> & {
  itemised?: boolean
  brands: string[]
}

/** What became of one piece of a delivery. */
export type DecodeOutcome =
  | { outcome: 'mention'; mention: DecodedMention }
  | { outcome: 'metric'; metric: DecodedMetric }
  | { outcome: 'drop'; reason: string }
  | { outcome: 'deadLetter'; reason: string; detail: string }

export interface Decoded {
  /** What the platform is answered; absent for an answer of a polled API. */
  answer?: WebhookAnswer
  outcomes: DecodeOutcome[]
}

export interface DecodeOptions {
  platform: string
  connector: Connector
  clock: Clock
  /** Largest body taken, bytes. */
  bodyLimitBytes: number
  /** Brands of the account, which every item is about by its place. */
  brands: readonly string[]
  /** Brands that a text names; none without a config. */
  match(text: string): readonly string[]
}

/** Passes one delivery through the account's webhook, as the service would, into no log. Undefined: it has none. */
export async function decodeDelivery(
  request: WebhookRequest,
  isUnsigned: boolean,
  options: DecodeOptions,
): Promise<Decoded | undefined> {
  const way = options.connector.ways.find((one): one is WebhookWay => one.way === 'webhook')
  if (!way) return undefined
  const decoder = createDecoder(options)
  const refuse = (reason: string) => void decoder.outcomes.push({ outcome: 'drop', reason })
  try {
    if (request.body.length > options.bodyLimitBytes) {
      refuse('too_large')
      return { answer: { status: 413, body: 'the body is too large' }, outcomes: decoder.outcomes }
    }
    const answer = await answerWebhook(way, request, decoder.accept, refuse, isUnsigned)
    return { answer, outcomes: decoder.outcomes }
  } catch (err) {
    if (!(err instanceof DependencyError)) throw err
    return { answer: { status: 503, body: err.message }, outcomes: decoder.outcomes }
  }
}

/** Passes an answer of a polled API through the connector's reader. Undefined: it polls no API of this name. */
export async function decodeAnswer(
  api: string,
  body: Uint8Array,
  options: DecodeOptions,
): Promise<Decoded | undefined> {
  if (!options.connector.decode) return undefined
  const decoder = createDecoder(options)
  const error = options.connector.errorIn?.(parseJson(body))
  if (error !== undefined) {
    const detail = `an error of the platform and no listing: ${error}`
    return { outcomes: [{ outcome: 'deadLetter', reason: 'schema', detail }] }
  }
  try {
    await decoder.accept(options.connector.decode(api, body))
  } catch (err) {
    // The platform's word that something is wrong: polling would back off, here it is what became of the answer.
    if (!(err instanceof DependencyError)) throw err
    decoder.outcomes.push({ outcome: 'drop', reason: err.code })
  }
  // Nothing found is an answer, too (an empty page), and is said.
  if (decoder.outcomes.length === 0) decoder.outcomes.push({ outcome: 'drop', reason: 'not_content' })
  return { outcomes: decoder.outcomes }
}

function createDecoder(options: DecodeOptions): { accept: Accept; outcomes: DecodeOutcome[] } {
  const outcomes: DecodeOutcome[] = []
  const versions = new Map<string, string[]>()

  function outcomeOf(item: Item): DecodeOutcome {
    const key = `${item.platform ?? options.platform}\0${item.id}`
    const seen = versions.get(key) ?? []
    const reason = repeated(item, { brands: [], versions: seen })
    if (reason) return { outcome: 'drop', reason }
    versions.set(key, [...seen, versionOf(item)])
    return { outcome: 'mention', mention: toDecoded(item, options) }
  }

  return {
    outcomes,
    async accept(delivery) {
      const before = outcomes.length
      outcomes.push(...inOrder(delivery, outcomeOf, (count) => toMetric(count, options)))
      return receiptOf(outcomes.slice(before))
    },
  }
}

/** The pieces as they stood in what was read. */
function inOrder(
  { items, counts = [], unreadable = [], ignored = [], order }: Delivery,
  outcomeOf: (item: Item) => DecodeOutcome,
  metricOf: (count: Count) => DecodeOutcome,
): DecodeOutcome[] {
  const kinds = order ?? [
    ...items.map(() => 'item' as const),
    ...counts.map(() => 'count' as const),
    ...unreadable.map(() => 'unreadable' as const),
    ...ignored.map(() => 'ignored' as const),
  ]
  const next = { item: 0, count: 0, unreadable: 0, ignored: 0 }
  return kinds.flatMap((kind): DecodeOutcome[] => {
    const index = next[kind]
    next[kind] += 1
    if (kind === 'item') return (items[index] ? [items[index]] : []).map(outcomeOf)
    if (kind === 'count') return (counts[index] ? [counts[index]] : []).map(metricOf)
    if (kind === 'ignored') return [{ outcome: 'drop', reason: ignored[index] ?? 'not_content' }]
    const dead = unreadable[index]
    return dead ? [{ outcome: 'deadLetter', reason: dead.reason, detail: dead.detail }] : []
  })
}

function toDecoded(item: Item, { platform, clock, brands, match }: DecodeOptions): DecodedMention {
  const receivedAt = clock.now()
  const { idIsPersonal: _, isInOrder: _order, createdAt, brands: placed = [], media, ...facts } = item
  const text = cleanText(item.text)
  return {
    ...facts,
    platform: item.platform ?? platform,
    text,
    ...checkTime(createdAt, receivedAt),
    receivedAt,
    ...(media && item.visibility === 'public' ? { media: media.slice(0, 10) } : {}),
    brands: [...new Set([...brands, ...placed, ...(item.operation === 'upsert' ? match(text) : [])])],
  }
}

function toMetric(count: Count, { platform, brands }: DecodeOptions): DecodeOutcome {
  const { subject, counter, total, isItemised } = count
  return {
    outcome: 'metric',
    metric: {
      platform,
      counter,
      subject,
      total,
      ...(isItemised ? { itemised: true } : {}),
      brands: [...new Set([...brands, ...(count.brands ?? [])])],
    },
  }
}

function receiptOf(outcomes: readonly DecodeOutcome[]): Receipt {
  const dropped: Record<string, number> = {}
  for (const one of outcomes) {
    if (one.outcome === 'drop') dropped[one.reason] = (dropped[one.reason] ?? 0) + 1
  }
  const of = (...kinds: string[]) => outcomes.filter(({ outcome }) => kinds.includes(outcome)).length
  return {
    received: outcomes.length,
    passed: of('mention', 'metric'),
    mentions: of('mention'),
    dropped,
    deadLettered: of('deadLetter'),
  }
}
