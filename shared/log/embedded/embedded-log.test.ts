import { existsSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { open } from 'lmdb'
import { describe, expect, it } from 'vitest'
import { partitionCount } from '../../contracts/index.ts'
import { DependencyError } from '../../errors/index.ts'
import { describeLogContract, type LogGround } from '../../testing/log-contract.ts'
import { aRecord, aStage, codeOf, eventually, readAll, someTexts, textOf } from '../../testing/log-stage.ts'
import { day } from '../../time/index.ts'
import { DayFile } from './day-file.ts'
import { EmbeddedLog } from './embedded-log.ts'
import { openEmbeddedLog } from './open-embedded-log.ts'
import { setup } from './testing-setup.ts'

describeLogContract('embedded', async (): Promise<LogGround> => {
  const folder = mkdtempSync(join(tmpdir(), 'nabiz-log-'))
  return {
    open: (clock) => openEmbeddedLog({ folder: join(folder, 'log'), clock }),
    async recreateTopic(log, topic) {
      if (!(log instanceof EmbeddedLog)) throw new TypeError('not an embedded log')
      await log.recreateTopic(topic)
    },
    passTime: async (clock) => clock.advance(10),
    async expire(log, _topic, clock) {
      clock.advance(1_000 * day)
      await log.enforceRetention()
    },
    clear: async () => rmSync(folder, { recursive: true, force: true }),
  }
})

describe('embedded log', () => {
  it('takes in a topic that came after it was made, and keeps what the others hold', async () => {
    const { openLog, folder } = setup()
    const log = await openLog()
    await log.append([aRecord('k', 'a', 1)])
    await log.close()
    const meta = open({ path: join(folder, 'meta.mdb'), noSubdir: true, encoding: 'json' })
    await meta.remove(['topic', 'judgements'])
    await meta.close()
    const again = await openLog()
    await again.append([{ topic: 'judgements', key: 'k', partition: 1, value: Buffer.from('b') }])
    const [record] = await readAll(again, 1)
    expect(record && textOf(record)).toBe('a')
    expect((await again.bounds('judgements'))[1]).toMatchObject({ earliest: 0, end: 1 })
  })

  it('stops a member at work when its topic is deleted and made again', async () => {
    const { openLog } = setup()
    const log = await openLog()
    await log.append([aRecord('k', 'a', 1)])
    const stage = await aStage(log)
    const subscription = await log.subscribe(stage.member('m'))
    await eventually('one counted', () => stage.total() === 1)
    await log.recreateTopic('mentions')
    await log.append(someTexts('b', 5).map((text) => aRecord('k', text, 1)))
    await eventually('all partitions stop', () => subscription.stoppedPartitions().size === partitionCount)
    expect(stage.stopped.get(1)).toBe('topic_changed')
    expect(stage.texts()).toEqual(['a'])
  })

  it('asks a member for its position again when its store was away, without stopping the partition', async () => {
    const { openLog } = setup()
    const log = await openLog()
    await log.append([aRecord('k', 'a', 1)])
    const stage = await aStage(log)
    const member = stage.member('m')
    let asked = 0
    await log.subscribe({
      ...member,
      handler: {
        ...member.handler,
        async assigned(partition) {
          if (partition === 1 && ++asked < 4) {
            throw new DependencyError('store_unavailable', 'away', { retryable: true })
          }
          return member.handler.assigned(partition)
        },
      },
    })
    await eventually('counted', () => stage.total() === 1)
    expect(asked).toBe(4)
  })

  it('stops a partition whose records are missing from their day, saying where', async () => {
    const { openLog, folder } = setup()
    const log = await openLog()
    await log.append(someTexts('t', 5).map((text) => aRecord('k', text, 1)))
    await log.close()
    const file = new DayFile('mentions', join(folder, 'mentions', '2025-01-01.mdb'), {
      fsync: true,
      readOnly: false,
      minFreeBytes: 0,
    })
    await file.remove(1, [2])
    await file.close()
    const again = await openLog()
    expect(await codeOf(collect(again.read({ topic: 'mentions', partition: 1, from: 2 })))).toBe(
      'log_corrupt',
    )
    const stage = await aStage(again)
    stage.positions.set(1, { topicId: await again.topicId('mentions'), offset: 0 })
    const subscription = await again.subscribe(stage.member('m'))
    await eventually('partition 1 stops', () => subscription.stoppedPartitions().has(1))
    expect(stage.texts()).toEqual(['t0', 't1'])
    expect(subscription.stoppedPartitions().get(1)).toMatch(
      /mentions\/1: the record at offset 2 is missing, the next is 3/,
    )
  })

  it('refuses appends that would take the last room of the disk, and goes on reading and dropping days', async () => {
    const { openLog, clock, files } = setup()
    const log = await openLog()
    await log.append([aRecord('k', 'before', 1)])
    await log.close()
    // The meta file goes on to a quarter of it, that is, to half of what is free.
    const free = statfsSync(tmpdir())
    const full = await openLog({ minFreeBytes: 2 * free.bavail * free.bsize })
    for (let i = 0; i < 2; i++) expect(await codeOf(full.append([aRecord('k', 'x', 1)]))).toBe('log_full')
    expect((await readAll(full, 1)).map(textOf)).toEqual(['before'])
    clock.advance(100 * day)
    await full.enforceRetention()
    expect(await files('mentions')).toEqual([])
    await full.close()
    expect(await (await openLog()).append([aRecord('k', 'after', 1)])).toMatchObject([{ offset: 1 }])
  })

  it('refuses a second member of the same name in a group', async () => {
    const { openLog } = setup()
    const log = await openLog()
    const stage = await aStage(log)
    await log.subscribe(stage.member('m'))
    await expect(log.subscribe(stage.member('m'))).rejects.toThrow(/member: found m/)
  })

  it('wakes a waiting member within the append that it waits for, by no clock of its own', async () => {
    const { openLog } = setup()
    const log = await openLog({ fsync: false })
    const stage = await aStage(log)
    await log.subscribe(stage.member('m'))
    for (let i = 0; i < 20; i++) {
      await log.append([aRecord('k', `${i}`, 1)])
      // A handful of event-loop turns, no timer: whoever polls would not have come by.
      for (let turn = 0; turn < 6; turn++) await new Promise((resolve) => setImmediate(resolve))
      expect(stage.total()).toBe(i + 1)
    }
  })

  it('refuses a folder with other files, a foreign file, a damaged day, other partitions and another format', async () => {
    const { openLog, folder } = setup()
    writeFileSync(join(folder, '..', 'letter.txt'), 'dear diary')
    expect(await codeOf(openLog({ folder: join(folder, '..') }))).toBe('log_mismatch')

    const log = await openLog()
    await log.append([aRecord('k', 'a', 1)])
    await log.close()
    await writeFile(
      join(folder, 'mentions', '2025-01-01.mdb'),
      'not a database, and long enough to look like one',
    )
    expect(await codeOf(openLog())).toBe('log_mismatch')

    for (const change of [{ partitionCount: 32 }, { formatVersion: 99 }]) {
      await rewriteIdentity(folder, change)
      const err = await openLog().catch((thrown: unknown) => thrown)
      expect(err).toMatchObject({ code: 'log_mismatch' })
      expect(String(err)).toContain(String(Object.values(change)[0]))
    }

    await writeFile(join(folder, 'meta.mdb'), 'x'.repeat(10_000))
    expect(await codeOf(openLog())).toBe('log_mismatch')
    expect(existsSync(join(folder, 'meta.mdb'))).toBe(true)
  })
})

async function rewriteIdentity(folder: string, change: object): Promise<void> {
  const meta = open({
    path: join(folder, 'meta.mdb'),
    noSubdir: true,
    encoding: 'json',
    overlappingSync: false,
  })
  await meta.put(['log'], { ...(meta.get(['log']) as object), partitionCount, formatVersion: 1, ...change })
  await meta.close()
}

async function collect(batches: AsyncIterable<readonly unknown[]>): Promise<number> {
  let count = 0
  for await (const batch of batches) count += batch.length
  return count
}
