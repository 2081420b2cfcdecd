import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openReplay } from './open-replay.ts'
import type { ReplayRow } from './to-item.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nabiz-replay-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('openReplay', () => {
  it('guesses columns and the format of times, and keeps text with commas, quotes and line breaks whole', async () => {
    const rows = await read(
      'a.csv',
      'Tweet_Created,text,Airline\n24-02-2015 11.35,"late, ""again""\nand again",Kuzey Air\n',
    )
    expect(rows).toEqual([
      expect.objectContaining({ kind: 'item', at: Date.UTC(2015, 1, 24, 11, 35), brand: 'Kuzey Air' }),
    ])
    expect(rows[0]).toMatchObject({ item: { text: 'late, "again"\nand again', id: 'row-3' } })
  })

  it('takes the row number for an id that a spreadsheet rounded', async () => {
    const rows = await read(
      'b.csv',
      'id,text,date\n5.70306E+17,x,2015-02-24\n570306133677760513,y,2015-02-24\n',
    )
    expect(rows.map((row) => row.kind === 'item' && row.item.id)).toEqual(['row-2', '570306133677760513'])
  })

  it('accounts for every row: what cannot be read is a dead letter with its line', async () => {
    const csv = 'id,text,date\n1,ok,2015-02-24\n2,no date,soon\n3,too,many,fields\n4,ok,2015-02-24\n'
    const rows = await read('c.csv', csv)
    const outcomes = rows.map((row) => (row.kind === 'item' ? row.item.id : row.unreadable.reason))
    expect(outcomes.sort()).toEqual(['1', '4', 'csv_row', 'schema'])
  })

  it('reads gzip, known by its bytes', async () => {
    const rows = await read('d.csv.gz', gzipSync('text,date\nhello,2015-02-24\n'))
    expect(rows).toHaveLength(1)
  })

  it.each(['e.csv', 'e.ndjson'])('passes over a line of 10 MB in %s and loses nothing else', async (name) => {
    const long = 'x'.repeat(10 * 1_048_576)
    const lines = name.endsWith('.csv')
      ? ['text,date', 'first,2015-02-24', `${long},2015-02-24`, 'last,2015-02-24']
      : [{ text: 'first', date: '2015-02-24' }, { text: long }, { text: 'last', date: '2015-02-24' }].map(
          (row) => JSON.stringify(row),
        )
    const rows = await read(name, `${lines.join('\n')}\n`)
    const texts = rows.map((row) => (row.kind === 'item' ? row.item.text : row.unreadable.reason))
    expect(texts.sort()).toEqual(['first', 'last', 'line_too_long'])
  })

  it('buries NDJSON lines that are no objects, one by one', async () => {
    const rows = await read(
      'f.ndjson',
      '{"text":"a","date":"2015-02-24"}\n{oops\n[1]\n{"text":"b","date":"2015-02-25"}\n',
    )
    expect(rows.map((row) => (row.kind === 'item' ? row.item.text : row.unreadable.reason))).toEqual([
      'a',
      'not_json',
      'schema',
      'b',
    ])
  })

  it('names the columns of the file when one that was asked for is missing', async () => {
    await expect(read('g.csv', 'text,date\nx,2015-02-24\n', { text: 'body' })).rejects.toThrow(
      /body: found no such column; expected one of text, date/,
    )
  })

  it('says which columns it needs when it cannot tell', async () => {
    await expect(read('h.csv', 'a,b\n1,2\n')).rejects.toThrow(
      /text: found no column known for it.*\n.*createdAt/,
    )
  })
})

async function read(name: string, content: string | Uint8Array, map = {}): Promise<ReplayRow[]> {
  const path = join(folder, name)
  writeFileSync(path, content)
  const rows: ReplayRow[] = []
  for await (const row of (await openReplay(path, map)).rows) rows.push(row)
  return rows
}
