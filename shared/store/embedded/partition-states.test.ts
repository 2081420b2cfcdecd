import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { aManifest } from '../../testing/store-contract-values.ts'
import { ManualClock } from '../../time/index.ts'
import { openDatabases } from './databases.ts'
import { openEmbeddedStore } from './embedded-store.ts'

describe('partition states in the file', () => {
  it('leaves no piece of a value that was replaced or deleted', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'nabiz-store-'))
    const store = await openEmbeddedStore({ folder, clock: new ManualClock(0), fsync: false })
    const states = store.partitions('scoring')
    let base: ReturnType<typeof aManifest> | undefined
    for (const [offset, sizes] of [
      { a: 3_000_000, b: 10 },
      { a: 1_500_000 },
      { a: 5_000_000, c: 0 },
    ].entries()) {
      const next = aManifest({ offset })
      const puts = new Map(Object.entries(sizes).map(([name, size]) => [name, new Uint8Array(size)]))
      await states.commit({ partition: 0, base, next, puts, deletes: offset === 2 ? ['b'] : [] })
      base = next
    }
    await store.close()
    const databases = openDatabases(folder, { fsync: false, readOnly: true, minFreeBytes: 0 })
    // The manifest, the names a and c, the five pieces of a.
    expect([...databases.states.getKeys()]).toHaveLength(1 + 2 + 5)
    await databases.root.close()
    await rm(folder, { recursive: true })
  })
})
