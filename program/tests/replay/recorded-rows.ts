import { day, hour, minute } from '@nabiz/shared/time'
import { createSeeded } from '../crash/seeded.ts'

/** One row of an invented export. `label`: the brand it was collected for, '' for none. */
export interface RecordedRow {
  ref: string
  when: string
  writer: string
  label: string
  body: string
}

/** An invented export, and what must become of it. */
export interface Recording {
  rows: RecordedRow[]
  /** Mentions by brand when the label names it. */
  byLabel: { velmora: number; dorinco: number }
  /** Mentions by brand when it is found in the text. */
  byText: { velmora: number; dorinco: number }
  duplicates: number
  stormStartsAt: number
}

const begin = Date.UTC(2025, 2, 3)
const stormStartsAt = begin + 3 * day + 14 * hour

const ordinary = [
  'asked % about my order, still waiting',
  'thanks % for the quick reply, great help',
  'is % open on sunday?',
  'my parcel from % came today',
  'bought a kettle at %',
]
const angry = [
  'terrible, % lost everything again',
  'awful service by %, worst company ever',
  '% broke my order, this is a disgrace',
]

/** Four days of two invented shops with a rhythm of the day; the orders of one are lost on the fourth. */
export function makeRecording(seed: number): Recording {
  const random = createSeeded(seed)
  const rows: RecordedRow[] = []
  const write = (at: number, label: string, body: string) =>
    void rows.push({
      ref: `r${rows.length + 1}`,
      when: new Date(at).toISOString(),
      writer: `writer-${Math.floor(random() * 4_000)}`,
      label,
      body,
    })
  const pick = (texts: readonly string[], name: string) =>
    (texts[Math.floor(random() * texts.length)] ?? '').replace('%', name)

  for (let at = begin; at < begin + 4 * day; at += minute) {
    const hourOfDay = (at % day) / hour
    const rhythm = 1 + 0.6 * Math.sin(((hourOfDay - 8) / 24) * 2 * Math.PI)
    for (const name of ['Velmora', 'Dorinco']) {
      const texts = random() < 0.15 ? angry : ordinary
      if (random() < 0.35 * rhythm) write(at + Math.floor(random() * minute), name, pick(texts, name))
    }
    if (at >= stormStartsAt && at < stormStartsAt + 2 * hour) {
      for (let count = 0; count < 5; count += 1)
        write(at + Math.floor(random() * minute), 'Velmora', pick(angry, 'Velmora'))
    }
  }
  const counted = { velmora: countOf(rows, 'Velmora'), dorinco: countOf(rows, 'Dorinco') }

  const duplicates = rows.filter((_, index) => index % 1_000 === 7)
  rows.push(...duplicates)
  write(begin + hour, '', 'what a fine morning')
  write(begin + 2 * hour, 'Velmora', 'Velmora or Dorinco, which one is cheaper?')
  rows.push({ ref: 'bad-time', when: 'yesterday', writer: 'w', label: 'Velmora', body: 'Velmora again' })
  return {
    rows,
    byLabel: { ...counted, velmora: counted.velmora + 1 },
    byText: { velmora: counted.velmora + 1, dorinco: counted.dorinco + 1 },
    duplicates: duplicates.length,
    stormStartsAt,
  }
}

/** As CSV with a header; one line more, which has too many fields. */
export function toCsv(recording: Recording): string {
  const line = (row: RecordedRow) =>
    [row.ref, row.when, row.writer, row.label, `"${row.body.replaceAll('"', '""')}"`].join(',')
  return ['ref,when,writer,label,body', ...recording.rows.map(line), 'one,two,three,four,five,six', ''].join(
    '\n',
  )
}

/** As NDJSON; one line more, which is cut off. */
export function toNdjson(recording: Recording): string {
  return [...recording.rows.map((row) => JSON.stringify(row)), '{"ref": "cut', ''].join('\n')
}

function countOf(rows: readonly RecordedRow[], label: string): number {
  return rows.filter((row) => row.label === label).length
}
