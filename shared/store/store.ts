/**
 * What stands for a partition's state: the only source of its position. Small; the values it names are stored apart.
 * (epoch, offset) is compared: an operator's rewind raises the epoch.
 */
export interface Manifest {
  /** Incarnation of the topic the offset belongs to (`Log.topicId`). */
  topicId: string
  epoch: number
  /** Offset of the next record to read. */
  offset: number
  /** Greatest accepted heartbeat, ms; 0 before the first. */
  partitionTime: number
  /** Version of the state's format; another build with another format rebuilds or refuses. */
  stateVersion: number
  /** Build that wrote it. */
  build: string
  /** Content hash of the model in force, where one is. */
  model: string
  /** Member that wrote it. */
  writer: string
  /** Wall clock of the write, ms; for people only. */
  writtenAt: number
}

/** One partition's new state. */
export interface Commit {
  partition: number
  /** The manifest the writer read or wrote last; undefined: there was none. */
  base: Manifest | undefined
  next: Manifest
  /** Values by name, of any size (the driver cuts them into pieces of at most 1 MB). */
  puts: ReadonlyMap<string, Uint8Array>
  deletes?: readonly string[]
}

/** The state of a stage's partitions. A value becomes visible with the manifest that names it, or never. */
export interface PartitionStore {
  manifest(partition: number): Promise<Manifest | undefined>
  /** The manifest and every value it names, read as one. Values may share memory with others: read, and copy what you keep. */
  load(partition: number): Promise<{ manifest: Manifest | undefined; values: Map<string, Uint8Array> }>
  /** Writes the values, then swaps the manifest only if it still equals `base`. False: another writer was there. */
  commit(commit: Commit): Promise<boolean>
  /** Bytes of a partition's values, for `nabiz status` and metrics. */
  size(partition: number): Promise<number>
}

/** The right to do something alone, with a token that grows with every new holder. */
export interface Lease {
  name: string
  holder: string
  token: number
  /** By the store's clock, ms. */
  expiresAt: number
}

/** A timer: `id` is due in `queue` at `dueAt` ms. */
export interface DueTime {
  queue: string
  id: string
  dueAt: number
}

/** One key's part of `compareAndSetMany`; undefined: absent. */
export interface Comparison {
  key: string
  expected: Uint8Array | undefined
  next: Uint8Array | undefined
  ttlMs?: number
}

/**
 * Keyed state outside the stream. Same promises on every driver: acknowledged means durable, expiry by the store's
 * clock. Errors are DependencyError with codes store_unavailable, store_full, log_locked, closed. Keys are at most 512 bytes UTF-8.
 */
export interface Store {
  readonly driver: 'embedded' | 'redis'
  get(key: string): Promise<Uint8Array | undefined>
  getMany(keys: readonly string[]): Promise<(Uint8Array | undefined)[]>
  set(key: string, value: Uint8Array, options?: { ttlMs?: number }): Promise<void>
  /** One durable write of many. */
  setMany(entries: readonly { key: string; value: Uint8Array; ttlMs?: number }[]): Promise<void>
  delete(keys: readonly string[]): Promise<void>
  /** Sets `next` (undefined deletes) only if the value is `expected` (undefined: absent). */
  compareAndSet(
    key: string,
    expected: Uint8Array | undefined,
    next: Uint8Array | undefined,
    options?: { ttlMs?: number },
  ): Promise<boolean>
  /**
   * compareAndSet of many in one durable write, each decided by itself; whether each was set, in the order given. A key may
   * stand there once.
   */
  compareAndSetMany(entries: readonly Comparison[]): Promise<boolean[]>
  /** Keys with a prefix, ascending, with their values; for small sets (cursors, conditions). */
  list(prefix: string): Promise<{ key: string; value: Uint8Array }[]>

  /** Undefined while another holder's lease runs; the same holder gets its own lease again, prolonged, same token. */
  acquireLease(name: string, holder: string, ttlMs: number): Promise<Lease | undefined>
  /** False: it was lost (expired, or taken by another). */
  renewLease(lease: Lease, ttlMs: number): Promise<boolean>
  releaseLease(lease: Lease): Promise<void>

  /** Adds or moves a timer. */
  schedule(timers: readonly DueTime[]): Promise<void>
  unschedule(timers: readonly { queue: string; id: string }[]): Promise<void>
  /** Timers of a queue due at or before `now`, earliest first, at most `limit`; they stay until unscheduled. */
  due(queue: string, now: number, limit: number): Promise<DueTime[]>

  /** State of a stage's partitions, e.g. `scoring`. */
  partitions(stage: string): PartitionStore
  close(): Promise<void>
}
