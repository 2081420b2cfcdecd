import type { ConfigFault } from '@nabiz/shared/errors'
import { day } from '@nabiz/shared/time'
import { zoneOffsets } from '../config/zone-offsets.ts'
import { momentsOf, type WrittenTime } from './row-time.ts'

/** One bucket: its first ms, UTC, and what was counted in it. */
export interface CountRow {
  line: number
  at: number
  value: number
}

/** Rows of a counts file before their times are settled: those without an offset show local time in `at`. */
export class WrittenRows {
  readonly rows: CountRow[] = []
  /** As the first row is written. */
  kind: WrittenTime['kind'] | undefined
  /** The first row that is written the other way. */
  odd: { line: number; text: string } | undefined
  /** Times as they are written, of the rows in turn; of moments nobody asks for them. */
  readonly texts: string[] = []

  push(row: CountRow, kind: WrittenTime['kind'], text: string): void {
    this.kind ??= kind
    if (kind !== this.kind) this.odd ??= { line: row.line, text }
    this.rows.push(row)
    if (this.kind === 'local') this.texts.push(text)
  }
}

/**
 * Settles every row's moment. Times without an offset are of `timeZone`: an hour that its clocks skip is a fault, one
 * that they repeat is told apart by the order of the rows and a fault where it stands but once.
 */
export function placeRows(written: WrittenRows, timeZone: string, faults: ConfigFault[]): CountRow[] {
  const { rows, kind, odd, texts } = written
  const [first] = rows
  if (odd !== undefined) {
    faults.push({
      path: `line ${odd.line}`,
      found: odd.text,
      expected: 'an offset in every row or in none: the rows before are written the other way',
    })
    return []
  }
  if (first === undefined || kind === 'moment') return rows
  let [from, to] = [first.at, first.at]
  for (const { at } of rows) [from, to] = [Math.min(from, at), Math.max(to, at)]
  const offsets = zoneOffsets(timeZone, from - 2 * day, to + 2 * day)
  const seen = new Map<number, number>()
  const repeated = new Map<number, { line: number; text: string }>()
  const placed = rows.map((row, index) => {
    const text = texts[index] ?? ''
    const moments = momentsOf(row.at, offsets)
    let times = 0
    if (moments.length > 1) {
      times = seen.get(row.at) ?? 0
      seen.set(row.at, times + 1)
      if (times === 0) repeated.set(row.at, { line: row.line, text })
      else repeated.delete(row.at)
    }
    const at = moments[Math.min(times, moments.length - 1)]
    if (at === undefined) {
      const expected = `a time that exists in ${timeZone}: its clocks skip this one`
      faults.push({ path: `line ${row.line}`, found: text, expected })
    }
    return { line: row.line, at: at ?? 0, value: row.value }
  })
  for (const { line, text } of repeated.values()) {
    const expected = `both times that clocks in ${timeZone} show this, or an offset in every row`
    faults.push({ path: `line ${line}`, found: text, expected })
  }
  return placed
}
