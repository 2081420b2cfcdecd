import type { Topic } from '@nabiz/shared/contracts'
import type { Log } from '@nabiz/shared/log'
import { createSilentLogger } from '@nabiz/shared/logging'
import type { Store } from '@nabiz/shared/store'
import { systemClock } from '@nabiz/shared/time'
import { type DriversPlace, openConfiguredDrivers } from '../drivers.ts'
import { exitCodes } from '../exit-codes.ts'
import type { ProcessEdge } from '../process-edge.ts'
import { drawBrandStatus, readBrandStatus } from './brand-status.ts'
import { drawTable } from './table.ts'

/** One partition of one stage, as `nabiz status --json` prints it. Times in ms; null: there is none yet. */
export interface PartitionStatus {
  stage: string
  topic: Topic
  partition: number
  /** Member that works on it now. */
  owner: string | null
  /** Offset of the next record to read, from the manifest. */
  position: number | null
  end: number
  lag: number
  partitionTime: number | null
  checkpointAgeMs: number | null
  stateBytes: number
}

const stages = [
  { stage: 'scoring', topic: 'mentions' },
  { stage: 'alerting', topic: 'breaches' },
] as const

/**
 * `nabiz status`: reads log and store beside the processes that use them; partitions nothing was written to are left out.
 * With `brands`, what each brand's latest signals say.
 */
export async function status(
  options: { place: DriversPlace; json: boolean; everyPartition: boolean; brands: boolean },
  edge: ProcessEdge,
): Promise<number> {
  const drivers = await openConfiguredDrivers({
    config: options.place,
    clock: systemClock,
    logger: createSilentLogger(),
    readOnly: true,
    onFatal: () => undefined,
  })
  try {
    if (options.brands) {
      const brands = await readBrandStatus(drivers.log, ({ partition, offset, reason }) => {
        edge.stderr.write(`signals, partition ${partition}, offset ${offset}: passed over, ${reason}\n`)
      })
      edge.stdout.write(options.json ? `${JSON.stringify(brands)}\n` : drawBrandStatus(brands))
      return exitCodes.ok
    }
    const rows = await readStatus(drivers.log, drivers.store, systemClock.now())
    const shown = options.everyPartition ? rows : rows.filter((row) => row.end > 0)
    edge.stdout.write(options.json ? `${JSON.stringify(shown)}\n` : drawStatus(shown))
    return exitCodes.ok
  } finally {
    await drivers.close()
  }
}

/** Every partition of every stage. */
export async function readStatus(log: Log, store: Store, now: number): Promise<PartitionStatus[]> {
  const rows: PartitionStatus[] = []
  for (const { stage, topic } of stages) {
    const owners = new Map((await log.group(stage, topic)).map((entry) => [entry.partition, entry.member]))
    const states = store.partitions(stage)
    for (const { partition, earliest, end } of await log.bounds(topic)) {
      const manifest = await states.manifest(partition)
      rows.push({
        stage,
        topic,
        partition,
        owner: owners.get(partition) ?? null,
        position: manifest?.offset ?? null,
        end,
        lag: end - (manifest?.offset ?? earliest),
        partitionTime: manifest?.partitionTime || null,
        checkpointAgeMs: manifest ? now - manifest.writtenAt : null,
        stateBytes: manifest ? await states.size(partition) : 0,
      })
    }
  }
  return rows
}

function drawStatus(rows: readonly PartitionStatus[]): string {
  if (rows.length === 0) return 'nothing was written yet\n'
  const header = [
    'stage',
    'partition',
    'owner',
    'position',
    'lag',
    'partition time',
    'checkpoint age',
    'state',
  ]
  const cells = rows.map((row) => [
    row.stage,
    String(row.partition),
    row.owner ?? 'nobody',
    row.position === null ? '-' : String(row.position),
    String(row.lag),
    row.partitionTime === null ? '-' : new Date(row.partitionTime).toISOString(),
    row.checkpointAgeMs === null ? '-' : `${(row.checkpointAgeMs / 1_000).toFixed(1)} s`,
    row.stateBytes === 0 ? '-' : `${(row.stateBytes / 1_024).toFixed(1)} KiB`,
  ])
  return drawTable(header, cells, new Set([1, 3, 4, 6, 7]))
}
