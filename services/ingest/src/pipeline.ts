import type { DeadMention, Mention, Topic } from '@nabiz/shared/contracts'
import type { Log, NewRecord } from '@nabiz/shared/log'
import type { Clock } from '@nabiz/shared/time'
import { seenKey } from './adapters/store-seen-items.ts'
import type { Accept, Delivery, Item, Receipt, Unreadable } from './connectors/connector.ts'
import type { BrandMatcher } from './matching/brand-matcher.ts'
import type { KnownTotals, SeenItem, SeenItems } from './ports.ts'
import type { Pseudonymise } from './steps/pseudonymise.ts'
import { rememberWritten, type WrittenItem } from './steps/remember-written.ts'
import { toMentions, type Written } from './steps/to-mentions.ts'
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
    const keys = delivery.items.map((item) => seenKey(item.platform ?? platform, item.id))
    const before = keys.flatMap((key) => underWay.get(key) ?? [])
    // What is remembered of an item is read, extended and written: side by side, one of two would be forgotten.
    const work = Promise.allSettled(before).then(() => take(delivery, keys))
    const forget = () => {
      for (const key of keys) if (underWay.get(key) === work) underWay.delete(key)
    }
    for (const key of keys) underWay.set(key, work)
    work.then(forget, forget)
    return work
  }

  async function take(delivery: Delivery, keys: readonly string[]): Promise<Receipt> {
    const receivedAt = options.clock.now()
    const known = await options.seen.get(keys)
    const memory = new Map<string, WrittenItem>()
    const dropped: Record<string, number> = {}
    const records: NewRecord[] = []
    let passed = 0
    let mentions = 0
    let deadLettered = 0
    const leave = (reason: string) => {
      dropped[reason] = (dropped[reason] ?? 0) + 1
    }

    const bury = (unreadable: Unreadable) => {
      records.push(deadRecord(source, unreadable, receivedAt))
      options.telemetry.deadLettered(platform, unreadable.reason)
      deadLettered += 1
    }
    const step = {
      platform,
      receivedAt,
      matcher: options.matcher(),
      isWatched: options.isWatched,
      pseudonymise: options.pseudonymise,
    }
    const write = (written: Written, key: string, item: Item, base: SeenItem | undefined) => {
      records.push(...written.mentions.map(mentionRecord))
      const before = memory.get(key)
      const items = [...(before?.items ?? []), item]
      memory.set(key, { items, base: before ? before.base : base, next: written.remember })
      mentions += written.mentions.length
      passed += 1
    }

    delivery.items.forEach((item, index) => {
      const key = keys[index] ?? seenKey(item.platform ?? platform, item.id)
      const outcome = toMentions(item, memory.get(key)?.next ?? known[index], step)
      if (outcome.kind === 'pass') write(outcome.value, key, item, known[index])
      else if (outcome.kind === 'drop') leave(outcome.reason)
      else {
        const payload = describeItem(item, item.platform ?? platform, options.pseudonymise)
        bury({ reason: outcome.reason, detail: outcome.detail, payload })
      }
    })
    for (const unreadable of delivery.unreadable ?? []) bury(unreadable)
    for (const reason of delivery.ignored ?? []) leave(reason)
    const counted = await toMetrics(delivery.counts ?? [], options.totals, {
      platform,
      receivedAt,
      isWatched: options.isWatched,
    })
    for (const metric of counted.metrics) records.push(toNewRecord('mentions', metric.brand, metric))
    for (const reason of counted.dropped) leave(reason)
    passed += counted.passed

    if (records.length > 0) await options.log.append(records)
    await rememberWritten(memory, {
      ...step,
      seen: options.seen,
      write: async (missed) => void (await options.log.append(missed.map(mentionRecord))),
    })
    await counted.settle()

    const received = [delivery.items, delivery.counts, delivery.unreadable, delivery.ignored].reduce(
      (sum, part) => sum + (part?.length ?? 0),
      0,
    )
    const receipt = { received, passed, mentions, dropped, deadLettered }
    options.telemetry.accepted(platform, receipt)
    return receipt
  }
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
