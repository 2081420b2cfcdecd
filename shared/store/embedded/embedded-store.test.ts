import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeStoreContract } from '../../testing/store-contract.ts'
import { openEmbeddedStore } from './embedded-store.ts'

describeStoreContract('embedded', async () => {
  const root = await mkdtemp(join(tmpdir(), 'nabiz-store-'))
  const folder = join(root, 'store')
  let copies = 0
  return {
    open: (clock) => openEmbeddedStore({ folder, clock }),
    async copy() {
      const kept = join(root, `copy-${copies++}`)
      await cp(folder, kept, { recursive: true })
      return async () => {
        await rm(folder, { recursive: true })
        await cp(kept, folder, { recursive: true })
      }
    },
    clear: () => rm(root, { recursive: true, force: true }),
  }
})
