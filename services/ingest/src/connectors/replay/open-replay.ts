import { ConfigError } from '@nabiz/shared/errors'
import { type ColumnMap, completeMap } from './column-map.ts'
import { guessTimeFormat } from './parse-time.ts'
import { type FileFormat, formatOf, type Row, readRows } from './read-file.ts'
import { createToItem, type ReplayRow } from './to-item.ts'

/** Rows looked at before a column map is settled. */
const sampleRows = 200

export interface ReplayFile {
  /** The map in use, guesses included. */
  map: ColumnMap
  /** Every row of the file in its order. */
  rows: AsyncIterable<ReplayRow>
}

/** Opens a CSV or NDJSON file. Throws ConfigError when it cannot be told which columns hold text and time. */
export async function openReplay(path: string, given: ColumnMap, format?: FileFormat): Promise<ReplayFile> {
  const known = format ?? formatOf(path)
  if (!known) {
    throw new ConfigError(path, [
      {
        path: 'format',
        found: 'an unknown ending',
        expected: '.csv, .ndjson or .jsonl, perhaps .gz (or --format)',
      },
    ])
  }
  const source = readRows(path, known)
  const head: Row[] = []
  for (let next = await source.next(); !next.done; next = await source.next()) {
    head.push(next.value)
    if (head.length >= sampleRows) break
  }
  const rows = head.filter((row) => row.kind === 'row')
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row.fields)))]
  const map = completeMap(given, columns)
  if ('missing' in map) {
    throw new ConfigError(
      path,
      map.missing.map((column) => ({
        path: column,
        found: 'no such column',
        expected: `one of ${columns.join(', ')}`,
      })),
    )
  }
  const { text, createdAt } = map
  if (text === undefined || createdAt === undefined) {
    const missing = [text === undefined ? 'text' : [], createdAt === undefined ? 'createdAt' : []].flat()
    throw new ConfigError(
      path,
      missing.map((field) => ({
        path: field,
        found: 'no column known for it',
        expected: `--map ${field}=COLUMN with one of ${columns.join(', ') || 'no columns'}`,
      })),
    )
  }
  const samples = rows
    .map((row) => row.fields[createdAt])
    .filter((value) => typeof value === 'string' || typeof value === 'number')
  const timeFormat = map.timeFormat ?? guessTimeFormat(samples.map(String))
  if (timeFormat === undefined) {
    throw new ConfigError(path, [
      {
        path: createdAt,
        found: 'times of no format that fits the first rows',
        expected: '--map timeFormat=iso, number, day-first, month-first or year-first',
      },
    ])
  }
  return { map: { ...map, timeFormat }, rows: convert(head, source, createToItem(map, timeFormat)) }
}

async function* convert(
  head: readonly Row[],
  rest: AsyncGenerator<Row>,
  toItem: (row: Row) => ReplayRow,
): AsyncGenerator<ReplayRow> {
  for (const row of head) yield toItem(row)
  for await (const row of rest) yield toItem(row)
}
