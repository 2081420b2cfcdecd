import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Mention, SignalRecord } from '@nabiz/shared/contracts'
import { type NewRecord, partitionOf } from '@nabiz/shared/log'
import { ManualClock, minute } from '@nabiz/shared/time'
import { parse } from 'csv-parse/sync'
import { parquetReadObjects } from 'hyparquet'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeOnEachDriver } from '../../shared/testing/each-driver.ts'
import { mentionColumns, mentionRows } from '../src/export/mention-rows.ts'
import { signalColumns, signalRows } from '../src/export/signal-rows.ts'
import { type LineSink, writeCsv, writeNdjson, writeParquet } from '../src/export/write-rows.ts'
import { runInProcess } from './cli/run-in-process.ts'

const written = Date.UTC(2026, 2, 2, 9)
const texts = [
  'plain',
  '=HYPERLINK("x")',
  '-1',
  '@velmora',
  '+90',
  '\t=1',
  'a "quoted", text',
  'two\nlines',
  'a\rb',
  'çok kötü 😀',
  '',
]
const range = { from: 0, to: written + 365 * 24 * 60 * minute, brand: undefined }

describeOnEachDriver('an export', (drivers) => {
  let folder = ''
  let opened: Awaited<ReturnType<ReturnType<typeof drivers.place>['open']>>
  let place: ReturnType<typeof drivers.place>

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nabiz-export-'))
    place = drivers.place(folder)
    opened = await place.open(new ManualClock(written))
    const mentions = [
      ...texts.map((text, index) => aMention({ id: `m${index}`, text, createdAt: written + index * minute })),
      aMention({ id: 'secret', text: 'for you alone', visibility: 'private' }),
      aMention({ id: 'gone', text: 'said and taken back' }),
      aMention({ id: 'gone', text: '', operation: 'delete' }),
      aMention({ id: 'other', brand: 'lorvex', text: 'of another brand' }),
    ]
    await opened.log.append([
      ...mentions.map((value): NewRecord => ({ topic: 'mentions', key: value.brand, value: bytes(value) })),
      {
        topic: 'mentions',
        key: '#heartbeat',
        value: bytes({ v: 1, type: 'heartbeat', at: written, source: 'a', connectors: [] }),
        partition: partitionOf('velmora'),
      },
      { topic: 'signals', key: 'velmora', value: bytes(aSignal()) },
    ])
  })
  afterAll(async () => {
    await opened.close()
    await place.clear()
    await rm(folder, { recursive: true, force: true })
  })

  it('writes mentions as they stand, but for texts that are nobody else’s business', async () => {
    const sink = aSink()
    expect(await writeNdjson(mentionRows(opened.log, range), sink)).toBe(texts.length + 4)
    const found = sink
      .text()
      .trim()
      .split('\n')
      .map((line): Mention => JSON.parse(line))
    expect(found.filter(({ id }) => id.startsWith('m')).map(({ text }) => text)).toEqual(texts)
    for (const id of ['secret', 'gone']) expect(found.find((one) => one.id === id)?.text).toBe('')
    expect(sink.text()).not.toContain('for you alone')
    const part = { ...range, from: written + minute, to: written + 3 * minute, brand: 'velmora' }
    const some = aSink()
    await writeNdjson(mentionRows(opened.log, part), some)
    expect(
      some
        .text()
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).id),
    ).toEqual(['m1', 'm2'])
  })

  it('writes CSV that no spreadsheet runs and every reader takes apart as it was', async () => {
    const sink = aSink()
    await writeCsv(mentionRows(opened.log, { ...range, brand: 'velmora' }), mentionColumns, sink)
    const rows: Record<string, string>[] = parse(sink.text(), { columns: true })
    const read = rows.filter(({ id }) => id?.startsWith('m')).map(({ text }) => text)
    expect(read).toEqual(texts.map((text) => (/^[=+\-@\t]/.test(text) ? `'${text}` : text)))
    expect(rows[0]).toMatchObject({ createdAt: '2026-03-02T09:00:00.000Z', own: 'false', followers: '12' })
    const signals = aSink()
    await writeCsv(signalRows(opened.log, range), signalColumns, signals)
    const [row]: Record<string, string>[] = parse(signals.text(), { columns: true })
    expect(row).toMatchObject({ m60_z: '-1.5', m60_boundary: '40', m15_value: '', observed: '0.5' })
  })

  it('writes Parquet with types, and null where there is nothing', async () => {
    const path = join(folder, 'mentions.parquet')
    await writeParquet(mentionRows(opened.log, { ...range, brand: 'velmora' }), mentionColumns, path)
    const rows = await parquetReadObjects({ file: await bufferOf(path) })
    expect(rows.filter(({ id }) => id.startsWith('m')).map(({ text }) => text)).toEqual(texts)
    expect(rows[0]).toMatchObject({
      followers: 12n,
      own: false,
      createdAt: new Date(written),
      permalink: null,
    })
    const empty = join(folder, 'empty.parquet')
    expect(
      await writeParquet(signalRows(opened.log, { ...range, brand: 'nobody' }), signalColumns, empty),
    ).toBe(0)
    expect(await parquetReadObjects({ file: await bufferOf(empty) })).toEqual([])
  })

  it('waits for a reader that is slower than the log', async () => {
    async function* many() {
      for (let index = 0; index < 10_000; index += 1) yield { index }
    }
    const slow = aSink({ isSlow: true })
    expect(await writeNdjson(many(), slow)).toBe(10_000)
    expect(slow.mostWaiting()).toBe(1)
  })

  const itOnAFolder = drivers.kind === 'embedded' ? it : () => undefined
  itOnAFolder('is a command whose file appears whole or not at all', async () => {
    await opened.close()
    const run = (...args: string[]) => runInProcess(['export', ...args, '--data-dir', folder])
    expect(await run('signals')).toMatchObject({ exitCode: 0, stderr: '1 signals\n' })
    const out = join(folder, 'out.csv')
    expect(await run('mentions', '--format', 'csv', '--out', out)).toMatchObject({ exitCode: 0 })
    expect((await stat(out)).size).toBeGreaterThan(100)
    for (const [args, message] of [
      [['mentions', '--format', 'parquet'], /--out: found nothing; expected a file/],
      [['mentions', '--out', join(folder, 'no', 'such')], /--out: found .*ENOENT/],
      [['mentions', '--format', 'parquet', '--out', join(folder, 'no', 'such')], /--out: found .*ENOENT/],
      [['mentions', '--format', 'xml'], /ndjson, csv, parquet/],
      [['texts'], /mentions, signals/],
      [['mentions', '--from', 'monday'], /--from: found "monday"/],
    ] as const) {
      const { exitCode, stderr } = await run(...args)
      expect(stderr).toMatch(message)
      expect(exitCode).toBe(2)
    }
    opened = await place.open(new ManualClock(written))
  })
})

function bytes(value: object): Uint8Array {
  return Buffer.from(JSON.stringify(value))
}

async function bufferOf(path: string): Promise<ArrayBuffer> {
  return new Uint8Array(await readFile(path)).buffer
}

/** Keeps what is written; a slow one asks to be waited for after every write. */
function aSink(options: { isSlow?: boolean } = {}): LineSink & { text(): string; mostWaiting(): number } {
  let text = ''
  let waiting = 0
  let most = 0
  return {
    write(part) {
      text += part
      waiting += 1
      most = Math.max(most, waiting)
      return options.isSlow !== true
    },
    once(_event, listener) {
      setImmediate(() => {
        waiting = 0
        listener()
      })
    },
    text: () => text,
    mostWaiting: () => most,
  }
}

function aMention(overrides: Partial<Mention>): Mention {
  return {
    v: 1,
    type: 'mention',
    id: 'm',
    platform: 'forum',
    kind: 'post',
    brand: 'velmora',
    author: { id: 'k1:a', followers: 12 },
    text: '',
    createdAt: written,
    receivedAt: written,
    operation: 'upsert',
    visibility: 'public',
    own: false,
    ...overrides,
  }
}

function aSignal(): SignalRecord {
  return {
    v: 1,
    id: 's',
    brand: 'velmora',
    signal: 'volume',
    at: written,
    state: 'ok',
    severity: 0,
    windows: [{ minutes: 60, value: 2, expected: 5, sigma: 2, z: -1.5, boundary: 40, severity: 0 }],
    coverage: [
      { platform: 'forum', observed: 1 },
      { platform: 'feed', observed: 0.5 },
    ],
    config: 'default',
    engine: 'lexicon',
  }
}
