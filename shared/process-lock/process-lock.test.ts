import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Holder, ownHolder } from './holder.ts'
import { acquireProcessLock, livingHolder } from './index.ts'

let folder: string
const children: ChildProcess[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nabiz-lock-'))
})

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await rm(folder, { recursive: true, force: true })
})

describe('acquireProcessLock', () => {
  it('refuses a second holder with the pid of the first and the way out', async () => {
    const child = await startChild()
    const attempt = acquireProcessLock(folder, 'nabiz run')
    await expect(attempt).rejects.toMatchObject({ code: 'log_locked', retryable: false })
    await expect(attempt).rejects.toThrow(`process ${child.pid} (child)`)
    await expect(attempt).rejects.toThrow('stop that process')
  })

  it('refuses a second holder within the same process', async () => {
    await acquireProcessLock(folder, 'one')
    await expect(acquireProcessLock(folder, 'two')).rejects.toMatchObject({ code: 'log_locked' })
  })

  it('lets the next one in after a release, again and again, and leaves one file', async () => {
    for (let round = 0; round < 5; round++) {
      const lock = await acquireProcessLock(folder, 'nabiz run')
      await lock.release()
      await lock.release()
    }
    expect(await readdir(folder)).toEqual(['lock.5'])
  })

  it('is free at once after the holder dies by kill -9', async () => {
    const child = await startChild()
    child.kill('SIGKILL')
    await once(child, 'exit')
    await acquireProcessLock(folder, 'nabiz run')
  })

  it.runIf(process.platform === 'linux')(
    'is free after kill -9 even while nobody has reaped the holder',
    async () => {
      const script = join(import.meta.dirname, 'process-lock.child.ts')
      // The shell becomes a sleep, which never waits for its child: killed, that stays a zombie.
      const line = '"$0" --import tsx "$1" "$2" & exec sleep 60'
      const parent = spawn('sh', ['-c', line, process.execPath, script, folder], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      children.push(parent)
      await once(parent.stdout, 'data')
      const { pid } = JSON.parse(await readFile(join(folder, 'lock.1'), 'utf8')) as { pid: number }
      process.kill(pid, 'SIGKILL')
      await vi.waitFor(async () => expect(await readFile(`/proc/${pid}/stat`, 'utf8')).toContain(') Z '))
      await acquireProcessLock(folder, 'nabiz run')
    },
  )

  it.runIf(process.platform === 'linux')('is not fooled by a reused pid', async () => {
    await leaveBehind({ ...(await ownHolder('dead')), startedAt: '1' })
    await acquireProcessLock(folder, 'nabiz run')
  })

  it('is not fooled by a pid of an earlier boot', async () => {
    await leaveBehind({ ...(await ownHolder('dead')), scope: 'another-boot pid:[1]' })
    await acquireProcessLock(folder, 'nabiz run')
  })

  it('refuses a holder in another container while that shows signs of life', async () => {
    await leaveBehind(await elsewhere())
    const beating = setInterval(() => beatAgo(0), 100)
    try {
      await expect(acquireProcessLock(folder, 'nabiz run')).rejects.toThrow('other.example')
    } finally {
      clearInterval(beating)
    }
  })

  it('waits until a holder in another container has been silent for 15 s', async () => {
    await leaveBehind(await elsewhere())
    await beatAgo(14_500)
    const { mtimeMs: beatAt } = await stat(join(folder, 'lock.1'))
    await acquireProcessLock(folder, 'nabiz run')
    expect(Date.now() - beatAt).toBeGreaterThanOrEqual(15_000)
  })

  it('does not give up for another what that one holds by then', async () => {
    const first = await acquireProcessLock(folder, 'nabiz run')
    await leaveBehind({ ...(await ownHolder('taken for dead')), startedAt: 'another time' })
    const second = await acquireProcessLock(folder, 'nabiz run')
    await first.release()
    await expect(acquireProcessLock(folder, 'nabiz run')).rejects.toMatchObject({ code: 'log_locked' })
    expect(await livingHolder(folder)).toMatchObject({ token: second.token })
  })

  it('lets exactly one of many rivals take over from a dead holder', async () => {
    for (let round = 0; round < 20; round++) {
      await rm(folder, { recursive: true, force: true })
      const lock = await acquireProcessLock(folder, 'first')
      await lock.release()
      await leaveBehind({ ...(await ownHolder('dead')), pid: 2 ** 22 + 1 })
      const results = await Promise.allSettled(
        Array.from({ length: 20 }, (_, i) => acquireProcessLock(folder, `rival ${i}`)),
      )
      expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1)
    }
  })

  it('lets exactly one of several processes take over from a dead holder', async () => {
    await leaveBehind({ ...(await ownHolder('dead')), pid: 2 ** 22 + 1 })
    const words = await Promise.all(Array.from({ length: 4 }, async () => (await spawnChild()).word))
    expect(words.sort()).toEqual(['held', 'refused', 'refused', 'refused'])
  })

  it('leaves the draft of no attempt behind', async () => {
    const lock = await acquireProcessLock(folder, 'one')
    await expect(acquireProcessLock(folder, 'two')).rejects.toThrow()
    expect(await readdir(folder)).toEqual(['lock.1'])
    expect(JSON.parse(await readFile(join(folder, 'lock.1'), 'utf8'))).toMatchObject({ pid: process.pid })
    await lock.release()
  })
})

describe('livingHolder', () => {
  it('names the holder by the token of its lock, until that is released', async () => {
    expect(await livingHolder(folder)).toBeUndefined()
    const lock = await acquireProcessLock(folder, 'nabiz run')
    expect(await livingHolder(folder)).toMatchObject({ token: lock.token, pid: process.pid })
    await lock.release()
    expect(await livingHolder(folder)).toBeUndefined()
    const next = await acquireProcessLock(folder, 'nabiz run')
    expect(next.token).not.toBe(lock.token)
    expect(await livingHolder(folder)).toMatchObject({ token: next.token })
  })

  it('knows a holder killed by kill -9 gone', async () => {
    const child = await startChild()
    expect(await livingHolder(folder)).toMatchObject({ pid: child.pid })
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(await livingHolder(folder)).toBeUndefined()
  })

  it('takes a holder in another container for alive until it has been silent for 15 s', async () => {
    const holder = await elsewhere()
    await leaveBehind(holder)
    await beatAgo(14_000)
    expect(await livingHolder(folder)).toEqual(holder)
    await beatAgo(15_100)
    expect(await livingHolder(folder)).toBeUndefined()
  })
})

async function elsewhere(): Promise<Holder> {
  return { ...(await ownHolder('elsewhere')), host: 'other.example', scope: 'boot pid:[1]' }
}

async function beatAgo(ms: number): Promise<void> {
  const time = new Date(Date.now() - ms)
  await utimes(join(folder, 'lock.1'), time, time)
}

async function leaveBehind(holder: object): Promise<void> {
  await writeFile(join(folder, 'lock.1'), JSON.stringify(holder))
}

async function startChild(): Promise<ChildProcess> {
  const { child, word } = await spawnChild()
  expect(word).toBe('held')
  return child
}

async function spawnChild(): Promise<{ child: ChildProcess; word: string }> {
  const script = join(import.meta.dirname, 'process-lock.child.ts')
  const child = spawn(process.execPath, ['--import', 'tsx', script, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  if (child.stdout === null) throw new Error('no stdout')
  const [chunk] = await once(child.stdout, 'data')
  return { child, word: String(chunk).trim() }
}
