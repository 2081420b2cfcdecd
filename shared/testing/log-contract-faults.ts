import { describe, expect, it } from 'vitest'
import { partitionCount } from '../contracts/index.ts'
import type { LogBench } from './log-contract.ts'
import { aGate, aRecord, aStage, eventually, someTexts, textOf } from './log-stage.ts'

/** Promises about handlers that fail or are slow. */
export function describeLogFaults(bench: LogBench): void {
  describe('faults', () => {
    it('stops the partition of a poison record after three tries, loudly, and reads the others on', async () => {
      const stage = await aStage(bench.log())
      let tries = 0
      const subscription = await bench.log().subscribe(
        stage.member('a', async (batch) => {
          if (!batch.records.some((record) => textOf(record) === 'poison')) return
          tries++
          throw new Error('cannot digest this')
        }),
      )
      await bench.log().append([aRecord('k', 'poison', 9), aRecord('k', 'fine', 10)])
      await eventually('partition 9 stops', () => subscription.stoppedPartitions().has(9))
      await bench.log().append([aRecord('k', 'behind', 9), aRecord('k', 'later', 10)])
      await eventually('partition 10 goes on', () => stage.total() >= 2)
      expect(stage.texts()).toEqual(['fine', 'later'])
      expect(tries).toBe(3)
      expect(subscription.stoppedPartitions()).toEqual(new Map([[9, 'cannot digest this']]))
      expect([...stage.stopped.keys()]).toEqual([9])
      expect(subscription.assignment()).toContain(9)
    })

    it('presents the same batch again after a failure, and then goes on', async () => {
      const stage = await aStage(bench.log())
      const presented: string[] = []
      const subscription = await bench.log().subscribe({
        ...stage.member('a', async (batch) => {
          presented.push(batch.records.map(textOf).join())
          if (presented.length === 1) throw new Error('only once')
        }),
        maxBatchRecords: 2,
      })
      await bench.log().append(someTexts('t', 2).map((text) => aRecord('k', text, 9)))
      await bench.log().append(someTexts('u', 2).map((text) => aRecord('k', text, 9)))
      await eventually('4 counted', () => stage.total() >= 4)
      expect(presented[1]).toBe(presented[0])
      expect(stage.counted.get(9)?.map(textOf)).toEqual(['t0', 't1', 'u0', 'u1'])
      expect(subscription.stoppedPartitions().size).toBe(0)
    })

    it('never has two calls at once for one partition', async () => {
      const stage = await aStage(bench.log())
      const underWay = new Set<number>()
      let overlaps = 0
      await bench.log().subscribe({
        ...stage.member('a', async ({ partition }) => {
          if (underWay.has(partition)) overlaps++
          underWay.add(partition)
          await new Promise((resolve) => setImmediate(resolve))
          underWay.delete(partition)
        }),
        maxBatchRecords: 3,
      })
      for (let i = 0; i < 20; i++) {
        await bench.log().append(someTexts(`t${i}-`, 10).map((text, j) => aRecord('k', text, j % 3)))
      }
      await eventually('200 counted', () => stage.total() === 200)
      expect(overlaps).toBe(0)
      expect(stage.faults).toEqual([])
    })

    it('serves every partition while one has far more to read', async () => {
      const stage = await aStage(bench.log())
      await bench.log().append(someTexts('many', 5_000).map((text) => aRecord('k', text, 0)))
      await bench
        .log()
        .append(someTexts('few', partitionCount - 1).map((text, i) => aRecord('k', text, i + 1)))
      let countedOfMany = 0
      await bench.log().subscribe({ ...stage.member('a'), maxBatchRecords: 10 })
      await eventually('the few are counted', () => {
        countedOfMany = stage.counted.get(0)?.length ?? 0
        return stage.counted.size >= partitionCount
      })
      await eventually('all counted', () => stage.total() === 5_000 + partitionCount - 1)
      expect(countedOfMany).toBeLessThan(5_000)
    })

    it('gives a slow member no more bytes at once than it allows, and still every record', async () => {
      const stage = await aStage(bench.log())
      const value = new Uint8Array(50_000)
      const count = 120
      for (let i = 0; i < count; i += 20) {
        await bench.log().append(
          Array.from({ length: 20 }, (_, j) => ({
            topic: 'mentions',
            key: 'k',
            value,
            partition: (i + j) % 4,
          })),
        )
      }
      const gate = aGate()
      let handed = 0
      let largest = 0
      await bench.log().subscribe({
        ...stage.member('a', async (batch) => {
          const bytes = batch.records.reduce((sum, record) => sum + record.value.byteLength, 0)
          largest = Math.max(largest, bytes)
          handed += bytes
          await gate.opened
        }),
        maxBufferedBytes: 400_000,
      })
      await eventually('the first batch is handed over', () => handed > 0)
      expect(handed).toBeLessThanOrEqual(400_000)
      gate.open()
      await eventually('all counted', () => stage.total() === count)
      expect(largest).toBeLessThanOrEqual(400_000)
      expect(stage.faults).toEqual([])
    })

    it('waits for the batch under way when it is closed, and still takes what that appends', async () => {
      const log = bench.log()
      const stage = await aStage(log)
      const gate = aGate()
      let waiting = false
      await log.subscribe(
        stage.member('a', async () => {
          waiting = true
          await gate.opened
          await log.append([{ topic: 'signals', key: 'k', value: new Uint8Array([1]), partition: 3 }])
        }),
      )
      await log.append([aRecord('k', 't', 3)])
      await eventually('a is at work', () => waiting)
      const closing = log.close()
      gate.open()
      await closing
      expect(stage.texts()).toEqual(['t'])
      expect(stage.faults).toEqual([])
      expect((await (await bench.reopen()).bounds('signals'))[3]?.end).toBe(1)
    })
  })
}
