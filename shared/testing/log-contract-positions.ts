import { describe, expect, it } from 'vitest'
import type { Position, Subscription } from '../log/index.ts'
import type { LogBench } from './log-contract.ts'
import { aRecord, aStage, eventually, type Stage, someTexts, textOf } from './log-stage.ts'

/** Promises about where a member begins: where it says, and nowhere else. */
export function describeLogPositions(bench: LogBench): void {
  describe('positions', () => {
    it('begins at the position of the member, though the group has committed more', async () => {
      const stage = await aStage(bench.log())
      await bench.log().append(someTexts('t', 10).map((text) => aRecord('k', text, 3)))
      const first = await bench.log().subscribe(stage.member('a'))
      await eventually('10 counted', () => stage.total() === 10)
      await first.commit(3, 10)
      await first.close()

      // The store lost its last checkpoint: it stands at 4 again.
      stage.positions.set(3, { topicId: await bench.log().topicId('mentions'), offset: 4 })
      stage.counted.clear()
      await (await bench.reopen()).subscribe(stage.member('a'))
      await eventually('6 counted', () => stage.total() >= 6)
      expect(stage.texts()).toEqual(someTexts('t', 10).slice(4))
      expect(stage.faults).toEqual([])
    })

    it('begins at the position of the member, though the group has committed less', async () => {
      const stage = await aStage(bench.log())
      await bench.log().append(someTexts('t', 10).map((text) => aRecord('k', text, 3)))
      const first = await bench.log().subscribe(stage.member('a'))
      await eventually('10 counted', () => stage.total() === 10)
      await first.commit(3, 2)
      await first.close()
      await bench.log().subscribe(stage.member('a'))
      await bench.log().append([aRecord('k', 'last', 3)])
      await eventually('the last counted', () => stage.total() >= 11)
      expect(stage.texts()).toEqual([...someTexts('t', 10), 'last'].sort())
      expect(stage.faults).toEqual([])
    })

    it('begins at the earliest record when the member has no position', async () => {
      await bench.log().append([aRecord('k', 'gone', 3)])
      await bench.expire('mentions')
      await bench.log().append([aRecord('k', 'kept', 3)])
      const stage = await aStage(bench.log())
      await bench.log().subscribe(stage.member('a'))
      await eventually('one counted', () => stage.total() === 1)
      expect(stage.texts()).toEqual(['kept'])
    })

    it('reads a partition again from where the member says, once it has dropped its memory', async () => {
      const stage = await aStage(bench.log())
      await bench.log().append(someTexts('t', 20).map((text) => aRecord('k', text, 3)))
      let refused = false
      const subscription: Subscription = await bench.log().subscribe({
        ...stage.member('a', async (batch) => {
          if (refused || batch.records.at(-1)?.offset !== 9) return
          refused = true
          // Another writer was there: what stands is offset 5.
          stage.positions.set(3, { topicId: await bench.log().topicId('mentions'), offset: 5 })
          stage.counted.set(3, (stage.counted.get(3) ?? []).slice(0, 5))
          subscription.reassign(3)
          throw new Error('refused')
        }),
        maxBatchRecords: 5,
      })
      await eventually('20 counted', () => stage.total() >= 20)
      expect(stage.counted.get(3)?.map(textOf)).toEqual(someTexts('t', 20))
      expect(stage.faults).toEqual([])
      expect(subscription.stoppedPartitions().size).toBe(0)
    })

    it.each([
      ['beyond the end', 2, 11],
      ['before the earliest record', 1, 0],
    ])(
      'refuses an offset %s, naming both, and reads the other partitions',
      async (_case, partition, offset) => {
        await bench.log().append(someTexts('t', 10).map((text) => aRecord('k', text, 1)))
        await bench.expire('mentions')
        await bench
          .log()
          .append([...someTexts('u', 10).map((text) => aRecord('k', text, 2)), aRecord('k', 'other', 4)])
        const stage = await aStage(bench.log())
        stage.positions.set(partition, { topicId: await bench.log().topicId('mentions'), offset })
        const message = await stopMessage(bench, stage, partition)
        expect(stage.stopped).toEqual(new Map([[partition, 'offset_out_of_range']]))
        expect(message).toContain(String(offset))
        expect(message).toContain('10')
        await eventually('the other is counted', () => stage.texts().includes('other'))
        expect(stage.counted.get(partition)).toBeUndefined()
      },
    )

    it('refuses a position in a topic that was deleted and made again, naming both ids', async () => {
      const stage = await aStage(bench.log())
      await bench.log().append(someTexts('t', 10).map((text) => aRecord('k', text, 1)))
      const first = await bench.log().subscribe(stage.member('a'))
      await eventually('10 counted', () => stage.total() === 10)
      await first.close()
      const old = stage.positions.get(1) satisfies Position | undefined

      await bench.recreateTopic('mentions')
      await bench.log().append(someTexts('u', 20).map((text) => aRecord('k', text, 1)))
      const message = await stopMessage(bench, stage, 1)
      expect(stage.stopped).toEqual(new Map([[1, 'topic_changed']]))
      expect(message).toContain(old?.topicId)
      expect(message).toContain(await bench.log().topicId('mentions'))
      expect(stage.texts()).toEqual(someTexts('t', 10).sort())
    })
  })
}

/** Subscribes and waits for the partition to stop; why it did. */
async function stopMessage(bench: LogBench, stage: Stage, partition: number): Promise<string> {
  const subscription = await bench.log().subscribe(stage.member('b'))
  await eventually(`partition ${partition} stops`, () => subscription.stoppedPartitions().has(partition))
  return subscription.stoppedPartitions().get(partition) ?? ''
}
