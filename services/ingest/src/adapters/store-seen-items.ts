import { hash } from 'node:crypto'
import type { Log } from '@nabiz/shared/log'
import type { Comparison, Store } from '@nabiz/shared/store'
import type { Clock } from '@nabiz/shared/time'
import { z } from 'zod'
import type { SeenItem, SeenItems } from '../ports.ts'

const stored = z.tuple([z.array(z.string()), z.array(z.string())])

/** Nobody else remembered anything meanwhile, as a rule. */
const unchanged: ReadonlyMap<string, SeenItem | undefined> = new Map()

/** Ids that stand in a key as they are. Most platforms number in order, so what is new stands together in the store. */
const plainId = /^[\x21-\x7e]{1,64}$/

/**
 * Key of an item in ingest's memory. Ids that are long, of other letters or a person's stand there as the first 128 bits
 * of SHA-256 over platform and id.
 */
export function seenKey(
  platform: string,
  { id, idIsPersonal }: { id: string; idIsPersonal?: boolean },
): string {
  return !idIsPersonal && plainId.test(id) ? `seen/${platform}/${id}` : hashedKey(platform, id)
}

function hashedKey(platform: string, id: string): string {
  return `seen/${hash('sha256', `${platform}\0${id}`, 'base64url').slice(0, 22)}`
}

export interface StoreSeenItemsOptions {
  store: Pick<Store, 'getMany' | 'compareAndSetMany'>
  clock: Clock
  /** Each is remembered for so long after it was last written. */
  rememberedMs: number
  /** Until when items may stand under the keys of older builds, ms (`olderKeysUntil`). Default: none do. */
  olderUntil?: number
}

/** Remembers ids in the store. */
export function createStoreSeenItems(options: StoreSeenItemsOptions): SeenItems {
  const { store, clock, rememberedMs, olderUntil = 0 } = options

  async function get(keys: readonly string[]): Promise<(SeenItem | undefined)[]> {
    let values = await store.getMany(keys)
    if (clock.now() < olderUntil && (await moveOlder(keys.filter((_, index) => !values[index]))))
      values = await store.getMany(keys)
    return values.map((value) => (value ? decode(value) : undefined))
  }

  /** Moves what an older build remembered of these to the keys they have now; false: nothing. */
  async function moveOlder(keys: readonly string[]): Promise<boolean> {
    const older = new Map<string, string>()
    for (const key of keys) {
      const [, platform, id] = /^seen\/([^/]+)\/(.+)$/.exec(key) ?? []
      if (platform !== undefined && id !== undefined) older.set(key, hashedKey(platform, id))
    }
    const found = await store.getMany([...older.values()])
    const moved = [...older.keys()].flatMap((key, index): Comparison[] => {
      const next = found[index]
      return next ? [{ key, expected: undefined, next, ttlMs: rememberedMs }] : []
    })
    if (moved.length > 0) await store.compareAndSetMany(moved)
    return moved.length > 0
  }

  return {
    rememberedMs,
    get,
    async remember(entries) {
      const comparisons: Comparison[] = []
      let last: { item: SeenItem; bytes: Uint8Array } | undefined
      for (const [key, { base, next }] of entries) {
        // Most of a delivery are remembered alike.
        if (!last || !isAlike(last.item, next)) last = { item: next, bytes: encode(next) }
        comparisons.push({ key, expected: base && encode(base), next: last.bytes, ttlMs: rememberedMs })
      }
      const remembered = await store.compareAndSetMany(comparisons)
      if (!remembered.includes(false)) return unchanged
      const changed = [...entries.keys()].filter((_, index) => !remembered[index])
      const present = await get(changed)
      return new Map(changed.map((key, index) => [key, present[index]]))
    },
  }
}

const olderUntilName = 'ingest/older-seen-keys-until'

/**
 * Until when items may stand under the keys of older builds, all of them hashes, ms: for `rememberedMs` from the first
 * start of a build that knows better, and never where no build has written a mention before.
 */
export async function olderKeysUntil(
  store: Pick<Store, 'get' | 'compareAndSet'>,
  log: Pick<Log, 'bounds'>,
  now: number,
  rememberedMs: number,
): Promise<number> {
  const kept = await store.get(olderUntilName)
  if (kept) return Number(Buffer.from(kept).toString('utf8'))
  const bounds = await log.bounds('mentions')
  const until = bounds.every(({ end }) => end === 0) ? 0 : now + rememberedMs
  const isFirst = await store.compareAndSet(olderUntilName, undefined, Buffer.from(String(until), 'utf8'))
  return isFirst ? until : olderKeysUntil(store, log, now, rememberedMs)
}

function isAlike(a: SeenItem, b: SeenItem): boolean {
  return isSameList(a.brands, b.brands) && isSameList(a.versions, b.versions)
}

function isSameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((one, index) => one === b[index])
}

/** The same bytes for the same item: they are what is compared. */
function encode({ brands, versions }: SeenItem): Uint8Array {
  return Buffer.from(JSON.stringify([brands, versions]), 'utf8')
}

function decode(value: Uint8Array): SeenItem {
  const [brands, versions] = stored.parse(JSON.parse(Buffer.from(value).toString('utf8')))
  return { brands, versions }
}
