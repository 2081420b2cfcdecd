import { hash } from 'node:crypto'
import type { Store } from '@nabiz/shared/store'
import { z } from 'zod'
import type { SeenItem, SeenItems } from '../ports.ts'

const stored = z.tuple([z.array(z.string()), z.array(z.string())])

/** Key of an item in ingest's memory: the first 128 bits of SHA-256 over platform and id, so any id fits. */
export function seenKey(platform: string, id: string): string {
  return `seen/${hash('sha256', `${platform}\0${id}`, 'base64url').slice(0, 22)}`
}

/** Remembers ids in the store, each for `rememberedMs` after it was last written. */
export function createStoreSeenItems(store: Store, rememberedMs: number): SeenItems {
  async function get(keys: readonly string[]): Promise<(SeenItem | undefined)[]> {
    const values = await store.getMany(keys)
    return values.map((value) => (value ? decode(value) : undefined))
  }

  return {
    get,
    async remember(entries) {
      const keys = [...entries.keys()]
      const remembered = await store.compareAndSetMany(
        [...entries].map(([key, { base, next }]) => ({
          key,
          expected: base && encode(base),
          next: encode(next),
          ttlMs: rememberedMs,
        })),
      )
      const changed = keys.filter((_, index) => !remembered[index])
      const present = changed.length === 0 ? [] : await get(changed)
      return new Map(changed.map((key, index) => [key, present[index]]))
    },
  }
}

/** The same bytes for the same item: they are what is compared. */
function encode({ brands, versions }: SeenItem): Uint8Array {
  return Buffer.from(JSON.stringify([brands, versions]), 'utf8')
}

function decode(value: Uint8Array): SeenItem {
  const [brands, versions] = stored.parse(JSON.parse(Buffer.from(value).toString('utf8')))
  return { brands, versions }
}
