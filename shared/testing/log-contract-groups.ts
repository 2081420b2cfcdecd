import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { partitionCount } from '../contracts/index.ts'
import { type Batch, ownersByRendezvous, type Subscription } from '../log/index.ts'
import type { LogBench } from './log-contract.ts'
import { aGate, aRecord, aStage, eventually, someTexts, textOf } from './log-stage.ts'

const allPartitions = Array.from({ length: partitionCount }, (_, partition) => partition)

/** Promises about members sharing the work. */
export function describeLogGroups(bench: LogBench): void {
  describe('groups', () => {
    it('gives a lone member every record, each key in order', async () => {
      const stage = await aStage(bench.log())
      await bench.log().append(someTexts('t', 500).map((text, i) => aRecord(`brand-${i % 11}`, text)))
      const subscription = await bench.log().subscribe(stage.member('a'))
      await bench.log().append(someTexts('u', 500).map((text, i) => aRecord(`brand-${i % 11}`, text)))
      await eventually('1,000 records counted', () => stage.total() >= 1_000)
      expect(subscription.assignment()).toEqual(allPartitions)
      for (let brand = 0; brand < 11; brand++) {
        const records = [...stage.counted.values()].flat().filter((record) => record.key === `brand-${brand}`)
        const expected = [...someTexts('t', 500), ...someTexts('u', 500)].filter(
          (_, i) => (i % 500) % 11 === brand,
        )
        expect(records.map(textOf)).toEqual(expected)
      }
      expect(stage.faults).toEqual([])
    })

    it('hands partitions over with no gap and no overlap while records arrive, there and back again', async () => {
      const stage = await aStage(bench.log())
      const first = await bench.log().subscribe(stage.member('a'))
      await eventually('a has all', () => first.assignment().length === partitionCount)
      await feed(bench, 'alone')

      const second = await bench.log().subscribe(stage.member('b'))
      const feeding = feed(bench, 'moving')
      await eventually('a and b share', () => shared(first, second))
      const hadB = second.assignment()
      await feeding

      await second.close()
      await feed(bench, 'back')
      await eventually('a has all again', () => first.assignment().length === partitionCount)

      const again = await bench.log().subscribe(stage.member('b'))
      await eventually('a and b share again', () => shared(first, again))
      expect(again.assignment()).toEqual(hadB)
      await feed(bench, 'again')

      const all = ['alone', 'moving', 'back', 'again']
        .flatMap((name) => someTexts(`${name}-`, feedSize))
        .sort()
      await eventually('all counted', () => stage.total() >= all.length)
      expect(stage.texts()).toEqual(all)
      expect(stage.faults).toEqual([])
    })

    it('lets the old owner finish its batch before the new one begins, and calls it no more', async () => {
      const stage = await aStage(bench.log())
      const gate = aGate()
      const underWay: number[] = []
      const first = await bench.log().subscribe(
        stage.member('a', async ({ partition }) => {
          underWay.push(partition)
          await gate.opened
        }),
      )
      const owners = ownersByRendezvous(['a', 'b'], partitionCount)
      const moving = allPartitions.filter((partition) => owners[partition] === 'b')
      await bench.log().append(moving.map((partition) => aRecord('k', `p${partition}`, partition)))
      await eventually('a is at work', () => underWay.length > 0)
      const joining = bench.log().subscribe(stage.member('b'))
      // Long enough for a hand-over that does not wait to go wrong.
      await sleep(100)
      gate.open()
      const second = await joining
      await eventually('a and b share', () => shared(first, second))
      expect(second.assignment()).toEqual(moving)
      await bench.log().append(moving.map((partition) => aRecord('k', `q${partition}`, partition)))
      await eventually('all counted', () => stage.total() >= 2 * moving.length)
      expect(stage.total()).toBe(2 * moving.length)
      expect(stage.faults).toEqual([])
    })

    it('loses nothing of a member that dies in the middle of a batch', async () => {
      const stage = await aStage(bench.log())
      const texts = someTexts('t', 200)
      await bench.log().append(texts.map((text, i) => aRecord(`brand-${i % 5}`, text)))
      let died = 0
      const dying = await bench.log().subscribe({
        ...stage.member('a', async () => {
          if (++died > 1) throw new Error('died')
        }),
        maxBatchRecords: 10,
      })
      await eventually('a died', () => died > 1)
      await dying.close()
      expect(stage.total()).toBeLessThan(texts.length)
      await bench.log().subscribe(stage.member('b'))
      await eventually('all counted', () => stage.total() >= texts.length)
      expect(stage.texts()).toEqual([...texts].sort())
      expect(stage.faults).toEqual([])
    })

    it('calls a member no more once its subscription is closed', async () => {
      const stage = await aStage(bench.log())
      const subscription = await bench.log().subscribe(stage.member('a'))
      await bench.log().append([aRecord('k', 'before')])
      await eventually('one counted', () => stage.total() === 1)
      await subscription.close()
      await subscription.close()
      expect(subscription.assignment()).toEqual([])
      await bench.log().append([aRecord('k', 'after')])
      const next = await bench.log().subscribe(stage.member('b'))
      await eventually('the next member counts', () => stage.total() === 2)
      expect(next.assignment()).toEqual(allPartitions)
      expect(stage.faults).toEqual([])
    })

    it('gives every group all records', async () => {
      const stages = [await aStage(bench.log()), await aStage(bench.log())]
      for (const [i, stage] of stages.entries())
        await bench.log().subscribe({ ...stage.member('a'), group: `group-${i}` })
      await bench.log().append(someTexts('t', 50).map((text) => aRecord(text, text)))
      await eventually('both counted all', () => stages.every((stage) => stage.total() >= 50))
      for (const stage of stages) expect(stage.texts()).toEqual(someTexts('t', 50).sort())
    })

    it('keeps batches to the records asked for and tells the end, so that the lag is known', async () => {
      const stage = await aStage(bench.log())
      await bench.log().append(someTexts('t', 25).map((text) => aRecord('k', text, 7)))
      const batches: Batch[] = []
      await bench.log().subscribe({
        ...stage.member('a', async (batch) => {
          batches.push(batch)
        }),
        maxBatchRecords: 10,
      })
      await eventually('25 counted', () => stage.total() === 25)
      expect(batches.every((batch) => batch.records.length <= 10)).toBe(true)
      expect(batches.map((batch) => batch.end)).toEqual(batches.map(() => 25))
    })

    it('shows who owns a partition and what was committed', async () => {
      const stage = await aStage(bench.log())
      await bench.log().append([aRecord('k', 'a', 7)])
      const subscription = await bench.log().subscribe(stage.member('host-1'))
      await eventually('one counted', () => stage.total() === 1)
      await subscription.commit(7, 1)
      const group = await bench.log().group('stage', 'mentions')
      expect(group).toHaveLength(partitionCount)
      expect(group[7]).toEqual({ partition: 7, member: 'host-1', committed: 1 })
      expect(group[8]).toEqual({ partition: 8, member: 'host-1', committed: undefined })
      const after = await (await bench.reopen()).group('stage', 'mentions')
      expect(after[7]).toEqual({ partition: 7, member: undefined, committed: 1 })
    })
  })
}

const feedSize = 256

async function feed(bench: LogBench, name: string): Promise<void> {
  const texts = someTexts(`${name}-`, feedSize)
  for (let i = 0; i < feedSize; i += 32) {
    await bench
      .log()
      .append(texts.slice(i, i + 32).map((text, j) => aRecord('k', text, (i + j) % partitionCount)))
  }
}

function shared(first: Subscription, second: Subscription): boolean {
  const both = [...first.assignment(), ...second.assignment()].sort((a, b) => a - b)
  return (
    second.assignment().length > 0 && first.assignment().length > 0 && both.join() === allPartitions.join()
  )
}
