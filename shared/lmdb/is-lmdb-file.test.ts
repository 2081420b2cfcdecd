import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openEmbeddedStore } from '../store/embedded/embedded-store.ts'
import { systemClock } from '../time/index.ts'
import { isLmdbFile } from './is-lmdb-file.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nabiz-lmdb-'))
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

it.each([
  ['short', 'short'],
  ['long', 'x'.repeat(10_000)],
])('isLmdbFile knows a %s file of another program', (_case, content) => {
  const path = join(folder, 'file')
  writeFileSync(path, content)
  expect(isLmdbFile(path)).toBe(false)
})

it('isLmdbFile lets what LMDB can begin with pass, and its own', async () => {
  const path = join(folder, 'file')
  expect(isLmdbFile(path)).toBe(true)
  writeFileSync(path, '')
  expect(isLmdbFile(path)).toBe(true)
  const store = await openEmbeddedStore({ folder, clock: systemClock })
  await store.close()
  expect(isLmdbFile(join(folder, 'store.mdb'))).toBe(true)
})
