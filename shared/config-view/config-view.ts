import type { BrandVersion, ConfigKind, PlanConfig, ThresholdsConfig } from '../contracts/index.ts'
import { DependencyError, messageOf } from '../errors/index.ts'
import type { Log } from '../log/index.ts'
import type { Clock } from '../time/index.ts'
import { type ActiveConfig, type ConfigChange, ConfigState, type RemovedConfig } from './config-state.ts'

/** Every config record stands in this partition, so that `config` has one order and a pointer's offset is comparable. */
export const configPartition = 0

/** What is configured now, kept current by following `config`. Reading never waits. */
export interface ConfigView {
  /** Reads `config` to its end, then follows it. Throws DependencyError when the log cannot be read at the start. */
  start(): Promise<void>
  stop(): Promise<void>
  /** Reads what was appended since; resolves when the view stands at the end as of the call. */
  refresh(): Promise<void>
  brand(id: string): ActiveConfig<BrandVersion> | undefined
  thresholds(id: string): ActiveConfig<ThresholdsConfig> | undefined
  plan(id: string): ActiveConfig<PlanConfig> | undefined
  /** Active brands, by id ascending. */
  brands(): ActiveConfig<BrandVersion>[]
  get(kind: ConfigKind, id: string): ActiveConfig | undefined
  /** Content of a version ever published, active or not. */
  version(kind: ConfigKind, id: string, version: string): Record<string, unknown> | undefined
  /** Every active entry of every kind, by kind and id ascending. */
  all(): ActiveConfig[]
  /** Entries of a kind that were in force once and are not any more, by id ascending. */
  removed(kind: ConfigKind): RemovedConfig[]
  /** Calls the listener once for each pointer change read after this call, in order; returns how to end that. */
  onChange(listener: (change: ConfigChange) => void): () => void
  /** Records of `config` that could not be applied: key and what was wrong. */
  faults(): ReadonlyMap<string, string>
}

export interface ConfigViewOptions {
  clock: Clock
  /** How often new records are looked for, ms; default 1,000. */
  pollMs?: number
  /** Told when a read failed; the view stays as it was and tries again. */
  onError?: (message: string) => void
}

/** A view of `config` by range reads outside any group: it leaves nothing behind. */
export function createConfigView(log: Log, options: ConfigViewOptions): ConfigView {
  let state = new ConfigState()
  let position: number | undefined
  const listeners = new Set<(change: ConfigChange) => void>()
  let stopping: AbortController | undefined
  let following: Promise<void> | undefined
  let reading: Promise<void> = Promise.resolve()

  async function readOnce(): Promise<void> {
    const bounds = (await log.bounds('config')).find((entry) => entry.partition === configPartition)
    if (!bounds) return
    // A log whose tail was lost: `config` is the only truth, so it is read again from its beginning.
    if (position !== undefined && position > bounds.end) {
      state = new ConfigState()
      position = undefined
    }
    const from = Math.max(position ?? bounds.earliest, bounds.earliest)
    if (from < bounds.end) {
      for await (const records of log.read({
        topic: 'config',
        partition: configPartition,
        from,
        to: bounds.end,
      })) {
        for (const record of records) {
          const changes = state.apply(record.key, record.value, record.offset)
          position = record.offset + 1
          for (const change of changes) for (const listener of listeners) listener(change)
        }
      }
    }
    position = bounds.end
  }

  function refresh(): Promise<void> {
    const next = reading.catch(() => undefined).then(readOnce)
    reading = next
    return next
  }

  async function follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await options.clock.sleep(options.pollMs ?? 1_000, signal)
      if (signal.aborted) return
      try {
        await refresh()
      } catch (err) {
        if (err instanceof DependencyError && err.code === 'closed') return
        options.onError?.(messageOf(err))
      }
    }
  }

  return {
    async start() {
      if (following) return
      await refresh()
      stopping = new AbortController()
      following = follow(stopping.signal)
    },
    async stop() {
      stopping?.abort()
      await following
      following = undefined
    },
    refresh,
    brand: (id) => state.brand(id),
    thresholds: (id) => state.thresholds(id),
    plan: (id) => state.plan(id),
    brands: () => state.all().filter((entry): entry is ActiveConfig<BrandVersion> => entry.kind === 'brand'),
    get: (kind, id) => state.get(kind, id),
    version: (kind, id, version) => state.version(kind, id, version),
    all: () => state.all(),
    removed: (kind) => state.removed(kind),
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    faults: () => state.faults(),
  }
}
