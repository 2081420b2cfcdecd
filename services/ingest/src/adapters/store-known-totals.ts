import { createHash } from 'node:crypto'
import type { Store } from '@nabiz/shared/store'
import { day } from '@nabiz/shared/time'
import { z } from 'zod'
import type { KnownTotal, KnownTotals } from '../ports.ts'

/** A counter nobody showed us for so long starts anew, with a first delta of 0. */
const rememberedMs = 90 * day

const stored = z.object({
  total: z.int(),
  sequence: z.int(),
  pending: z.object({ total: z.int(), observedAt: z.int(), since: z.int().optional() }).optional(),
  lookedAt: z.int().optional(),
})

function storeKey(key: string): string {
  return `total/${createHash('sha256').update(key).digest('base64url').slice(0, 22)}`
}

/** Remembers the platforms' counters in the store for 90 days. */
export function createStoreKnownTotals(store: Pick<Store, 'getMany' | 'setMany'>): KnownTotals {
  return {
    async get(keys) {
      const values = await store.getMany(keys.map(storeKey))
      return values.map((value) => (value ? decode(value) : undefined))
    },
    async set(entries) {
      await store.setMany(
        [...entries].map(([key, total]) => ({
          key: storeKey(key),
          value: Buffer.from(JSON.stringify(total), 'utf8'),
          ttlMs: rememberedMs,
        })),
      )
    },
  }
}

function decode(value: Uint8Array): KnownTotal {
  const { pending, lookedAt, ...total } = stored.parse(JSON.parse(Buffer.from(value).toString('utf8')))
  return {
    ...total,
    ...(lookedAt === undefined ? {} : { lookedAt }),
    ...(pending ? { pending: withoutUndefined(pending) } : {}),
  }
}

function withoutUndefined({ since, ...pending }: NonNullable<z.infer<typeof stored>['pending']>) {
  return since === undefined ? pending : { ...pending, since }
}
