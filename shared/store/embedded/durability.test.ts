import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { systemClock } from '../../time/index.ts'
import type { Store } from '../store.ts'
import { openEmbeddedStore } from './embedded-store.ts'

let folder: string
let child: ChildProcess | undefined

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nabiz-store-'))
})

afterEach(async () => {
  child?.kill('SIGKILL')
  await rm(folder, { recursive: true, force: true })
})

describe('embedded store killed with kill -9', () => {
  it('has every acknowledged write, each commit whole or not at all, and opens at once', async () => {
    let last = 0
    for (const afterAcknowledged of [1, 5, 13, 29, 40, 64]) {
      last = await runAndKill(last + afterAcknowledged)
      const store = await openEmbeddedStore({ folder, clock: systemClock })
      last = await expectWhole(store, last)
      await store.close()
    }
  })
})

describe('openEmbeddedStore', () => {
  it('names the folder it cannot make', async () => {
    const opening = openEmbeddedStore({ folder: '/dev/null/store', clock: systemClock })
    await expect(opening).rejects.toMatchObject({ code: 'store_unavailable', retryable: false })
    await expect(opening).rejects.toThrow('/dev/null/store')
  })

  it('refuses a file that is no store, and gives the folder up again', async () => {
    await writeFile(join(folder, 'store.mdb'), 'no store'.repeat(2_000))
    for (let attempt = 0; attempt < 2; attempt++)
      await expect(openEmbeddedStore({ folder, clock: systemClock })).rejects.toMatchObject({
        code: 'store_unavailable',
      })
  })
})

describe('embedded store held by another process', () => {
  it('refuses to open, naming the holder, and can be read beside it, seeing what it writes', async () => {
    const { process: holder, acknowledged } = start()
    await acknowledged(3)
    await expect(openEmbeddedStore({ folder, clock: systemClock })).rejects.toMatchObject({
      code: 'log_locked',
      message: expect.stringContaining(`process ${holder.pid} (embedded store)`),
    })
    const reader = await openEmbeddedStore({ folder, clock: systemClock, readOnly: true })
    let seen = 0
    for (const more of [5, 15, 20]) {
      const until = seen + more
      await acknowledged(until)
      // What it sees is the state of a moment ago.
      const offset = await vi.waitFor(() => expectWhole(reader, until), { timeout: 10_000 })
      expect(offset).toBeGreaterThan(seen)
      seen = offset
    }
    await expect(reader.set('k', new Uint8Array(1))).rejects.toMatchObject({ code: 'store_unavailable' })
    await expect(reader.acquireLease('l', 'a', 1)).rejects.toThrow('reading only')
    await reader.close()
    holder.kill('SIGKILL')
    await once(holder, 'exit')
  })

  it('says so when there is nothing to read', async () => {
    const opening = openEmbeddedStore({ folder, clock: systemClock, readOnly: true })
    await expect(opening).rejects.toMatchObject({ code: 'store_unavailable' })
    await expect(opening).rejects.toThrow('no store')
  })
})

describe.runIf(canMount())('embedded store on a full disk', () => {
  it.each([
    ['where it stops of itself', 2 ** 21, 32],
    // Less than none: as if another program took the room between the look at it and the commit.
    ['where it meets the end', -(2 ** 30), 42],
  ])(
    'refuses with store_full %s, keeps what it acknowledged, and goes on when there is room',
    async (_where, minFreeBytes, most) => {
      const script = join(import.meta.dirname, 'full-disk.child.ts')
      // In a mount namespace of its own: the small disk is gone when the child is.
      const args = ['-rm', process.execPath, '--import', 'tsx', script, folder, String(minFreeBytes)]
      const { stdout, stderr } = await promisify(execFile)('unshare', args)
      const found = JSON.parse(stdout) as Record<string, number>
      expect(found).toMatchObject({ code: 'store_full', retryable: true, refused: 2 })
      expect(found.acknowledged).toBeGreaterThan(10)
      expect(found.acknowledged).toBeLessThan(most)
      // lmdb says on stderr what it fails in.
      expect(stderr === '').toBe(minFreeBytes > 0)
      expect(found.keptWhenFull).toBe(found.acknowledged)
      expect(found.keptAfter).toBe((found.acknowledged ?? 0) + 1)
      expect(found.reopened).toBe(found.keptAfter)
    },
  )
})

/** Everything must belong to one state, the last acknowledged or a later one, whose number is returned. */
async function expectWhole(store: Store, acknowledged: number): Promise<number> {
  const { manifest, values } = await store.partitions('scoring').load(0)
  const offset = manifest?.offset ?? 0
  expect(offset).toBeGreaterThanOrEqual(acknowledged)
  expect([...values.keys()].sort()).toEqual(['large', `name-${offset}`, 'small'])
  expect(values.get('large')?.length).toBe(1_200_000)
  for (const value of values.values()) expect(value.every((byte) => byte === (offset & 0xff))).toBe(true)
  const [a, b] = await store.getMany(['a', 'b'])
  expect(a).toEqual(b)
  expect(Number(Buffer.from(a ?? []).toString())).toBeGreaterThanOrEqual(acknowledged)
  return offset
}

/** Returns the last number the child said before it died. */
async function runAndKill(atLeast: number): Promise<number> {
  const { process: killed, acknowledged, last } = start()
  await acknowledged(atLeast)
  killed.kill('SIGKILL')
  await once(killed, 'close')
  return last()
}

function start() {
  const script = join(import.meta.dirname, 'crash.child.ts')
  const started = spawn(process.execPath, ['--import', 'tsx', script, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  child = started
  let said = ''
  started.stdout.on('data', (chunk) => {
    said += String(chunk)
  })
  // A number cut off by the kill was not said.
  const last = () => Number(said.split('\n').at(-2) ?? 0)
  async function acknowledged(atLeast: number): Promise<void> {
    while (last() < atLeast) await once(started.stdout, 'data')
  }
  return { process: started, acknowledged, last }
}

function canMount(): boolean {
  try {
    execFileSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'none', tmpdir()], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
