import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { codeOf } from '../../testing/log-stage.ts'
import { type Holder, holdLog, livingHolder } from './holder.ts'
import { MetaFile } from './meta-file.ts'
import { fateOf, ownIdentity } from './process-identity.ts'

describe('holdLog', () => {
  it('takes over from a process whose pid another one has now', async () => {
    const { meta } = await setup({ startedAt: 'another time' })
    expect(livingHolder(meta)).toBeUndefined()
    ;(await holdLog(meta)).release()
  })

  it('takes over from a process of an earlier boot', async () => {
    const { meta } = await setup({ bootId: 'an earlier boot' })
    ;(await holdLog(meta)).release()
  })

  it('is refused while the holder lives', async () => {
    const { meta } = await setup({})
    expect(livingHolder(meta)?.pid).toBe(process.pid)
    expect(await codeOf(holdLog(meta))).toBe('log_locked')
  })

  it('takes over from a holder in another container that has been silent', async () => {
    const { meta, beatAgo } = await setup({ pidNamespace: 'pid:[1]' })
    beatAgo(6_000)
    expect(livingHolder(meta)).toBeUndefined()
    ;(await holdLog(meta)).release()
  })

  it('is refused while a holder in another container beats', async () => {
    const { meta, beatAgo } = await setup({ pidNamespace: 'pid:[1]' })
    beatAgo(1_000)
    expect(livingHolder(meta)?.token).toBe('theirs')
    const beating = setInterval(() => beatAgo(0), 100)
    try {
      expect(await codeOf(holdLog(meta))).toBe('log_locked')
    } finally {
      clearInterval(beating)
    }
  })

  it('does not let go of what another holds by then', async () => {
    const { meta } = await setup({ startedAt: 'another time' })
    const hold = await holdLog(meta)
    await meta.write([{ key: ['holder'], value: { ...ownIdentity(), token: 'later' } }])
    hold.release()
    expect((meta.get(['holder']) as Holder).token).toBe('later')
  })
})

describe('fateOf', () => {
  it('knows itself alive and a pid that nobody has dead', () => {
    expect(fateOf(ownIdentity())).toBe('alive')
    // Above the greatest pid of any system we run on.
    expect(fateOf({ ...ownIdentity(), pid: 2 ** 30 })).toBe('dead')
  })
})

const cleanUp: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const undo of cleanUp.splice(0)) await undo()
})

/** A log whose holder differs from this process as told. */
async function setup(differing: Partial<Holder>) {
  const folder = mkdtempSync(join(tmpdir(), 'nabiz-log-'))
  const meta = MetaFile.open(folder, { fsync: false, readOnly: false, minFreeBytes: 0 })
  cleanUp.push(async () => {
    await meta.close()
    rmSync(folder, { recursive: true, force: true })
  })
  await meta.write([{ key: ['holder'], value: { ...ownIdentity(), token: 'theirs', ...differing } }])
  const beatAgo = (ms: number) => {
    const time = new Date(Date.now() - ms)
    writeFileSync(join(folder, 'beat'), '')
    utimesSync(join(folder, 'beat'), time, time)
  }
  return { meta, beatAgo }
}
