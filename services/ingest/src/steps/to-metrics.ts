import { type Metric, metric } from '@nabiz/shared/contracts'
import { minute } from '@nabiz/shared/time'
import type { Count } from '../connectors/connector.ts'
import type { KnownTotal, KnownTotals } from '../ports.ts'

export interface ToMetricsOptions {
  platform: string
  receivedAt: number
  isWatched(brand: string): boolean
}

/** What counters become. passed + dropped = the counters given. */
export interface Counted {
  metrics: Metric[]
  passed: number
  dropped: ('no_brand' | 'unchanged')[]
  /** Call it once the metrics are in the log: remembers that they are. */
  settle(): Promise<void>
}

/** A counter that stands still is noted as looked at no more often than this, ms: most looks find nothing new. */
const noteLookEveryMs = 5 * minute

/** Key of a counter in ingest's memory. */
export function totalKey(platform: string, { subject, counter }: Pick<Count, 'subject' | 'counter'>): string {
  return `${platform}\0${counter}\0${subject}`
}

/**
 * A record for each counter that moved, with what it grew by since the last one in the log; the first sight of a counter
 * has a delta of 0. `since` says when the counter was looked at before, so that a delta found after a long time is not
 * taken for a jump. Each delta is remembered before it is written and again after: one that a crash left half-way is
 * written again with the same id and the same figures, so that the sum of the deltas is the counter's total.
 */
export async function toMetrics(
  counts: readonly Count[],
  totals: KnownTotals,
  options: ToMetricsOptions,
): Promise<Counted> {
  const dropped: Counted['dropped'] = []
  if (counts.length === 0) return { metrics: [], passed: 0, dropped, settle: () => Promise.resolve() }
  const keys = counts.map((count) => totalKey(options.platform, count))
  const found = await totals.get(keys)
  const metrics: Metric[] = []
  const prepared = new Map<string, KnownTotal>()
  const settled = new Map<string, KnownTotal>()
  const looked = new Map<string, KnownTotal>()
  for (const [index, count] of counts.entries()) {
    const key = keys[index] ?? totalKey(options.platform, count)
    const last = found[index]
    const brands = [...new Set(count.brands)].filter(options.isWatched)
    if (brands.length === 0) {
      dropped.push('no_brand')
      continue
    }
    // A delta left half-way goes first; what the counter says now is found at the next look.
    const observedAt = count.observedAt ?? options.receivedAt
    const since = last?.lookedAt
    const next = last?.pending ?? {
      total: count.total,
      observedAt,
      ...(since !== undefined && since < observedAt ? { since } : {}),
    }
    if (settled.has(key) || (!last?.pending && last?.total === next.total)) {
      if (last && !settled.has(key) && observedAt - (since ?? 0) >= noteLookEveryMs) {
        looked.set(key, { total: last.total, sequence: last.sequence, lookedAt: observedAt })
      }
      dropped.push('unchanged')
      continue
    }
    const before = last?.total ?? next.total
    const sequence = (last?.sequence ?? 0) + 1
    metrics.push(...brands.map((brand) => toRecord(count, brand, { ...next, before, sequence }, options)))
    if (!last?.pending) prepared.set(key, { total: before, sequence: sequence - 1, pending: next })
    settled.set(key, { total: next.total, sequence, lookedAt: next.observedAt })
  }
  if (prepared.size > 0) await totals.set(prepared)
  return {
    metrics,
    passed: counts.length - dropped.length,
    dropped,
    async settle() {
      if (settled.size + looked.size > 0) await totals.set(new Map([...looked, ...settled]))
    },
  }
}

function toRecord(
  count: Count,
  brand: string,
  {
    before,
    total,
    sequence,
    observedAt,
    since,
  }: { before: number; total: number; sequence: number; observedAt: number; since?: number },
  { platform, receivedAt }: ToMetricsOptions,
): Metric {
  return metric.parse({
    v: 1,
    type: 'metric',
    id: `${count.counter}/${sequence}/${count.subject}`.slice(0, 512),
    platform,
    brand,
    counter: count.counter,
    subject: count.subject,
    delta: total - before,
    total,
    ...(count.isItemised ? { itemised: true } : {}),
    observedAt,
    ...(since === undefined ? {} : { since }),
    receivedAt,
  })
}
