/** What ingest remembers of an item: the brands it was written for, so that a delete finds them. */
export interface SeenItem {
  brands: readonly string[]
  /** Versions written: '' for the first, a platform's revision for an edit, `!delete`, `!hide`. */
  versions: readonly string[]
}

/** What is known of one counter of the platform. */
export interface KnownTotal {
  /** Total of the last delta that is in the log. */
  total: number
  /** Number of that delta; makes each delta's id its own. */
  sequence: number
  /** A delta that was about to be written: after a crash it is written again as it was, before the next. */
  pending?: { total: number; observedAt: number; since?: number }
  /** When the platform showed this total last, ms, give or take five minutes; absent in what older builds kept. */
  lookedAt?: number
}

/** Ingest's memory of counters, by platform and subject. */
export interface KnownTotals {
  get(keys: readonly string[]): Promise<(KnownTotal | undefined)[]>
  set(entries: ReadonlyMap<string, KnownTotal>): Promise<void>
}

/** Ingest's own memory of ids: saves work and guards what scoring's 48 hours no longer cover. */
export interface SeenItems {
  /** How long an item is remembered after it was last written, ms. */
  readonly rememberedMs: number
  /** In the order of the keys; undefined: never seen. */
  get(keys: readonly string[]): Promise<(SeenItem | undefined)[]>
  /**
   * Remembers `next` of each key of which still `base` is remembered. Resolves to the others, each with what another
   * replica remembered meanwhile.
   */
  remember(
    entries: ReadonlyMap<string, { base: SeenItem | undefined; next: SeenItem }>,
  ): Promise<ReadonlyMap<string, SeenItem | undefined>>
}
