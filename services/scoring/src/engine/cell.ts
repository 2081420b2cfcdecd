import type { Reader, Writer } from './codec.ts'
import { DistinctCount } from './distinct-count.ts'
import { createSums, type Sums } from './sums.ts'

/** What one platform held in one minute. */
export interface Cell {
  sums: Sums
  /** Authors while they are told apart. */
  authors: DistinctCount | undefined
  /** Number of those before them. */
  settled: number
  /** Records in `counts` about it so far: the next one's revision. */
  told: number
  /** It changed since. */
  changed: boolean
}

/** A cell that holds nothing yet. */
export function createCell(): Cell {
  return { sums: createSums(), authors: undefined, settled: 0, told: 0, changed: false }
}

/** Distinct authors of a cell; an upper bound once it was settled and more came. */
export function authorsOf(cell: Cell): number {
  return cell.settled + (cell.authors?.count ?? 0)
}

/** Lets a cell keep the number of its authors alone. */
export function settleAuthors(cell: Cell): void {
  cell.settled = authorsOf(cell)
  cell.authors = undefined
}

/** Writes a cell; the same cell gives the same bytes. */
export function encodeCell(cell: Cell, writer: Writer): void {
  writer.list(cell.sums, (value) => writer.unsigned(value))
  writer.unsigned(cell.settled)
  writer.flag(cell.authors !== undefined)
  cell.authors?.encode(writer)
  writer.unsigned(cell.told)
  writer.flag(cell.changed)
}

/** Passes over what `encodeCell` wrote; says whether the cell is at rest: nothing to tell, its authors settled. */
export function skipCell(reader: Reader): boolean {
  for (let left = reader.unsigned(); left > 0; left -= 1) reader.unsigned()
  reader.unsigned()
  const hasAuthors = reader.flag()
  if (hasAuthors) DistinctCount.decode(reader)
  reader.unsigned()
  return !reader.flag() && !hasAuthors
}

/** Reads what `encodeCell` wrote. */
export function decodeCell(reader: Reader): Cell {
  // Without the spare room that a list has grown.
  const sums = reader.list(() => reader.unsigned()).slice()
  const settled = reader.unsigned()
  const authors = reader.flag() ? DistinctCount.decode(reader) : undefined
  return { sums, authors, settled, told: reader.unsigned(), changed: reader.flag() }
}
