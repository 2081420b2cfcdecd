import type { ConfigFault } from '@nabiz/shared/errors'
import { day } from '@nabiz/shared/time'
import { zoneOffsets } from '../config/zone-offsets.ts'
import { momentsOf, type WrittenTime } from './row-time.ts'

/** One row of a counts file before its time is settled. */
export interface WrittenRow {
  line: number
  text: string
  time: WrittenTime
  value: number
}

/** One bucket: its first ms, UTC, and what was counted in it. */
export interface CountRow {
  line: number
  at: number
  value: number
}

/**
 * Settles every row's moment. Times without an offset are of `timeZone`: an hour that its clocks skip is a fault, one
 * that they repeat is told apart by the order of the rows and a fault where it stands but once.
 */
export function placeRows(rows: readonly WrittenRow[], timeZone: string, faults: ConfigFault[]): CountRow[] {
  const local = rows.filter(({ time }) => time.kind === 'local')
  const [first] = local
  const odd = rows.find(({ time }) => time.kind !== rows[0]?.time.kind)
  if (odd !== undefined) {
    faults.push({
      path: `line ${odd.line}`,
      found: odd.text,
      expected: 'an offset in every row or in none: the rows before are written the other way',
    })
    return []
  }
  if (first === undefined) return rows.map(({ line, time, value }) => ({ line, at: time.at, value }))
  let [from, to] = [first.time.at, first.time.at]
  for (const { time } of local) [from, to] = [Math.min(from, time.at), Math.max(to, time.at)]
  const offsets = zoneOffsets(timeZone, from - 2 * day, to + 2 * day)
  const seen = new Map<number, number>()
  const repeated = new Map<number, WrittenRow>()
  const placed = rows.map((row) => {
    const moments = momentsOf(row.time.at, offsets)
    let times = 0
    if (moments.length > 1) {
      times = seen.get(row.time.at) ?? 0
      seen.set(row.time.at, times + 1)
      if (times === 0) repeated.set(row.time.at, row)
      else repeated.delete(row.time.at)
    }
    const at = moments[Math.min(times, moments.length - 1)]
    if (at === undefined) {
      const expected = `a time that exists in ${timeZone}: its clocks skip this one`
      faults.push({ path: `line ${row.line}`, found: row.text, expected })
    }
    return { line: row.line, at: at ?? 0, value: row.value }
  })
  for (const { line, text } of repeated.values()) {
    const expected = `both times that clocks in ${timeZone} show this, or an offset in every row`
    faults.push({ path: `line ${line}`, found: text, expected })
  }
  return placed
}
