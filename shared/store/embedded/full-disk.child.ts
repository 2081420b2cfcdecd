import { execFileSync } from 'node:child_process'
import { systemClock } from '../../time/index.ts'
import { openEmbeddedStore } from './embedded-store.ts'

// Given a mount point and the room to leave: fills a disk of 8 MB, makes it larger, and says what became of its writes.
const [folder = '', minFreeBytes = ''] = process.argv.slice(2)
execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'none', folder])
const store = await openEmbeddedStore({
  folder: `${folder}/store`,
  clock: systemClock,
  minFreeBytes: Number(minFreeBytes),
})
const value = new Uint8Array(200_000)
let acknowledged = 0
let error: unknown
while (error === undefined && acknowledged < 100) {
  try {
    await store.set(`k${acknowledged}`, value)
    acknowledged++
  } catch (err) {
    error = err
  }
}
const together = await Promise.allSettled([store.set('x', value), store.set('y', value)])
const keptWhenFull = (await store.list('')).length
execFileSync('mount', ['-o', 'remount,size=32m', folder])
await store.set('after', value)
const keptAfter = (await store.list('')).map(({ key }) => key)
await store.close()
const again = await openEmbeddedStore({ folder: `${folder}/store`, clock: systemClock, readOnly: true })
const reopened = (await again.list('')).length
const { code, retryable } = error as { code?: string; retryable?: boolean }
const refused = together.filter((result) => result.status === 'rejected').length
process.stdout.write(
  JSON.stringify({
    code,
    retryable,
    acknowledged,
    refused,
    keptWhenFull,
    keptAfter: keptAfter.length,
    reopened,
  }),
)
await again.close()
