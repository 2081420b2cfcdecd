import { stringify } from 'csv-stringify/sync'
import { fileWriter, parquetWriteRows } from 'hyparquet-writer'
import type { Column } from './column.ts'

/** Rows written at once: what is in memory of an export. */
const batchRows = 1_000
/** Rows of a Parquet file's groups. */
const groupRows = 10_000

/** Where lines go; `write` answers false when it wants to be waited for. */
export interface LineSink {
  write(text: string): boolean
  once(event: 'drain', listener: () => void): unknown
}

/** Writes each row as it stands, a JSON object a line; returns how many. */
export async function writeNdjson<Row>(rows: AsyncIterable<Row>, sink: LineSink): Promise<number> {
  return inBatches(rows, (batch) => send(sink, batch.map((row) => `${JSON.stringify(row)}\n`).join('')))
}

/**
 * Writes rows as CSV (RFC 4180, times ISO 8601 in UTC) under a header. A text that a spreadsheet would run as a formula gets
 * an apostrophe in front of it; numbers never.
 */
export async function writeCsv<Row>(
  rows: AsyncIterable<Row>,
  columns: readonly Column<Row>[],
  sink: LineSink,
): Promise<number> {
  await send(sink, stringify([columns.map(({ name }) => name)]))
  return inBatches(rows, (batch) => {
    const cells = batch.map((row) => columns.map((column) => csvValue(column, row)))
    // A bare carriage return ends a line for many readers.
    return send(
      sink,
      stringify(cells, { escape_formulas: true, quoted_match: /[\r\n]/, cast: { boolean: String } }),
    )
  })
}

function csvValue<Row>(column: Column<Row>, row: Row): string | number | boolean | undefined {
  const value = column.of(row)
  return column.type === 'TIMESTAMP' && typeof value === 'number' ? new Date(value).toISOString() : value
}

/** Writes rows as a Parquet file (Snappy, 10,000 rows a group); absent values are null. */
export async function writeParquet<Row>(
  rows: AsyncIterable<Row>,
  columns: readonly Column<Row>[],
  path: string,
): Promise<number> {
  let count = 0
  async function* records() {
    for await (const row of rows) {
      count += 1
      yield Object.fromEntries(columns.map((column) => [column.name, parquetValue(column, row)]))
    }
  }
  await parquetWriteRows({
    writer: fileWriter(path),
    rows: records(),
    columns: columns.map(({ name, type }) => ({ name, type, nullable: true })),
    rowGroupSize: groupRows,
    createdBy: 'nabiz',
  })
  return count
}

function parquetValue<Row>(column: Column<Row>, row: Row): unknown {
  const value = column.of(row)
  if (typeof value !== 'number') return value ?? null
  if (column.type === 'TIMESTAMP') return new Date(value)
  return column.type === 'INT64' ? BigInt(Math.round(value)) : value
}

async function inBatches<Row>(
  rows: AsyncIterable<Row>,
  write: (batch: readonly Row[]) => Promise<void>,
): Promise<number> {
  let count = 0
  let batch: Row[] = []
  for await (const row of rows) {
    count += 1
    if (batch.push(row) < batchRows) continue
    await write(batch)
    batch = []
  }
  if (batch.length > 0) await write(batch)
  return count
}

/** Waits for a reader that is slower than the log, so that nothing piles up here. */
async function send(sink: LineSink, text: string): Promise<void> {
  if (text === '' || sink.write(text)) return
  await new Promise<void>((resolve) => sink.once('drain', resolve))
}
