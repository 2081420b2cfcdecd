import { readFileSync } from 'node:fs'
import { ConfigError, type ConfigFault } from '@nabiz/shared/errors'
import { hour, minute } from '@nabiz/shared/time'
import { type CountRow, placeRows, WrittenRows } from './place-rows.ts'
import { readTime } from './row-time.ts'

/** Mentions of one brand per bucket, oldest first, each bucket once. */
export interface CountSeries {
  rows: CountRow[]
  /** Width of a bucket, read from the rows, ms: whole minutes up to an hour. */
  widthMs: number
  /** Stretches without rows, [from, to) in ms; `line`: the row after. Nobody knows what happened in them. */
  gaps: { from: number; to: number; line: number }[]
  /** Line of the first row that stood before an earlier one; the rows are sorted. */
  sortedFrom: number | undefined
}

/** Faults named at once; a file that is wholly wrong needs no more. */
const mostFaults = 20
/** Nothing has this many mentions in a bucket: a number above it is something else. */
const mostMentions = 1_000_000_000

/** Reads `timestamp,value` rows; ConfigError that names line, what was found and what would be right. */
export function readCountsFile(path: string, timeZone = 'UTC'): CountSeries {
  let bytes: Buffer
  try {
    bytes = readFileSync(path)
  } catch {
    throw new ConfigError(path, [
      {
        path: 'file',
        found: 'nothing that can be read',
        expected: 'a CSV file with the columns timestamp,value',
      },
    ])
  }
  return readCounts(bytes, path, timeZone)
}

/** The same from bytes; `source` names them in errors. */
export function readCounts(bytes: Uint8Array, source: string, timeZone = 'UTC'): CountSeries {
  const faults: ConfigFault[] = []
  const written = readRows(bytes, source, faults)
  const rows = placeRows(written, timeZone, faults)
  refuse(source, faults)
  if (rows.length < 2) {
    const expected = 'at least two, as the width of a bucket is read from them'
    refuse(source, [{ path: 'rows', found: `${rows.length}`, expected }])
  }
  const sortedFrom = rows.find((row, index) => index > 0 && row.at < (rows[index - 1]?.at ?? 0))?.line
  rows.sort((a, b) => a.at - b.at)
  const widthMs = widthOf(rows, source)
  return { rows, widthMs, gaps: gapsOf(rows, widthMs, source), sortedFrom }
}

interface Columns {
  timestamp: number
  value: number
  count: number
}

/** No field has a comma or a line break of its own, so a line is a row and its number the one an editor shows. */
function readRows(bytes: Uint8Array, source: string, faults: ConfigFault[]): WrittenRows {
  const rows = new WrittenRows()
  let columns: Columns | undefined
  const all = textOf(bytes, source)
  const text = all.includes('\r') ? all.replace(/\r\n?/g, '\n') : all
  // Line by line: half a million of them at once, and what is read out of them, would be collected as garbage for longer.
  for (let line = 1, from = 0; from <= text.length; line += 1) {
    const next = text.indexOf('\n', from)
    const end = next < 0 ? text.length : next
    const written = text.slice(from, end)
    from = end + 1
    if (written.trim() === '') continue
    const fields = written.split(',')
    if (columns === undefined) columns = columnsOf(fields, line, source)
    else readRow(line, fields, columns, rows, faults)
  }
  if (columns === undefined) columnsOf([], 1, source)
  return rows
}

function textOf(bytes: Uint8Array, source: string): string {
  try {
    // A decoder leaves a byte order mark out.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new ConfigError(source, [
      { path: 'file', found: 'bytes that are not UTF-8', expected: 'a CSV file in UTF-8, not compressed' },
    ])
  }
}

function columnsOf(fields: readonly string[], line: number, source: string): Columns {
  const names = fields.map((field) => unquote(field).toLowerCase())
  const [timestamp, value] = [names.indexOf('timestamp'), names.indexOf('value')]
  const isTwice = names.lastIndexOf('timestamp') !== timestamp || names.lastIndexOf('value') !== value
  if (timestamp < 0 || value < 0 || isTwice) {
    const found = fields.length === 0 ? 'nothing' : quote(fields.join(','))
    const expected = 'a header with the columns timestamp and value, once each, in any order, commas between'
    throw new ConfigError(source, [{ path: `line ${line}`, found, expected }])
  }
  return { timestamp, value, count: names.length }
}

function readRow(
  line: number,
  fields: readonly string[],
  columns: Columns,
  rows: WrittenRows,
  faults: ConfigFault[],
): void {
  if (fields.length !== columns.count) {
    const expected = `${columns.count}, as in the header`
    faults.push({ path: `line ${line}`, found: `${fields.length} fields`, expected })
    return
  }
  const text = unquote(fields[columns.timestamp] ?? '')
  const time = readTime(text)
  const count = unquote(fields[columns.value] ?? '')
  // Some tools write whole numbers with a fraction of nothing.
  const value = /^\d+(\.0*)?$/.test(count) ? Number(count) : Number.NaN
  if (time === undefined) {
    const expected = 'a time that exists, such as 2026-03-10 09:05:00 or 2026-03-10T09:05:00+03:00'
    faults.push({ path: `line ${line}`, found: quote(text), expected })
  } else if (value <= mostMentions) rows.push({ line, at: time.at, value }, time.kind, text)
  else {
    const expected = 'a count: a whole number of mentions, at least 0'
    faults.push({ path: `line ${line}`, found: quote(count), expected })
  }
}

function unquote(field: string): string {
  const text = field.trim()
  return text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1).trim() : text
}

/** The most common step between rows: whole minutes, at most the hour of the longest window that slides. */
function widthOf(rows: readonly CountRow[], source: string): number {
  const steps = new Map<number, number>()
  for (let index = 1; index < rows.length; index += 1) {
    const [before, row] = [rows[index - 1], rows[index]]
    if (before === undefined || row === undefined) continue
    if (row.at === before.at) {
      const expected = `one row a bucket: line ${Math.min(before.line, row.line)} has the same time`
      const found = new Date(row.at).toISOString()
      refuse(source, [{ path: `line ${Math.max(before.line, row.line)}`, found, expected }])
    }
    const step = row.at - before.at
    steps.set(step, (steps.get(step) ?? 0) + 1)
  }
  const [[width] = [0]] = [...steps].sort((a, b) => b[1] - a[1] || a[0] - b[0])
  if (width % minute !== 0 || width > hour) {
    const expected = 'whole minutes, at most 60: the windows are 60, 15 and 5 minutes long'
    refuse(source, [{ path: 'bucket width', found: `${width / 1_000} s between most rows`, expected }])
  }
  return width
}

function gapsOf(rows: readonly CountRow[], width: number, source: string): CountSeries['gaps'] {
  const gaps: CountSeries['gaps'] = []
  const faults: ConfigFault[] = []
  for (let index = 1; index < rows.length; index += 1) {
    const [before, row] = [rows[index - 1], rows[index]]
    if (before === undefined || row === undefined) continue
    const step = row.at - before.at
    if (step % width !== 0) {
      const expected = `a multiple of ${width / minute} minutes, the step between most rows`
      faults.push({
        path: `line ${row.line}`,
        found: `${step / 1_000} s after line ${before.line}`,
        expected,
      })
    } else if (step > width) gaps.push({ from: before.at + width, to: row.at, line: row.line })
  }
  refuse(source, faults)
  return gaps
}

function refuse(source: string, faults: readonly ConfigFault[]): void {
  if (faults.length === 0) return
  const more = faults.length - mostFaults
  const named = faults.slice(0, mostFaults)
  if (more > 0) named.push({ path: 'file', found: `${more} more`, expected: 'none' })
  throw new ConfigError(source, named)
}

function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)
}
