import type { DeadMention, Mention, Topic } from '@nabiz/shared/contracts'
import type { Log, NewRecord } from '@nabiz/shared/log'
import type { Clock } from '@nabiz/shared/time'
import { seenKey } from './adapters/store-seen-items.ts'
import type { Accept, Delivery, Item, Receipt, Unreadable } from './connectors/connector.ts'
import { sizeOf } from './connectors/shared/signed-webhook.ts'
import type { BrandMatcher } from './matching/brand-matcher.ts'
import type { KnownTotals, SeenItem, SeenItems } from './ports.ts'
import type { Pseudonymise } from './steps/pseudonymise.ts'
import { type RememberWrittenOptions, rememberWritten, type WrittenItem } from './steps/remember-written.ts'
import { toMentions } from './steps/to-mentions.ts'
import { toMetrics } from './steps/to-metrics.ts'
import type { IngestTelemetry } from './telemetry.ts'

/** Bytes of an unreadable payload that are kept. */
const keptPayloadBytes = 65_536

export interface PipelineOptions {
  log: Pick<Log, 'append'>
  seen: SeenItems
  totals: KnownTotals
  clock: Clock
  pseudonymise: Pseudonymise
  telemetry: IngestTelemetry
  /** The matcher in force; replaced when brands change. */
  matcher(): BrandMatcher
  isWatched(brand: string): boolean
}

type Step = RememberWrittenOptions

/** What a delivery comes to, as its pieces are taken one after the other. */
interface Taken {
  records: NewRecord[]
  memory: Map<string, WrittenItem>
  passed: number
  mentions: number
  dropped: Record<string, number>
  deadLettered: number
}

/**
 * The way of a delivery, in this order: look up what was seen, clean, match, pseudonymise (`toMentions`), append,
 * remember (`rememberWritten`). Remembering comes after the write: a crash in between repeats a mention, which scoring counts once;
 * the other order would lose it.
 */
export function createAccept(platform: string, account: string, options: PipelineOptions): Accept {
  const source = `${platform}/${account}`
  /** Items of deliveries under way, each with the end of the last delivery that holds it. */
  const underWay = new Map<string, Promise<unknown>>()

  return function accept(delivery: Delivery): Promise<Receipt> {
    const keys = delivery.items.map((item) => seenKey(item.platform ?? platform, item))
    const before = new Set<Promise<unknown>>()
    for (const key of keys) {
      const other = underWay.get(key)
      if (other) before.add(other)
    }
    // What is remembered of an item is read, extended and written: side by side, one of two would be forgotten.
    const work =
      before.size === 0 ? take(delivery, keys) : Promise.allSettled(before).then(() => take(delivery, keys))
    for (const key of keys) underWay.set(key, work)
    const forget = () => {
      for (const key of keys) if (underWay.get(key) === work) underWay.delete(key)
    }
    work.then(forget, forget)
    return work
  }

  async function take(delivery: Delivery, keys: readonly string[]): Promise<Receipt> {
    const receivedAt = options.clock.now()
    const known = await options.seen.get(keys)
    const step: Step = {
      platform,
      receivedAt,
      rememberedMs: options.seen.rememberedMs,
      matcher: options.matcher(),
      isWatched: options.isWatched,
      pseudonymise: options.pseudonymise,
      seen: options.seen,
      write: writeMissed,
    }
    const taken: Taken = {
      records: [],
      memory: new Map(),
      passed: 0,
      mentions: 0,
      dropped: {},
      deadLettered: 0,
    }
    for (const [index, item] of delivery.items.entries()) {
      takeItem(item, keys[index] ?? seenKey(item.platform ?? platform, item), known[index], step, taken)
    }
    for (const unreadable of delivery.unreadable ?? []) bury(unreadable, step, taken)
    for (const reason of delivery.ignored ?? []) leave(reason, taken)
    const counted = delivery.counts?.length
      ? await toMetrics(delivery.counts, options.totals, step)
      : undefined
    for (const metric of counted?.metrics ?? []) {
      taken.records.push(toNewRecord('mentions', metric.brand, metric))
    }
    for (const reason of counted?.dropped ?? []) leave(reason, taken)
    taken.passed += counted?.passed ?? 0

    if (taken.records.length > 0) await options.log.append(taken.records)
    await rememberWritten(taken.memory, step)
    await counted?.settle()

    const receipt = {
      received: sizeOf(delivery),
      passed: taken.passed,
      mentions: taken.mentions,
      dropped: taken.dropped,
      deadLettered: taken.deadLettered,
    }
    options.telemetry.accepted(platform, receipt)
    return receipt
  }

  function takeItem(item: Item, key: string, base: SeenItem | undefined, step: Step, taken: Taken): void {
    const before = taken.memory.get(key)
    const outcome = toMentions(item, before ? before.next : base, step)
    if (outcome.kind === 'pass') {
      const { mentions, remember } = outcome.value
      for (const mention of mentions) taken.records.push(mentionRecord(mention))
      const items = before ? [...before.items, item] : [item]
      taken.memory.set(key, { items, base: before ? before.base : base, next: remember })
      taken.mentions += mentions.length
      taken.passed += 1
    } else if (outcome.kind === 'drop') leave(outcome.reason, taken)
    else {
      const payload = describeItem(item, item.platform ?? platform, options.pseudonymise)
      bury({ reason: outcome.reason, detail: outcome.detail, payload }, step, taken)
    }
  }

  function bury(unreadable: Unreadable, { receivedAt }: Step, taken: Taken): void {
    taken.records.push(deadRecord(source, unreadable, receivedAt))
    options.telemetry.deadLettered(platform, unreadable.reason)
    taken.deadLettered += 1
  }

  async function writeMissed(missed: readonly Mention[]): Promise<void> {
    await options.log.append(missed.map(mentionRecord))
  }
}

function leave(reason: string, { dropped }: Taken): void {
  dropped[reason] = (dropped[reason] ?? 0) + 1
}

function mentionRecord(mention: Mention): NewRecord {
  return toNewRecord('mentions', mention.brand, mention)
}

function toNewRecord(topic: Topic, key: string, value: unknown): NewRecord {
  return { topic, key, value: Buffer.from(JSON.stringify(value), 'utf8') }
}

function deadRecord(source: string, unreadable: Unreadable, receivedAt: number): NewRecord {
  const dead: DeadMention = {
    v: 1,
    source,
    reason: unreadable.reason,
    detail: unreadable.detail.slice(0, 2_000),
    receivedAt,
    payload: Buffer.from(unreadable.payload.subarray(0, keptPayloadBytes)).toString('base64'),
    payloadBytes: unreadable.payload.length,
  }
  if (unreadable.position !== undefined) dead.position = unreadable.position
  return toNewRecord('mentions.dead', source, dead)
}

/** The item without the ids of persons: they stay out of the log here, too. */
function describeItem(item: Item, platform: string, pseudonymise: Pseudonymise): Uint8Array {
  const described = { ...item }
  if (item.author) described.author = { ...item.author, id: pseudonymise(platform, item.author.id) }
  if (item.idIsPersonal) {
    described.id = pseudonymise(platform, item.id)
    if (item.parent !== undefined) described.parent = pseudonymise(platform, item.parent)
  }
  return Buffer.from(JSON.stringify(described), 'utf8')
}
