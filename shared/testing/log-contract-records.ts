import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { partitionCount } from '../contracts/index.ts'
import { type LogRecord, partitionOf } from '../log/index.ts'
import type { LogBench } from './log-contract.ts'
import { aRecord, codeOf, readAll, someTexts, textOf } from './log-stage.ts'

/** Promises about appending and reading. */
export function describeLogRecords(bench: LogBench): void {
  describe('records', () => {
    it('answers an append in the order of its records, offsets growing by one within a partition', async () => {
      const texts = someTexts('t', 300)
      const appended = await bench.log().append(texts.map((text, i) => aRecord(`brand-${i % 7}`, text)))
      const ends = new Map<number, number>()
      for (const [i, { partition, offset }] of appended.entries()) {
        expect(partition).toBe(partitionOf(`brand-${i % 7}`))
        expect(offset).toBe(ends.get(partition) ?? 0)
        ends.set(partition, offset + 1)
        const read = (await readAll(bench.log(), partition))[offset]
        expect(read && textOf(read)).toBe(texts[i])
      }
      for (const { partition, end } of await bench.log().bounds('mentions'))
        expect(end).toBe(ends.get(partition) ?? 0)
    })

    it('puts a record into the partition it names', async () => {
      const appended = await bench.log().append([aRecord('beat', 'a', 63), aRecord('beat', 'b', 0)])
      expect(appended.map(({ partition, offset }) => [partition, offset])).toEqual([
        [63, 0],
        [0, 0],
      ])
    })

    it('gives back keys and values as they were, empty, long and not ASCII alike, also after it was opened again', async () => {
      const long = new Uint8Array(300_000).map((_, i) => i % 251)
      const values = [new Uint8Array(), long, new TextEncoder().encode('günaydın 🌅')]
      const keys = ['k', 'ığüşöç', '']
      await bench
        .log()
        .append(keys.map((key, i) => ({ topic: 'mentions', key, value: values[i] ?? long, partition: 5 })))
      for (const again of [false, true]) {
        const log = again ? await bench.reopen() : bench.log()
        const records = await readAll(log, 5)
        expect(records.map((record) => record.key)).toEqual(keys)
        expect(records.map((record) => Buffer.compare(record.value, values[record.offset] ?? long))).toEqual([
          0, 0, 0,
        ])
      }
    })

    it('takes an empty append', async () => {
      expect(await bench.log().append([])).toEqual([])
    })

    it('writes what a value held when append was called', async () => {
      const value = new Uint8Array([1, 2, 3])
      const appending = bench.log().append([{ topic: 'mentions', key: 'k', value, partition: 2 }])
      value.fill(9)
      await appending
      expect((await readAll(bench.log(), 2)).map((record) => [...record.value])).toEqual([[1, 2, 3]])
    })

    it('keeps topics apart', async () => {
      await bench.log().append([
        { topic: 'signals', key: 'k', value: new Uint8Array([1]), partition: 4 },
        { topic: 'mentions', key: 'k', value: new Uint8Array([2]), partition: 4 },
      ])
      expect(
        (await readAll(bench.log(), 4)).map((record) => [record.topic, record.offset, record.value[0]]),
      ).toEqual([['mentions', 0, 2]])
      expect((await bench.log().bounds('signals'))[4]).toEqual({ partition: 4, earliest: 0, end: 1 })
    })

    it('refuses a partition that does not exist and appends nothing of the call', async () => {
      await expect(
        bench.log().append([aRecord('k', 'a', 1), aRecord('k', 'b', partitionCount)]),
      ).rejects.toThrow(/partition/)
      expect((await bench.log().bounds('mentions'))[1]?.end).toBe(0)
    })

    it('never lets the timestamps of a partition decrease, and reports those it wrote', async () => {
      const reported: number[] = []
      for (const text of someTexts('t', 5)) {
        const [appended] = await bench.log().append([aRecord('k', text, 3)])
        reported.push(appended?.timestamp ?? Number.NaN)
        await bench.passTime()
      }
      expect([...reported].sort((a, b) => a - b)).toEqual(reported)
      expect((await readAll(bench.log(), 3)).map((record) => record.timestamp)).toEqual(reported)
    })

    it('finds the first offset at or after a time, and the end when there is none', async () => {
      for (const text of someTexts('t', 4)) {
        await bench.log().append([aRecord('k', `${text}a`, 3), aRecord('k', `${text}b`, 3)])
        await bench.passTime()
      }
      const records = await readAll(bench.log(), 3)
      const times = [0, ...records.flatMap(({ timestamp }) => [timestamp - 1, timestamp, timestamp + 1])]
      for (const time of times) {
        const expected = records.find((record) => record.timestamp >= time)?.offset ?? records.length
        expect(await bench.log().offsetAt('mentions', 3, time)).toBe(expected)
      }
      expect(await bench.log().offsetAt('mentions', 9, 0)).toBe(0)
    })

    it('reads a range in batches no larger than asked for', async () => {
      await bench.log().append(someTexts('t', 25).map((text) => aRecord('k', text, 8)))
      const batches: string[][] = []
      for await (const batch of bench
        .log()
        .read({ topic: 'mentions', partition: 8, from: 3, to: 17, maxBatchRecords: 5 })) {
        batches.push(batch.map(textOf))
      }
      expect(batches.flat()).toEqual(someTexts('t', 17).slice(3))
      expect(Math.max(...batches.map((batch) => batch.length))).toBeLessThanOrEqual(5)
    })

    it('reads nothing at the end, and refuses to begin beyond it', async () => {
      await bench.log().append([aRecord('k', 'a', 8)])
      const from = (offset: number) =>
        collect(bench.log().read({ topic: 'mentions', partition: 8, from: offset }))
      expect(await from(1)).toEqual([])
      expect(await codeOf(from(2))).toBe('offset_out_of_range')
    })

    it('ends a read at the end as it stood when it began', async () => {
      await bench.log().append([aRecord('k', 'a', 8), aRecord('k', 'b', 8)])
      const reading = bench.log().read({ topic: 'mentions', partition: 8, from: 0, maxBatchRecords: 1 })
      const seen: string[] = []
      for await (const batch of reading) {
        seen.push(...batch.map(textOf))
        await bench.log().append([aRecord('k', 'later', 8)])
      }
      expect(seen).toEqual(['a', 'b'])
    })

    it('has every record of 50 concurrent callers after it was opened again, each caller in its order', async () => {
      await Promise.all(
        someTexts('caller', 50).map(async (caller) => {
          for (const text of someTexts(`${caller}/`, 4)) await bench.log().append([aRecord(caller, text)])
        }),
      )
      const log = await bench.reopen()
      for (const caller of someTexts('caller', 50)) {
        const records = await readAll(log, partitionOf(caller))
        expect(records.filter((record) => record.key === caller).map(textOf)).toEqual(
          someTexts(`${caller}/`, 4),
        )
      }
    })

    it('keeps its id and the ids of its topics when it is opened again, each topic its own', async () => {
      const { id } = bench.log()
      const ids = [await bench.log().topicId('mentions'), await bench.log().topicId('breaches')]
      const log = await bench.reopen()
      expect(log.id).toBe(id)
      expect([await log.topicId('mentions'), await log.topicId('breaches')]).toEqual(ids)
      expect(new Set(ids).size).toBe(2)
    })

    it('drops what is past its retention and goes on at the same offset, also after it was opened again', async () => {
      await bench.log().append([aRecord('k', 'a', 6), aRecord('k', 'b', 6)])
      await bench.expire('mentions')
      for (const again of [false, true]) {
        const log = again ? await bench.reopen() : bench.log()
        expect((await log.bounds('mentions'))[6]).toEqual({ partition: 6, earliest: 2, end: 2 })
        expect(await codeOf(collect(log.read({ topic: 'mentions', partition: 6, from: 0 })))).toBe(
          'offset_out_of_range',
        )
      }
      expect((await bench.log().append([aRecord('k', 'c', 6)]))[0]?.offset).toBe(2)
      expect((await readAll(bench.log(), 6)).map(textOf)).toEqual(['c'])
    })

    it('keeps the last record of each key of a compacted topic, at its offset', async () => {
      const value = (text: string) => new TextEncoder().encode(text)
      const appended = await bench.log().append(
        ['brand/a', 'brand/b', 'brand/a'].map((key, i) => ({
          topic: 'config',
          key,
          value: value(`${i}`),
          partition: 0,
        })),
      )
      await bench.log().enforceRetention()
      const records = await collect(bench.log().read({ topic: 'config', partition: 0, from: 0 }))
      const last = new Map(records.map((record) => [record.key, [record.offset, textOf(record)]]))
      expect(last.get('brand/a')).toEqual([appended[2]?.offset, '2'])
      expect(last.get('brand/b')).toEqual([appended[1]?.offset, '1'])
    })

    it('refuses every call once it is closed', async () => {
      const log = bench.log()
      await log.close()
      expect(await codeOf(log.append([aRecord('k', 'a')]))).toBe('closed')
      expect(await codeOf(log.bounds('mentions'))).toBe('closed')
      expect(await codeOf(collect(log.read({ topic: 'mentions', partition: 0, from: 0 })))).toBe('closed')
    })

    it('holds exactly what was appended, in order, whatever the keys, the sizes and the calls', async () => {
      const model = new Map<number, string[]>()
      const aCall = fc.array(fc.tuple(fc.integer({ min: 0, max: 12 }), fc.string({ unit: 'grapheme' })), {
        maxLength: 30,
      })
      await fc.assert(
        fc.asyncProperty(fc.array(aCall, { minLength: 1, maxLength: 5 }), async (calls) => {
          await Promise.all(
            calls.map((call) => bench.log().append(call.map(([key, text]) => aRecord(`brand-${key}`, text)))),
          )
          for (const [key, text] of calls.flat()) {
            const partition = partitionOf(`brand-${key}`)
            model.set(partition, [...(model.get(partition) ?? []), text])
          }
          for (const [partition, texts] of model) {
            const found = await readAll(bench.log(), partition)
            expect(found.map(textOf)).toEqual(texts)
            expect(found.map((record) => record.offset)).toEqual(texts.map((_, offset) => offset))
          }
        }),
        { numRuns: 20 },
      )
    })
  })
}

async function collect(batches: AsyncIterable<readonly LogRecord[]>): Promise<LogRecord[]> {
  const records: LogRecord[] = []
  for await (const batch of batches) records.push(...batch)
  return records
}
