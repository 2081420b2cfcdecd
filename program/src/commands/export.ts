import { once } from 'node:events'
import { createWriteStream, renameSync, rmSync } from 'node:fs'
import { ConfigError, messageOf } from '@nabiz/shared/errors'
import type { Log } from '@nabiz/shared/log'
import { systemClock } from '@nabiz/shared/time'
import type { DriversPlace } from '../drivers.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Column } from '../export/column.ts'
import type { ExportFormat, exportedTopics } from '../export/export-choices.ts'
import { type Exported, mentionColumns, mentionRows } from '../export/mention-rows.ts'
import { signalColumns, signalRows } from '../export/signal-rows.ts'
import { type LineSink, writeCsv, writeNdjson, writeParquet } from '../export/write-rows.ts'
import type { ProcessEdge } from '../process-edge.ts'
import { readRange } from '../recorded/time-range.ts'
import { withRecorded } from '../recorded/with-recorded.ts'

export interface ExportArguments {
  topic: (typeof exportedTopics)[number]
  place: DriversPlace
  from: string | undefined
  to: string | undefined
  brand: string | undefined
  format: ExportFormat
  /** Undefined: standard output. */
  out: string | undefined
}

/** `nabiz export mentions|signals`: what was recorded, for other tools; a file appears whole or not at all. */
export async function exportCommand(options: ExportArguments, edge: ProcessEdge): Promise<number> {
  const { topic, out, format, brand } = options
  const range = readRange(options.from, options.to, systemClock.now())
  if (format === 'parquet' && out === undefined) {
    const expected = 'a file: a Parquet file ends with what stands at its beginning'
    throw new ConfigError('command line', [{ path: '--out', found: 'nothing', expected }])
  }
  return withRecorded(options.place, async ({ log }) => {
    const wanted = { ...range, brand }
    const rows =
      topic === 'mentions'
        ? await write(mentionRows, mentionColumns, log, wanted, options, edge)
        : await write(signalRows, signalColumns, log, wanted, options, edge)
    edge.stderr.write(`${rows} ${topic}${out === undefined ? '' : ` in ${out}`}\n`)
    return exitCodes.ok
  })
}

async function write<Row>(
  read: (log: Log, wanted: Exported) => AsyncGenerator<Row>,
  columns: readonly Column<Row>[],
  log: Log,
  wanted: Exported,
  { format, out }: ExportArguments,
  edge: ProcessEdge,
): Promise<number> {
  const lines = (sink: LineSink) =>
    format === 'csv' ? writeCsv(read(log, wanted), columns, sink) : writeNdjson(read(log, wanted), sink)
  if (out === undefined) return lines(edge.stdout)
  const part = `${out}.part`
  try {
    const rows =
      format === 'parquet' ? await writeParquet(read(log, wanted), columns, part) : await toFile(part, lines)
    renameSync(part, out)
    return rows
  } catch (err) {
    rmSync(part, { force: true })
    if (!(err instanceof Error && 'syscall' in err)) throw err
    const expected = 'a file in a folder that exists, with room for it'
    throw new ConfigError('command line', [{ path: '--out', found: messageOf(err), expected }])
  }
}

async function toFile(path: string, lines: (sink: LineSink) => Promise<number>): Promise<number> {
  const file = createWriteStream(path)
  await once(file, 'open')
  const failed = new Promise<never>((_, reject) => file.once('error', reject))
  const rows = await Promise.race([lines(file), failed])
  const closed = once(file, 'close')
  file.end()
  await Promise.race([closed, failed])
  return rows
}
