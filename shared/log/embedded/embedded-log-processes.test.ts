import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { codeOf, eventually, readAll, textOf } from '../../testing/log-stage.ts'
import type { EmbeddedLog } from './embedded-log.ts'
import { openEmbeddedLog } from './open-embedded-log.ts'

describe('embedded log and other processes', () => {
  it('has every acknowledged record after kill -9, in order and without gaps, ten times over', async () => {
    const { folder, start, openLog } = setup()
    const acknowledged = new Map<string, string>()
    for (let kill = 0; kill < 10; kill++) {
      const child = start('append')
      await child.line((line) => line === 'open')
      await sleep(20 + Math.random() * 150)
      await child.kill('SIGKILL')
      for (const entry of child.lines.slice(1).flatMap((line) => line.split(' '))) {
        // The kill may have cut the last line short; a whole entry ends in four numbers.
        const [, place = '', text = ''] = /^(\d+:\d+):(\d+\/\d+\/\d+\/\d+)$/.exec(entry) ?? []
        if (text && entry !== child.lines.at(-1)?.split(' ').at(-1)) acknowledged.set(place, text)
      }
    }
    expect(acknowledged.size).toBeGreaterThan(100)
    const log = await openLog({ folder })
    const found = new Map<string, string>()
    for (let partition = 0; partition < 5; partition++) {
      const records = await readAll(log, partition)
      expect(records.map((record) => record.offset)).toEqual(records.map((_, offset) => offset))
      for (const record of records) found.set(`${partition}:${record.offset}`, textOf(record))
    }
    for (const [place, text] of acknowledged) expect(found.get(place)).toBe(text)
    expect(new Set(found.values()).size).toBe(found.size)
  }, 60_000)

  it('belongs to one process: a second gets an error with the pid of the holder and the ways out', async () => {
    const { folder, start, openLog } = setup()
    const child = start('hold')
    await child.line((line) => line === 'open')
    const err = await openLog({ folder }).catch((thrown: unknown) => thrown)
    expect(err).toMatchObject({ code: 'log_locked' })
    expect(String(err)).toContain(`process ${child.pid}`)
    expect(String(err)).toMatch(/stop that process, or open it read-only, .* or use Kafka and Redis/)
  })

  it('belongs to one opener, also within a process, until that closes it', async () => {
    const { folder, openLog } = setup()
    const first = await openLog({ folder })
    expect(await codeOf(openLog({ folder }))).toBe('log_locked')
    await first.close()
    await (await openLog({ folder })).append([])
  })

  it.each(['SIGKILL', 'SIGTERM'] as const)('is free as soon as its holder ended by %s', async (signal) => {
    const { folder, start, openLog } = setup()
    const child = start('hold')
    await child.line((line) => line === 'open')
    await child.kill(signal)
    const log = await openLog({ folder })
    expect((await readAll(log, 1)).map(textOf)).toEqual(['held'])
  })

  it('goes to exactly one of many openers after the holder died', async () => {
    const { folder, start, openLog } = setup()
    const child = start('hold')
    await child.line((line) => line === 'open')
    await child.kill('SIGKILL')
    const codes = await Promise.all(Array.from({ length: 8 }, () => codeOf(openLog({ folder }))))
    expect(codes.sort()).toEqual([...new Array(7).fill('log_locked'), 'none'])
  })

  it('can be read while another process writes to it, and follows what that appends', async () => {
    const { folder, openLog } = setup()
    const writer = await openLog({ folder })
    const value = Buffer.from('one')
    await writer.append([{ topic: 'mentions', key: 'k', value, partition: 1 }])
    const subscription = await writer.subscribe({
      group: 'scoring',
      topic: 'mentions',
      member: 'host-1',
      handler: { assigned: async () => undefined, process: async () => {}, revoked: async () => {} },
    })
    await subscription.commit(1, 1)
    const reader = await openLog({ folder, readOnly: true })
    expect(reader.id).toBe(writer.id)
    expect((await reader.bounds('mentions'))[1]).toEqual({ partition: 1, earliest: 0, end: 1 })
    await writer.append([{ topic: 'mentions', key: 'k', value: Buffer.from('two'), partition: 1 }])
    expect((await readAll(reader, 1)).map(textOf)).toEqual(['one', 'two'])
    await eventually(
      'the commit shows',
      async () => (await reader.group('scoring', 'mentions'))[1]?.committed === 1,
    )
    expect((await reader.group('scoring', 'mentions'))[1]).toEqual({
      partition: 1,
      member: 'host-1',
      committed: 1,
    })
    await writer.close()
    expect((await reader.group('scoring', 'mentions'))[1]).toEqual({
      partition: 1,
      member: undefined,
      committed: 1,
    })
    expect((await readAll(reader, 1)).map(textOf)).toEqual(['one', 'two'])
  })

  it('can be read from another process while one holds it', async () => {
    const { folder, start, openLog } = setup()
    const child = start('hold')
    await child.line((line) => line === 'open')
    const reader = await openLog({ folder, readOnly: true })
    expect((await readAll(reader, 1)).map(textOf)).toEqual(['held'])
  })

  it('changes nothing when it is opened read-only', async () => {
    const { folder, openLog } = setup()
    expect(await codeOf(openLog({ folder, readOnly: true }))).toBe('log_mismatch')
    await (await openLog({ folder })).close()
    const reader = await openLog({ folder, readOnly: true })
    expect(await codeOf(reader.append([{ topic: 'mentions', key: 'k', value: Buffer.from('x') }]))).toBe(
      'log_locked',
    )
    expect(await codeOf(reader.enforceRetention())).toBe('log_locked')
  })

  // A limit on the size of a file, no multiple of a page so that writes are cut short, stands for the full disk; `prlimit` (util-linux) lifts it again from outside.
  it.runIf(process.platform === 'linux')(
    'goes on when the disk was full and is no more, with nothing lost or doubled',
    async () => {
      const { folder, start, openLog } = setup()
      const child = start('fill', 'ulimit -S -f 2001; ')
      await child.line((line) => line.startsWith('failed'))
      const refusals = () => child.lines.filter((line) => line.startsWith('failed'))
      await eventually('several refusals', () => refusals().length >= 3)
      for (const line of refusals()) expect(line).toMatch(/^failed (log_full|log_unavailable) true$/)
      execFileSync('prlimit', ['--pid', `${child.pid}`, '--fsize=unlimited:'])
      const refused = child.lines.length
      await eventually(
        'stored again',
        () => child.lines.slice(refused).filter((line) => line.startsWith('stored')).length >= 5,
      )
      await child.kill('SIGKILL')
      const stored = child.lines
        .filter((line) => line.startsWith('stored'))
        .map((line) => Number(line.split(' ')[1]))
      expect(stored).toEqual(stored.map((_, offset) => offset))
      const log = await openLog({ folder })
      const records = await readAll(log, 0)
      expect(records.map((record) => record.offset)).toEqual(records.map((_, offset) => offset))
      expect(records.length).toBeGreaterThanOrEqual(stored.length)
      expect(records.length).toBeLessThanOrEqual(stored.length + 1)
    },
  )
})

const cleanUp: (() => Promise<void> | void)[] = []

afterEach(async () => {
  for (const undo of cleanUp.splice(0).reverse()) await undo()
})

interface Child {
  pid: number
  /** Whole lines it printed. */
  lines: string[]
  line(wanted: (line: string) => boolean): Promise<void>
  kill(signal: NodeJS.Signals): Promise<void>
}

function setup() {
  const parent = mkdtempSync(join(tmpdir(), 'nabiz-log-'))
  cleanUp.push(() => rmSync(parent, { recursive: true, force: true }))
  const folder = join(parent, 'log')
  const openLog = async (options: Parameters<typeof openEmbeddedLog>[0]): Promise<EmbeddedLog> => {
    const log = await openEmbeddedLog(options)
    cleanUp.push(() => log.close())
    return log
  }
  return { folder, openLog, start: (work: string, before = '') => startChild(work, folder, before) }
}

function startChild(work: string, folder: string, before: string): Child {
  const script = new URL('./testing-child.ts', import.meta.url).pathname
  const command = `${before}exec "$0" --import tsx "$1" "$2" "$3"`
  const child: ChildProcess = spawn('bash', ['-c', command, process.execPath, script, work, folder], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines: string[] = []
  const errors: string[] = []
  child.stderr?.on('data', (chunk) => errors.push(String(chunk)))
  const { stdout } = child
  if (!stdout) throw new Error('the child has no output')
  createInterface({ input: stdout }).on('line', (line) => lines.push(line))
  const ended = once(child, 'close')
  const kill = async (signal: NodeJS.Signals) => {
    child.kill(signal)
    await ended
  }
  cleanUp.push(() => kill('SIGKILL'))
  return {
    pid: child.pid ?? 0,
    lines,
    line: (wanted) =>
      eventually('a line of the child', () => {
        if (child.exitCode !== null) throw new Error(`the child ended: ${errors.join('')}`)
        return lines.some(wanted)
      }),
    kill,
  }
}
