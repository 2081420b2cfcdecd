import { Secret } from '@nabiz/shared/config'
import type { ConfigView } from '@nabiz/shared/config-view'
import { type Log, type NewRecord, partitionOf } from '@nabiz/shared/log'
import type { Logger } from '@nabiz/shared/logging'
import type { Registry } from '@nabiz/shared/metrics'
import type { Clock } from '@nabiz/shared/time'
import { createBrandBook } from './brands/brand-book.ts'
import type { Accept, Delivery, Receipt } from './connectors/connector.ts'
import { heartbeatRecords } from './heartbeats.ts'
import { createAccept } from './pipeline.ts'
import type { KnownTotal, KnownTotals, SeenItem, SeenItems } from './ports.ts'
import { createPseudonymise } from './steps/pseudonymise.ts'
import { createTelemetry } from './telemetry.ts'

export interface OfflineIngestOptions {
  log: Log
  view: ConfigView
  /** Virtual: its time becomes `receivedAt` and the heartbeats' clock. */
  clock: Clock
  registry: Registry
  logger: Logger
  platform: string
}

/** Ingest without servers, pollers and wall clock: replays and simulated histories go through the same steps as live. */
export interface OfflineIngest {
  start(): Promise<void>
  /** Takes a delivery at the clock's present time; it is in the log after `flush`. */
  take(delivery: Delivery): Promise<Receipt>
  /** A heartbeat at the clock's present time, to the partitions of the watched brands. */
  beat(): void
  /** Writes what was taken, in order and as one. */
  flush(): Promise<void>
  stop(): Promise<void>
}

/** Builds it; ids are remembered in memory for the length of the run, pseudonyms keyed by the run's platform. */
export function createOfflineIngest(options: OfflineIngestOptions): OfflineIngest {
  const { log, view, clock, platform } = options
  const telemetry = createTelemetry(options.registry, options.logger)
  const book = createBrandBook({
    log,
    view,
    clock,
    telemetry,
    onError: (err) => options.logger.error({ err }, 'config not relayed'),
  })
  let waiting: NewRecord[] = []
  let partitions: number[] = []

  const accept: Accept = createAccept(platform, 'main', {
    log: {
      append(records) {
        waiting.push(...records)
        return Promise.resolve([])
      },
    },
    seen: createMemorySeenItems(),
    totals: createMemoryKnownTotals(),
    clock,
    pseudonymise: createPseudonymise(new Secret(`offline ${platform}`), 0),
    telemetry,
    matcher: book.matcher,
    isWatched: book.isWatched,
  })

  return {
    async start() {
      await book.start?.()
      partitions = [...new Set(view.brands().map((brand) => partitionOf(brand.id)))].sort((a, b) => a - b)
    },
    take: accept,
    beat() {
      const at = clock.now()
      const connector = { platform, account: 'main', condition: 'ok', lastSuccessAt: at } as const
      waiting.push(
        ...heartbeatRecords(
          { v: 1, type: 'heartbeat', at, source: platform, connectors: [connector] },
          partitions,
        ),
      )
    },
    async flush() {
      const records = waiting
      waiting = []
      if (records.length > 0) await log.append(records)
    },
    stop: async () => book.stop(),
  }
}

function createMemorySeenItems(): SeenItems {
  const items = new Map<string, SeenItem>()
  return {
    rememberedMs: Number.POSITIVE_INFINITY,
    get: (keys) => Promise.resolve(keys.map((key) => items.get(key))),
    remember(entries) {
      for (const [key, { next }] of entries) items.set(key, next)
      return Promise.resolve(new Map())
    },
  }
}

function createMemoryKnownTotals(): KnownTotals {
  const totals = new Map<string, KnownTotal>()
  return {
    get: (keys) => Promise.resolve(keys.map((key) => totals.get(key))),
    set(entries) {
      for (const [key, total] of entries) totals.set(key, total)
      return Promise.resolve()
    },
  }
}
