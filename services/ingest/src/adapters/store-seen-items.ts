import { createHash } from 'node:crypto'
import type { Store } from '@nabiz/shared/store'
import { day } from '@nabiz/shared/time'
import { z } from 'zod'
import type { SeenItem, SeenItems } from '../ports.ts'

/** As long as the mentions themselves are kept. */
const rememberedMs = 15 * day

const stored = z.tuple([z.array(z.string()), z.array(z.string())])

/** Key of an item in ingest's memory: the first 128 bits of SHA-256 over platform and id, so any id fits. */
export function seenKey(platform: string, id: string): string {
  return `seen/${createHash('sha256').update(`${platform}\0${id}`).digest('base64url').slice(0, 22)}`
}

/** Remembers ids in the store for 15 days. */
export function createStoreSeenItems(store: Store): SeenItems {
  return {
    async get(keys) {
      const values = await store.getMany(keys)
      return values.map((value) => (value ? decode(value) : undefined))
    },
    async remember(entries) {
      await store.setMany(
        [...entries].map(([key, item]) => ({
          key,
          value: Buffer.from(JSON.stringify([item.brands, item.versions]), 'utf8'),
          ttlMs: rememberedMs,
        })),
      )
    },
  }
}

function decode(value: Uint8Array): SeenItem {
  const [brands, versions] = stored.parse(JSON.parse(Buffer.from(value).toString('utf8')))
  return { brands, versions }
}
