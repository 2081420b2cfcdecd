import type { Receipt } from '@nabiz/ingest'
import type { Registry } from '@nabiz/shared/metrics'
import { z } from 'zod'

/** What became of a file's rows and of the mentions made of them. */
export interface RowTotals {
  /** Mentions counted, by brand; a row that names two brands counts for both. */
  mentions: Record<string, number>
  /** Rows and mentions that counted nowhere, by reason. */
  dropped: Record<string, number>
  /** Rows and mentions that nothing understands, by reason. */
  deadLettered: Record<string, number>
  /** One sentence for each sum that does not come out; none: every row is accounted for. */
  faults: string[]
}

/** Keeps the account of a replay: what ingest answered row by row, and what scoring made of the mentions. */
export interface RowAccounts {
  taken(receipt: Receipt): void
  /** `counted`: mentions in the closed minutes, by brand. */
  close(
    rows: number,
    brands: readonly string[],
    counted: ReadonlyMap<string, number>,
    registry: Registry,
  ): Promise<RowTotals>
}

export function createRowAccounts(): RowAccounts {
  const dropped: Record<string, number> = {}
  let passed = 0
  let written = 0
  let buried = 0

  return {
    taken(receipt) {
      passed += receipt.passed
      written += receipt.mentions
      buried += receipt.deadLettered
      for (const [reason, count] of Object.entries(receipt.dropped)) add(dropped, reason, count)
    },
    async close(rows, brands, countedByBrand, registry) {
      const faults: string[] = []
      const ofRows = passed + totalOf(dropped) + buried
      if (ofRows !== rows) {
        faults.push(
          `${rows} rows were read, but ${ofRows} are accounted for: ${passed} passed, ${totalOf(dropped)} dropped, ${buried} dead-lettered`,
        )
      }
      const deadRows = byLabel(await samplesOf(registry, 'nabiz_ingest_items_dead_lettered_total'), 'reason')
      const deadRecords = byLabel(
        await samplesOf(registry, 'nabiz_scoring_records_dead_lettered_total'),
        'reason',
      )
      const mentions = Object.fromEntries(brands.map((brand) => [brand, 0]))
      const counted = Object.fromEntries(countedByBrand)
      for (const [brand, count] of countedByBrand) add(mentions, brand, count)
      const dropsOfScoring = byLabel(
        await samplesOf(registry, 'nabiz_scoring_records_dropped_total'),
        'reason',
      )
      const droppedMentions = Object.fromEntries(
        Object.entries(dropsOfScoring).filter(([reason]) => aboutMentions.has(reason)),
      )
      const ofMentions = totalOf(counted) + totalOf(droppedMentions) + totalOf(deadRecords)
      if (ofMentions !== written) {
        faults.push(
          `${written} mentions were written, but ${ofMentions} are accounted for: ${totalOf(counted)} counted, ${totalOf(droppedMentions)} dropped, ${totalOf(deadRecords)} dead-lettered${await reworkText(registry)}`,
        )
      }
      return {
        mentions,
        dropped: sum(dropped, droppedMentions),
        deadLettered: sum(deadRows, deadRecords),
        faults,
      }
    },
  }
}

/** Reasons for which scoring drops a mention; the others concern heartbeats and config. */
const aboutMentions = new Set([
  'duplicate',
  'edit',
  'deletion',
  'unknown_brand',
  'own',
  'tombstoned',
  'too_old',
])

type Samples = { labels: Record<string, string>; value: number }[]

const samples = z.array(z.object({ labels: z.record(z.string(), z.string()), value: z.number() }))

async function samplesOf(registry: Registry, name: string): Promise<Samples> {
  return samples.parse((await registry.getSingleMetric(name)?.get())?.values ?? [])
}

/** Scoring counts a record again when it reads it again; what made it do so. */
async function reworkText(registry: Registry): Promise<string> {
  const causes = {
    'records failed in our own code': 'nabiz_scoring_record_failures_total',
    'checkpoints refused': 'nabiz_scoring_checkpoint_conflicts_total',
    'waits for log or store': 'nabiz_scoring_dependency_waits_total',
  }
  const parts: string[] = []
  for (const [cause, name] of Object.entries(causes)) {
    const count = (await samplesOf(registry, name)).reduce((total, { value }) => total + value, 0)
    if (count > 0) parts.push(`${count} ${cause}`)
  }
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`
}

function byLabel(values: Samples, label: string): Record<string, number> {
  const totals: Record<string, number> = {}
  for (const { labels, value } of values) if (value > 0) add(totals, labels[label] ?? 'unknown', value)
  return totals
}

function sum(...parts: readonly Record<string, number>[]): Record<string, number> {
  const totals: Record<string, number> = {}
  for (const part of parts) for (const [key, value] of Object.entries(part)) add(totals, key, value)
  return totals
}

function add(totals: Record<string, number>, key: string, value: number): void {
  totals[key] = (totals[key] ?? 0) + value
}

function totalOf(totals: Readonly<Record<string, number>>): number {
  return Object.values(totals).reduce((total, value) => total + value, 0)
}
