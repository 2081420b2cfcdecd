import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Channel, createRecorder } from '@nabiz/alerting'
import type { Logger } from '@nabiz/shared/logging'
import { ManualClock, minute, systemClock } from '@nabiz/shared/time'
import { type NabizConfig, nabizConfig } from '../config/nabiz-config.ts'
import { openDrivers } from '../drivers.ts'
import { startVirtualRun } from '../virtual/virtual-run.ts'
import { readCounts } from './read-counts.ts'
import { type ReplayedIncident, readIncidents } from './read-incidents.ts'
import type { LoadedFile } from './replay-file.ts'
import { createRowAccounts, type RowAccounts, type RowTotals } from './row-accounts.ts'

/** What a replay found. `faults` is empty when every row and mention is accounted for. */
export interface ReplayResult extends RowTotals {
  rows: number
  incidents: ReplayedIncident[]
  /** Notices that reached a channel as a page. */
  pages: number
}

export interface ReplayOptions {
  file: LoadedFile
  config: NabizConfig | undefined
  logger: Logger
  /** Times real time; undefined: as fast as it goes. */
  speed: number | undefined
  /** Kept there instead of in a folder that is removed afterwards. */
  dataDir: string | undefined
  maxBatchRecords?: number
  stopping: AbortSignal
  onProgress(done: number, total: number, at: number): void
}

/** Minutes of virtual time between two settlements: what alerting's timers may be late by. */
const stepMinutes = 15

/** Passes a file through the whole pipeline in a log of its own, with virtual time. */
export async function replay(options: ReplayOptions): Promise<ReplayResult> {
  const { file, logger } = options
  const folder = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'nabiz-replay-')))
  const first = Math.floor((file.items[0]?.at ?? 0) / minute) * minute
  const clock = new ManualClock(first)
  const drivers = await openDrivers({ dataDir: folder, fsync: false, clock, logger })
  try {
    const recorder = createRecorder(1_000_000)
    const base = options.config ?? nabizConfig.parse({})
    const config = { ...base, brands: file.brands }
    const run = await startVirtualRun({
      config,
      drivers,
      clock,
      platform: file.map.platform ?? 'replay',
      logger,
      channels: recordingChannels(config, recorder),
      ...(options.maxBatchRecords === undefined ? {} : { maxBatchRecords: options.maxBatchRecords }),
    })
    try {
      const accounts = createRowAccounts()
      accounts.taken(await run.bury(file.unreadable.map((row) => row.unreadable)))
      await feed(options, first, run, accounts)
      const brands = file.brands.map((brand) => brand.id)
      return {
        rows: file.rows,
        ...(await accounts.close(file.rows, brands, await readCounts(drivers.log), run.registry)),
        incidents: await readIncidents(drivers.log),
        pages: recorder.notices.filter(({ notice }) => notice.kind === 'page' || notice.kind === 'escalation')
          .length,
      }
    } finally {
      await run.stop()
    }
  } finally {
    await drivers.close()
    if (options.dataDir === undefined) await rm(folder, { recursive: true, force: true })
  }
}

type Run = Awaited<ReturnType<typeof startVirtualRun>>

async function feed(options: ReplayOptions, first: number, run: Run, accounts: RowAccounts): Promise<void> {
  const { items, brandOf } = options.file
  let next = 0
  for (let at = first; next < items.length && !options.stopping.aborted; at += minute) {
    const from = next
    while (next < items.length && (items[next]?.at ?? 0) < at + minute) next += 1
    const rows = items.slice(from, next)
    const brands = new Map(rows.map((row) => [row.item, brandOf(row)]))
    accounts.taken(
      await run.minute(
        at,
        rows.map((row) => row.item),
        (item) => brands.get(item),
      ),
    )
    if (options.speed !== undefined) await systemClock.sleep(minute / options.speed, options.stopping)
    if (options.speed !== undefined || (at - first) % (stepMinutes * minute) === 0) await run.settle()
    if (rows.length > 0) options.onProgress(next, items.length, at)
  }
  await run.settle()
}

/** The plan's channels, all recording: a replay reaches nobody. */
function recordingChannels(config: NabizConfig, recorder: ReturnType<typeof createRecorder>): Channel[] {
  const ids = new Set(['log', ...config.alerting.channels.map((channel) => channel.id)])
  return [...ids].map((id) => ({
    id,
    type: 'record',
    deliver(notice) {
      recorder.onRecord(id, notice)
      return Promise.resolve({ kind: 'delivered' })
    },
  }))
}
