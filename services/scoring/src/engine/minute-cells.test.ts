import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Cell, createCell } from './cell.ts'
import { Reader, Writer } from './codec.ts'
import { MinuteCells } from './minute-cells.ts'

/** Some again and again, so that one that has just been asked for is packed or forgotten. */
const minute = fc.oneof(fc.integer({ min: 600, max: 1_100 }), fc.constantFrom(601, 661, 662, 1_099))

it('answers and encodes as if nothing were ever packed', () => {
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('count' as const), minute }) },
    fc.record({ kind: fc.constant('look' as const), minute }),
    fc.record({ kind: fc.constant('pack' as const), minute }),
    fc.record({ kind: fc.constant('delete' as const), minute }),
    fc.record({ kind: fc.constant('prune' as const), minute: fc.integer({ min: 600, max: 700 }) }),
    fc.record({ kind: fc.constant('read' as const), minute }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const truth = new Map<number, Cell>()
      let cells = new MinuteCells()
      for (const { kind, minute: at } of steps) {
        if (kind === 'count') {
          const cell = truth.get(at) ?? createCell()
          truth.set(at, cell)
          for (const counted of [cell, cells.obtain(at)]) {
            counted.sums[0] = (counted.sums[0] ?? 0) + 1
            counted.told += at % 3
            counted.changed = at % 17 === 0
          }
        } else if (kind === 'pack') cells.pack(600, at)
        else if (kind === 'look') expect(cells.get(at)).toEqual(truth.get(at))
        else if (kind === 'delete') {
          truth.delete(at)
          cells.delete(at)
        } else if (kind === 'prune') {
          for (const known of truth.keys()) if (known < at) truth.delete(known)
          cells.prune(at)
        } else cells = MinuteCells.decode(new Reader(bytesOf(cells), 'cells'))
      }
      const bytes = bytesOf(cells)
      cells.pack(0, 10_000)
      expect(bytesOf(cells)).toEqual(bytes)
      expect(cells.isEmpty).toBe(truth.size === 0)
      expect([...cells.entries()].sort(byMinute)).toEqual([...truth].sort(byMinute))
      expect(bytesOf(cells)).toEqual(bytes)
    }),
  )
})

it('keeps the hours that may still change, and those whose authors are told apart, as they are', () => {
  const cells = new MinuteCells()
  const old = cells.obtain(600)
  const changed = cells.obtain(720)
  changed.changed = true
  const recent = cells.obtain(1_000)
  cells.pack(0, 1_020)
  expect(cells.get(600)).not.toBe(old)
  expect(cells.get(600)).toEqual(old)
  expect(cells.get(720)).toBe(changed)
  expect(cells.get(1_000)).toBe(recent)
})

function bytesOf(cells: MinuteCells): Uint8Array {
  const writer = new Writer()
  cells.encode(writer)
  return writer.finish()
}

function byMinute(a: [number, Cell], b: [number, Cell]): number {
  return a[0] - b[0]
}
