import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { aRecord, eventually, readAll, someTexts, textOf } from '../../testing/log-stage.ts'
import { day, ManualClock, minute } from '../../time/index.ts'
import type { LogRecord, NewRecord } from '../log.ts'
import type { EmbeddedLog } from './embedded-log.ts'
import { reopen, setup } from './testing-setup.ts'

describe('embedded log over days', () => {
  it('keeps each UTC day of a topic in a file of its own and deletes it whole when its time is over', async () => {
    const { openLog, clock, files } = setup()
    const log = await openLog({ retentionDays: { mentions: 2 } })
    for (const text of someTexts('d', 4)) {
      await log.append([aRecord('k', text, 1)])
      clock.advance(day)
    }
    await log.enforceRetention()
    expect(await files('mentions')).toEqual(['2025-01-03.mdb', '2025-01-04.mdb'])
    expect((await log.bounds('mentions'))[1]).toEqual({ partition: 1, earliest: 2, end: 4 })
    expect((await readAll(log, 1)).map(textOf)).toEqual(['d2', 'd3'])
  })

  it('drops old days by itself when a new one begins', async () => {
    const { openLog, clock, files } = setup()
    const log = await openLog({ retentionDays: { mentions: 1 } })
    await log.append([aRecord('k', 'old', 1)])
    clock.advance(3 * day)
    await log.append([aRecord('k', 'new', 1)])
    await log.close()
    expect(await files('mentions')).toEqual(['2025-01-04.mdb'])
  })

  it('reads and searches across days, in batches of the size asked for', async () => {
    const { openLog, clock } = setup()
    const log = await openLog()
    const appended: { offset: number; timestamp: number }[] = []
    for (let i = 0; i < 60; i++) {
      // Every third day has nothing in partition 1.
      if (i % 3 !== 2) appended.push(...(await log.append([aRecord('k', `${i}`, 1)])))
      else await log.append([aRecord('k', 'elsewhere', 2)])
      clock.advance(day / 4)
    }
    for (const restart of [false, true]) {
      const again = restart ? await reopen(log, openLog) : log
      const sizes: number[] = []
      const records: LogRecord[] = []
      for await (const batch of again.read({
        topic: 'mentions',
        partition: 1,
        from: 0,
        maxBatchRecords: 16,
      })) {
        sizes.push(batch.length)
        records.push(...batch)
      }
      expect(sizes).toEqual([16, 16, 8])
      expect(records.map((record) => record.offset)).toEqual(appended.map(({ offset }) => offset))
      for (const { offset, timestamp } of appended) {
        expect(await again.offsetAt('mentions', 1, timestamp)).toBe(offset)
        expect(await again.offsetAt('mentions', 1, timestamp + 1)).toBe(offset + 1)
      }
    }
  })

  it('holds 400 days with a bounded number of files open', async () => {
    const { openLog, clock } = setup()
    const log = await openLog({ fsync: false })
    for (let i = 0; i < 400; i++) {
      await log.append([{ topic: 'counts', key: 'k', value: new Uint8Array([i % 256]), partition: 1 }])
      clock.advance(day)
    }
    const descriptors = (await readdir('/proc/self/fd').catch(() => [])).length
    expect(descriptors).toBeLessThan(300)
    const values: number[] = []
    for await (const batch of log.read({ topic: 'counts', partition: 1, from: 0 }))
      values.push(...batch.map((record) => record.value[0] ?? -1))
    expect(values).toEqual(Array.from({ length: 400 }, (_, i) => i % 256))
  })

  it('never lets time run back, neither when the clock does nor over a restart', async () => {
    const { openLog, clock } = setup()
    const log = await openLog()
    const [first] = await log.append([aRecord('k', 'a', 1)])
    await log.close()
    const earlier = new ManualClock(clock.now() - 2 * day)
    const again = await openLog({ clock: earlier })
    const [second] = await again.append([aRecord('k', 'b', 1)])
    earlier.advance(2 * day + minute)
    const [third] = await again.append([aRecord('k', 'c', 1)])
    expect(first?.timestamp).toBe(clock.now())
    expect(second?.timestamp).toBe(clock.now())
    expect(third?.timestamp).toBe(clock.now() + minute)
    expect((await readAll(again, 1)).map(textOf)).toEqual(['a', 'b', 'c'])
  })

  it('does not let time run back when all records were dropped', async () => {
    const { openLog, clock } = setup()
    const log = await openLog({ retentionDays: { mentions: 1 } })
    await log.append([aRecord('k', 'a', 1)])
    const before = clock.now()
    clock.advance(10 * day)
    await log.enforceRetention()
    await log.close()
    const again = await openLog({ clock: new ManualClock(before - day) })
    const [appended] = await again.append([aRecord('k', 'b', 1)])
    expect(appended).toEqual({ partition: 1, offset: 1, timestamp: before })
  })

  it('compacts `config` when it is opened: the last record of each key, at its old offset', async () => {
    const { openLog } = setup()
    const log = await openLog()
    await log.append(['a', 'b', 'a', 'c', 'b', 'b'].map((key, i) => aConfig(key, i)))
    const again = await reopen(log, openLog)
    expect(await configOf(again)).toEqual(['a2', 'c3', 'b5'])
    expect((await again.bounds('config'))[0]).toEqual({ partition: 0, earliest: 0, end: 6 })
    await again.append([aConfig('a', 6)])
    expect(await configOf(again)).toEqual(['a2', 'c3', 'b5', 'a6'])
    await again.enforceRetention()
    expect(await configOf(again)).toEqual(['c3', 'b5', 'a6'])
    expect(await again.offsetAt('config', 0, 0)).toBe(3)
  })

  it('lets a member read a compacted topic over its holes', async () => {
    const { openLog } = setup()
    const log = await openLog()
    await log.append(['a', 'b', 'a', 'c', 'b'].map((key, i) => aConfig(key, i)))
    await log.enforceRetention()
    const seen: string[] = []
    await log.subscribe({
      group: 'g',
      topic: 'config',
      member: 'm',
      maxBatchRecords: 1,
      handler: {
        assigned: async () => undefined,
        process: async ({ records }) => void seen.push(...records.map(configText)),
        revoked: async () => {},
      },
    })
    await log.append([aConfig('a', 5)])
    await eventually('four seen', () => seen.length === 4)
    expect(seen).toEqual(['a2', 'c3', 'b4', 'a5'])
  })

  it('finishes a drop of days that a crash cut short', async () => {
    const { openLog, folder, files } = setup()
    const log = await openLog()
    await log.append([aRecord('k', 'a', 1)])
    await log.close()
    await writeFile(join(folder, 'mentions', '2024-05-01.mdb'), '')
    await openLog()
    expect(await files('mentions')).toEqual(['2025-01-01.mdb'])
  })
})

function aConfig(key: string, version: number): NewRecord {
  return { topic: 'config', key, value: new TextEncoder().encode(`${version}`), partition: 0 }
}

function configText(record: LogRecord): string {
  return `${record.key}${textOf(record)}`
}

async function configOf(log: EmbeddedLog): Promise<string[]> {
  const texts: string[] = []
  for await (const batch of log.read({ topic: 'config', partition: 0, from: 0 }))
    texts.push(...batch.map(configText))
  return texts
}
