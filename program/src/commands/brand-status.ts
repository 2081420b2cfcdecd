import { type SignalName, type SignalRecord, type SignalState, signalRecord } from '@nabiz/shared/contracts'
import type { Log } from '@nabiz/shared/log'
import { drawTable } from './table.ts'

/** Records of a partition looked back at: every brand tells each signal at least once an hour. */
const lookBack = 20_000
/** Days of history with which a baseline is complete. */
const fullDays = 14
/** States, the one a person has to know of first. */
const urgency: readonly SignalState[] = ['firing', 'recovering', 'pending', 'blind', 'warming', 'ok']

/** One brand, as `nabiz status --brands --json` prints it: what its latest signals say. Times in ms. */
export interface BrandStatus {
  brand: string
  state: SignalState
  /** The loudest signal, and its severity; 1 is the page boundary. */
  signal: SignalName
  severity: number
  /** Observed days the baseline of `volume` knows, of 14; null: told by an older build. */
  historyDays: number | null
  /** Platforms that were not seen for the whole of the last hour, with the share that was and why. */
  unseen: { platform: string; observed: number; reason: string | null }[]
  /** Why a severity is a warning and no page. */
  limitedBy: string | null
  /** When a page is projected, if growth goes on. */
  projectedPageAt: number | null
  /** Event time of the latest of them. */
  at: number
}

/** A record of `signals` that cannot be read. */
export interface UnreadableSignal {
  partition: number
  offset: number
  reason: string
}

/** Every brand that told a signal of late, by name; records that cannot be read are passed over and told. */
export async function readBrandStatus(
  log: Log,
  onUnreadable: (record: UnreadableSignal) => void,
): Promise<BrandStatus[]> {
  const brands = new Map<string, Map<SignalName, SignalRecord>>()
  for (const { partition, earliest, end } of await log.bounds('signals')) {
    if (end === earliest) continue
    const from = Math.max(earliest, end - lookBack)
    for await (const records of log.read({ topic: 'signals', partition, from })) {
      for (const record of records) {
        const value = readSignal(record.value)
        if (typeof value === 'string') {
          onUnreadable({ partition, offset: record.offset, reason: value })
          continue
        }
        // What a brand's tried thresholds say pages nobody.
        if (value.shadow === true) continue
        const signals = brands.get(value.brand) ?? new Map<SignalName, SignalRecord>()
        brands.set(value.brand, signals.set(value.signal, value))
      }
    }
  }
  return [...brands]
    .sort((a, b) => (a[0] < b[0] ? -1 : 1))
    .flatMap(([brand, signals]) => statusOf(brand, [...signals.values()]) ?? [])
}

/** The record, or why it is none. */
function readSignal(bytes: Uint8Array): SignalRecord | string {
  try {
    const read = signalRecord.safeParse(JSON.parse(Buffer.from(bytes).toString('utf8')))
    if (read.success) return read.data
    const [issue] = read.error.issues
    return `${issue?.path.join('.') || 'the record'}: ${issue?.message ?? 'not a signals record'}`
  } catch {
    return 'no JSON'
  }
}

function statusOf(brand: string, records: readonly SignalRecord[]): BrandStatus | undefined {
  const [loudest] = [...records].sort((a, b) => b.severity - a.severity)
  const [latest] = [...records].sort((a, b) => b.at - a.at)
  if (loudest === undefined || latest === undefined) return undefined
  const state = urgency.find((each) => records.some((record) => record.state === each)) ?? 'ok'
  const limits = records.flatMap((record) => record.windows.flatMap(({ limit }) => limit?.by ?? []))
  const projected = records.flatMap(({ projection }) =>
    projection?.severity === 1 && projection.at > latest.at ? projection.at : [],
  )
  return {
    brand,
    state,
    signal: loudest.signal,
    severity: loudest.severity,
    historyDays: records.find(({ signal }) => signal === 'volume')?.history?.days ?? null,
    unseen: latest.coverage
      .filter(({ observed }) => observed < 1)
      .map(({ platform, observed, reason = null }) => ({ platform, observed, reason })),
    limitedBy: limits[0] ?? null,
    projectedPageAt: projected.length === 0 ? null : Math.min(...projected),
    at: latest.at,
  }
}

/** The same as a table. */
export function drawBrandStatus(rows: readonly BrandStatus[]): string {
  if (rows.length === 0) return 'no brand has told a signal yet\n'
  const cells = rows.map((row) => [
    row.brand,
    row.state,
    row.severity.toFixed(2),
    row.signal,
    row.historyDays === null ? '-' : `${Math.min(row.historyDays, fullDays).toFixed(1)} of ${fullDays} days`,
    row.unseen.length === 0 ? 'all' : `not ${row.unseen.map(describeUnseen).join(', ')}`,
    [
      ...(row.limitedBy === null ? [] : [row.limitedBy.replace('_', ' ')]),
      ...(row.projectedPageAt === null ? [] : [`page by ${new Date(row.projectedPageAt).toISOString()}`]),
    ].join('; '),
  ])
  return drawTable(['brand', 'state', 'severity', 'signal', 'history', 'seen', 'note'], cells, new Set([2]))
}

function describeUnseen({ platform, observed, reason }: BrandStatus['unseen'][number]): string {
  const why = reason === null ? '' : ` (${reason})`
  return `${platform} for ${Math.ceil((1 - observed) * 60)} of 60 minutes${why}`
}
