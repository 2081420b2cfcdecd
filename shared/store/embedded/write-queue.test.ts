import { statfsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Databases, openDatabases } from './databases.ts'
import { WriteQueue } from './write-queue.ts'

let folder: string
let databases: Databases

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nabiz-store-'))
  databases = openDatabases(folder, { fsync: true, readOnly: false, minFreeBytes: 0 })
})

afterEach(async () => {
  await databases.root.close()
  await rm(folder, { recursive: true, force: true })
})

describe('WriteQueue', () => {
  it('runs writes in the order they were asked for, each seeing those before it', async () => {
    const queue = new WriteQueue(databases.root, { folder, minFreeBytes: 0 })
    const key = Buffer.from('n')
    const counts = await Promise.all(
      Array.from({ length: 100 }, () =>
        queue.run(() => {
          const count = (databases.meta.getBinary(key)?.[0] ?? 0) + 1
          databases.meta.putSync(key, Buffer.of(count))
          return count
        }),
      ),
    )
    expect(counts).toEqual(Array.from({ length: 100 }, (_, i) => i + 1))
  })

  it('keeps nothing of a batch in which one write fails, and takes the next batch', async () => {
    const queue = new WriteQueue(databases.root, { folder, minFreeBytes: 0 })
    const put = (name: string) => queue.run(() => databases.meta.putSync(Buffer.from(name), Buffer.of(1)))
    const failing = queue.run(() => {
      throw Object.assign(new Error('no space'), { code: 28 })
    })
    const results = await Promise.allSettled([put('a'), failing, put('b')])
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    await expect(failing).rejects.toMatchObject({ code: 'store_full', retryable: true })
    await put('c')
    const kept = ['a', 'b', 'c'].filter((name) => databases.meta.getBinary(Buffer.from(name)) !== undefined)
    expect(kept).toEqual(['c'])
  })

  it('refuses what would take the last room of the disk before lmdb meets its end, and lets removals go on', async () => {
    const { bavail, bsize } = statfsSync(folder)
    const queue = new WriteQueue(databases.root, { folder, minFreeBytes: 2 * bavail * bsize })
    const key = Buffer.from('n')
    databases.meta.putSync(key, Buffer.of(1))
    let ran = false
    const putting = queue.run(() => {
      ran = true
    }, 1)
    await expect(putting).rejects.toMatchObject({ code: 'store_full', retryable: true })
    expect(ran).toBe(false)
    expect(await queue.run(() => databases.meta.removeSync(key))).toBe(true)
    expect(databases.meta.getBinary(key)).toBeUndefined()
  })
})
