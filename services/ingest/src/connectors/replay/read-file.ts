import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { Transform, type TransformCallback } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { type Info, parse } from 'csv-parse'
import type { Unreadable } from '../connector.ts'

/** Longest line or record taken, bytes; a longer one is a dead letter and the rest goes on. */
export const longestRecordBytes = 1_048_576

/** A row as the file has it, or the bytes that are none. `line`: counted from 1. */
export type Row =
  | { kind: 'row'; line: number; fields: Readonly<Record<string, unknown>> }
  | { kind: 'unreadable'; unreadable: Unreadable }

export type FileFormat = 'csv' | 'ndjson'

/** Format by the file's name, gzip aside; undefined when the name does not tell. */
export function formatOf(path: string): FileFormat | undefined {
  const name = path.toLowerCase().replace(/\.gz$/, '')
  if (name.endsWith('.csv')) return 'csv'
  return /\.(ndjson|jsonl|json)$/.test(name) ? 'ndjson' : undefined
}

/** Rows of a CSV file with a header, or of an NDJSON file; gzip is known by its first bytes. Bounded memory. */
export async function* readRows(path: string, format: FileFormat): AsyncGenerator<Row> {
  const source = createReadStream(path)
  const bytes = (await isGzip(path)) ? source.pipe(createGunzip()) : source
  source.on('error', (err) => bytes.destroy(err))
  yield* format === 'csv' ? readCsv(bytes) : readNdjson(bytes)
}

async function isGzip(path: string): Promise<boolean> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0)
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b
  } finally {
    await file.close()
  }
}

interface CsvRecord {
  record: Record<string, string>
  info: Info
}

async function* readCsv(bytes: NodeJS.ReadableStream): AsyncGenerator<Row> {
  const skipped: Unreadable[] = []
  const parser = parse({
    columns: true,
    bom: true,
    info: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    max_record_size: longestRecordBytes,
    on_skip: (err) => {
      const tooLong = err?.code === 'CSV_MAX_RECORD_SIZE'
      skipped.push({
        reason: tooLong ? 'line_too_long' : 'csv_row',
        detail: tooLong
          ? `longer than ${longestRecordBytes} bytes`
          : `the row does not fit the header (${err?.code ?? 'unknown'})`,
        payload: Buffer.from(String(err?.record ?? ''), 'utf8'),
        position: `line ${err?.lines ?? 0}`,
      })
      return undefined
    },
  })
  const guarded = bytes.pipe(new LineGuard((line, head) => skipped.push(tooLong(line, head))))
  guarded.on('error', (err) => parser.destroy(err))
  guarded.pipe(parser)
  for await (const { record, info } of parser as AsyncIterable<CsvRecord>) {
    for (let next = skipped.shift(); next; next = skipped.shift())
      yield { kind: 'unreadable', unreadable: next }
    yield { kind: 'row', line: info.lines, fields: record }
  }
  for (const unreadable of skipped) yield { kind: 'unreadable', unreadable }
}

async function* readNdjson(bytes: NodeJS.ReadableStream): AsyncGenerator<Row> {
  const skipped: Unreadable[] = []
  const guarded = bytes.pipe(new LineGuard((line, head) => skipped.push(tooLong(line, head))))
  let rest = ''
  let line = 0
  const decoder = new TextDecoder()
  const flush = function* (text: string): Generator<Row> {
    line += 1
    for (let next = skipped.shift(); next; next = skipped.shift())
      yield { kind: 'unreadable', unreadable: next }
    if (text.trim() !== '') yield parseLine(text, line)
  }
  for await (const chunk of guarded as AsyncIterable<Buffer>) {
    rest += decoder.decode(chunk, { stream: true })
    const lines = rest.split('\n')
    rest = lines.pop() ?? ''
    for (const text of lines) yield* flush(text)
  }
  if (rest !== '') yield* flush(rest)
  for (const unreadable of skipped) yield { kind: 'unreadable', unreadable }
}

function parseLine(text: string, line: number): Row {
  const bad = (reason: 'not_json' | 'schema', detail: string): Row => ({
    kind: 'unreadable',
    unreadable: { reason, detail, payload: Buffer.from(text, 'utf8'), position: `line ${line}` },
  })
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return { kind: 'row', line, fields: value as Record<string, unknown> }
    }
    return bad('schema', 'the line is JSON, but not an object')
  } catch {
    return bad('not_json', 'the line is not JSON')
  }
}

function tooLong(line: number, head: Buffer): Unreadable {
  return {
    reason: 'line_too_long',
    detail: `longer than ${longestRecordBytes} bytes`,
    payload: head,
    position: `line ${line}`,
  }
}

/** Takes lines that are too long out of a stream before anything tries to hold them; an empty line stays in their place. */
class LineGuard extends Transform {
  readonly #onTooLong: (line: number, head: Buffer) => void
  #length = 0
  #line = 1
  #held: Buffer[] = []

  constructor(onTooLong: (line: number, head: Buffer) => void) {
    super()
    this.#onTooLong = onTooLong
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    let from = 0
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      this.#take(chunk.subarray(from, end))
      this.#endLine('\n')
      from = end + 1
    }
    this.#take(chunk.subarray(from))
    done()
  }

  override _flush(done: TransformCallback): void {
    this.#endLine('')
    done()
  }

  #take(part: Buffer): void {
    this.#length += part.length
    if (this.#length <= longestRecordBytes) this.#held.push(part)
    else if (this.#held.length > 1) this.#held = [Buffer.concat(this.#held).subarray(0, 65_536)]
  }

  #endLine(ending: string): void {
    const whole = Buffer.concat(this.#held)
    if (this.#length > longestRecordBytes) this.#onTooLong(this.#line, whole.subarray(0, 65_536))
    else if (this.#length > 0) this.push(whole)
    if (ending) this.push(ending)
    this.#held = []
    this.#length = 0
    this.#line += 1
  }
}
