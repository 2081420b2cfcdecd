import { randomBytes } from 'node:crypto'
import { Secret } from '@nabiz/shared/config'
import type { Store } from '@nabiz/shared/store'
import { createSeal, type Seal } from './seal.ts'

/** Where the key of kept tokens stands when the config gives none. */
export const credentialKeyName = 'ingest/credential-key'

/** What kept tokens are sealed with: the configured key, or the one in the store. */
export async function loadSeal(
  { credentialKey }: { credentialKey?: Secret | undefined },
  store: Pick<Store, 'get' | 'compareAndSet'>,
): Promise<Seal> {
  return createSeal(credentialKey ?? (await keptKey(store, credentialKeyName)))
}

/** A key that stands in the store, made by whoever comes first. */
export async function keptKey(store: Pick<Store, 'get' | 'compareAndSet'>, name: string): Promise<Secret> {
  await store.compareAndSet(name, undefined, Buffer.from(randomBytes(32).toString('base64url'), 'utf8'))
  const key = await store.get(name)
  if (!key) throw new Error(`the store did not keep ${name}`)
  return new Secret(Buffer.from(key).toString('utf8'))
}
