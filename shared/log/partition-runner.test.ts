import { describe, expect, it } from 'vitest'
import type { Batch, LogRecord } from './log.ts'
import { PartitionRunner } from './partition-runner.ts'

describe('PartitionRunner', () => {
  it('moves on to the offset after the batch it presented', async () => {
    const { runner, seen } = setup()
    expect(await runner.present(aBatch(5, 6, 7))).toBe('done')
    expect(runner.next).toBe(8)
    expect(seen).toEqual([[5, 6, 7]])
  })

  it.each([[[4, 5]], [[6, 7]], [[5, 5]], [[]]])(
    'refuses a batch %j that does not begin at 5, without presenting it',
    async (offsets) => {
      const { runner, seen } = setup()
      expect(await runner.present(aBatch(...offsets))).toBe('refused')
      expect(seen).toEqual([])
      expect(runner.next).toBe(5)
    },
  )

  it('refuses a batch of another partition', async () => {
    const { runner } = setup()
    expect(await runner.present({ ...aBatch(5), partition: 4 })).toBe('refused')
  })

  it('accepts holes in a compacted topic, but nothing already passed', async () => {
    const { runner } = setup({ dense: false })
    expect(await runner.present(aBatch(9, 12))).toBe('done')
    expect(await runner.present(aBatch(12))).toBe('refused')
  })

  it('presents a batch again after a failure', async () => {
    const { runner, seen } = setup({ failures: 2 })
    expect(await runner.present(aBatch(5))).toBe('done')
    expect(seen).toHaveLength(3)
  })

  it('stops after the third failure, says why once, and presents nothing more', async () => {
    const { runner, seen, stops } = setup({ failures: 99 })
    expect(await runner.present(aBatch(5))).toBe('stopped')
    expect(await runner.present(aBatch(5))).toBe('stopped')
    expect(seen).toHaveLength(3)
    expect(stops).toEqual(['failure 3'])
    expect(runner.next).toBe(5)
  })

  it('tries no more once abandoned, and keeps its position', async () => {
    const { runner, seen, stops } = setup({ failures: 99, onProcess: (self) => self.abandon() })
    expect(await runner.present(aBatch(5))).toBe('abandoned')
    expect(seen).toHaveLength(1)
    expect(stops).toEqual([])
    expect(runner.next).toBe(5)
  })

  it('does not count a batch as done that was abandoned while it ran', async () => {
    const { runner } = setup({ onProcess: (self) => self.abandon() })
    expect(await runner.present(aBatch(5))).toBe('abandoned')
    expect(runner.next).toBe(5)
  })
})

function aBatch(...offsets: number[]): Batch {
  const records = offsets.map(
    (offset): LogRecord => ({
      topic: 'mentions',
      partition: 3,
      offset,
      timestamp: 0,
      key: 'k',
      value: new Uint8Array(),
    }),
  )
  return { topic: 'mentions', partition: 3, records, end: 100 }
}

function setup(
  options: { dense?: boolean; failures?: number; onProcess?: (runner: PartitionRunner) => void } = {},
) {
  const seen: number[][] = []
  const stops: string[] = []
  const runner: PartitionRunner = new PartitionRunner({
    partition: 3,
    next: 5,
    dense: options.dense ?? true,
    backOffMs: [1, 1],
    handler: {
      async process(batch) {
        seen.push(batch.records.map((record) => record.offset))
        options.onProcess?.(runner)
        if (seen.length <= (options.failures ?? 0)) throw new Error(`failure ${seen.length}`)
      },
      stopped: (_partition, err) => stops.push(err instanceof Error ? err.message : ''),
    },
  })
  return { runner, seen, stops }
}
