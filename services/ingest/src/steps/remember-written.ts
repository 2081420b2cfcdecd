import type { Mention } from '@nabiz/shared/contracts'
import { DependencyError } from '@nabiz/shared/errors'
import type { Item } from '../connectors/connector.ts'
import type { SeenItem, SeenItems } from '../ports.ts'
import { type ToMentionsOptions, toMentions } from './to-mentions.ts'

/** More than a few replicas never take one item in the same moment. */
const maxTries = 8

/** What was written of one item. */
export interface WrittenItem {
  /** The deliveries' word about it, in order. */
  items: readonly Item[]
  /** What was remembered of it before. */
  base: SeenItem | undefined
  next: SeenItem
}

export interface RememberWrittenOptions extends ToMentionsOptions {
  seen: SeenItems
  write(mentions: readonly Mention[]): Promise<void>
}

/**
 * Remembers what was written. When another replica took the same item in the meantime, each knew nothing of the other:
 * whoever comes second writes what both would have written one after the other, a delete for brands that only the first
 * knew, or after a delete that it did not know. Scoring counts once what stands twice.
 */
export async function rememberWritten(
  written: ReadonlyMap<string, WrittenItem>,
  options: RememberWrittenOptions,
): Promise<void> {
  let waiting = written
  for (let tries = 0; waiting.size > 0; tries += 1) {
    if (tries === maxTries) {
      const message = `an item's memory changed ${maxTries} times while it was written`
      throw new DependencyError('store_unavailable', message, { retryable: true })
    }
    const missed: Mention[] = []
    const joined = new Map<string, WrittenItem>()
    for (const [key, present] of await options.seen.remember(waiting)) {
      const own = waiting.get(key)
      if (!own) continue
      if (present) missed.push(...own.items.flatMap((item) => missedBy(item, own.next, present, options)))
      joined.set(key, { items: own.items, base: present, next: present ? join(present, own.next) : own.next })
    }
    if (missed.length > 0) await options.write(missed)
    waiting = joined
  }
}

function missedBy(item: Item, own: SeenItem, present: SeenItem, options: ToMentionsOptions): Mention[] {
  const isDeleted = item.operation === 'upsert' && present.versions.includes('!delete')
  const outcome = isDeleted
    ? toMentions({ ...item, operation: 'delete' }, { brands: own.brands, versions: [] }, options)
    : toMentions(item, present, options)
  return outcome.kind === 'pass' ? outcome.value.mentions : []
}

function join(first: SeenItem, second: SeenItem): SeenItem {
  return {
    brands: [...new Set([...first.brands, ...second.brands])],
    versions: [...new Set([...first.versions, ...second.versions])],
  }
}
