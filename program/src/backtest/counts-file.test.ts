import { minute } from '@nabiz/shared/time'
import { describe, expect, it } from 'vitest'
import { readCounts } from './counts-file.ts'

const start = Date.UTC(2026, 2, 10, 9)

function read(text: string, timeZone?: string) {
  return readCounts(Buffer.from(text), 'export.csv', timeZone)
}

/** Rows of five minutes from 9:00 on. */
function lines(...values: (number | string)[]): string[] {
  return values.map((value, index) => `${new Date(start + index * 5 * minute).toISOString()},${value}`)
}

function file(...rows: string[]): string {
  return ['timestamp,value', ...rows, ''].join('\n')
}

describe('a counts file that is right', () => {
  const right = {
    rows: [3, 4, 5].map((value, index) => ({ line: index + 2, at: start + index * 5 * minute, value })),
    widthMs: 5 * minute,
    gaps: [],
    sortedFrom: undefined,
  }

  it.each([
    ['as it should be', file(...lines(3, 4, 5))],
    ['with a byte order mark', `\ufeff${file(...lines(3, 4, 5))}`],
    ['with CRLF', file(...lines(3, 4, 5)).replaceAll('\n', '\r\n')],
    ['with CR', file(...lines(3, 4, 5)).replaceAll('\n', '\r')],
    ['without a last line break', file(...lines(3, 4, 5)).trimEnd()],
    ['with quotes and spaces', file(...lines(3, 4, 5).map((row) => row.replace(/(.*),(.*)/, '"$1", "$2"')))],
    ['with whole numbers written as fractions', file(...lines('3.0', '4.', '5.00'))],
    ['with the header in capitals', file(...lines(3, 4, 5)).replace('timestamp,value', 'Timestamp,VALUE')],
    [
      'with the columns in another order and others beside them',
      `brand,value,timestamp\n${lines(3, 4, 5)
        .map((row) => `velmora,${row.replace(/(.*),(.*)/, '$2,$1')}`)
        .join('\n')}`,
    ],
  ])('is read %s', (_how, text) => {
    expect(read(text)).toEqual(right)
  })

  it.each([1, 2, 15, 60])('has buckets of %i minutes when its rows say so', (minutes) => {
    const rows = [0, 1, 2].map((index) => `${new Date(start + index * minutes * minute).toISOString()},1`)
    expect(read(file(...rows)).widthMs).toBe(minutes * minute)
  })

  it('is sorted when its rows are not, and says where that began', () => {
    const [first = '', second = '', third = ''] = lines(3, 4, 5)
    const series = read(file(first, third, second))
    expect(series.rows.map(({ value }) => value)).toEqual([3, 4, 5])
    expect(series.sortedFrom).toBe(4)
  })

  it('names its gaps', () => {
    const rows = lines(1, 2, 3, 4, 5, 6)
    rows.splice(2, 2)
    expect(read(file(...rows)).gaps).toEqual([
      { from: start + 10 * minute, to: start + 20 * minute, line: 4 },
    ])
  })

  it('keeps to the offsets its times carry, through changes of the clock by one hour and by two', () => {
    const oneHour = [
      '2026-10-25T02:30:00+02:00,1',
      '2026-10-25T02:30:00+01:00,2',
      '2026-10-25T03:30:00+01:00,3',
    ]
    expect(read(file(...oneHour)).widthMs).toBe(60 * minute)
    const twoHours = [
      '2026-03-29T00:00:00+00:00,1',
      '2026-03-29T03:00:00+02:00,2',
      '2026-03-29T04:00:00+02:00,3',
    ]
    expect(read(file(...twoHours)).gaps).toEqual([])
    expect(read(file(...twoHours)).rows.map(({ at }) => new Date(at).getUTCHours())).toEqual([0, 1, 2])
  })

  it('reads local times in the zone that is named: a repeated hour by the order of its rows', () => {
    const rows = ['01:30,1', '02:00,2', '02:30,3', '02:00,4', '02:30,5', '03:00,6'].map(
      (row) => `2026-10-25 ${row}`,
    )
    const series = read(file(...rows), 'Europe/Berlin')
    expect(series.rows.map(({ at, value }) => [new Date(at).toISOString().slice(11, 16), value])).toEqual([
      ['23:30', 1],
      ['00:00', 2],
      ['00:30', 3],
      ['01:00', 4],
      ['01:30', 5],
      ['02:00', 6],
    ])
    expect(series.gaps).toEqual([])
  })

  it('skips what a clock skips without calling it a gap, one hour or two', () => {
    const berlin = ['01:30,1', '03:00,2', '03:30,3'].map((row) => `2026-03-29 ${row}`)
    expect(read(file(...berlin), 'Europe/Berlin').gaps).toEqual([])
    const troll = ['00:30,1', '03:00,2', '03:30,3'].map((row) => `2026-03-29 ${row}`)
    expect(read(file(...troll), 'Antarctica/Troll').gaps).toEqual([])
  })
})

describe('a counts file that is wrong', () => {
  it.each([
    ['a negative count', file(...lines(3, -4, 5)), /line 3: found "-4"; expected a count/],
    ['a fraction', file(...lines(3, 4, 5.5)), /line 4: found "5.5"; expected a count/],
    ['an empty count', file(...lines(3, '', 5)), /line 3: found ""; expected a count/],
    ['a word', file(...lines(3, 'NaN', 5)), /line 3: found "NaN"; expected a count/],
    ['a number beyond all measure', file(...lines(3, '99999999999', 5)), /line 3: found "99999999999"/],
    [
      'a time that does not exist',
      file('2026-02-30 09:00,1', '2026-03-01 09:00,1'),
      /line 2: found "2026-02-30 09:00"/,
    ],
    ['a field too many', file(...lines(3, '4,000', 5)), /line 3: found 3 fields; expected 2/],
    [
      'a time that stands twice',
      file(...lines(3, 4), ...lines(3)),
      /line 4: found 2026-03-10T09:00:00.000Z; expected one row a bucket: line 2/,
    ],
    [
      'a row off the grid',
      file(...lines(3, 4, 5), '2026-03-10T09:12:00.000Z,1'),
      /line 5: found 120 s after line 4; expected a multiple of 5 minutes/,
    ],
    [
      'no header',
      lines(3, 4, 5).join('\n'),
      /line 1: found .*expected a header with the columns timestamp and value/,
    ],
    [
      'a column that stands twice',
      `timestamp,value,value\n${lines(3, 4).join(',0\n')},0`,
      /line 1: .*once each/,
    ],
    ['another separator', file(...lines(3, 4)).replaceAll(',', ';'), /line 1: .*commas between/],
    ['nothing at all', '', /line 1: found nothing; expected a header/],
    ['a header alone', 'timestamp,value\n', /rows: found 0; expected at least two/],
    ['one row', file(...lines(3)), /rows: found 1; expected at least two/],
    [
      'buckets of ten seconds',
      file('2026-03-10 09:00:00,1', '2026-03-10 09:00:10,1'),
      /bucket width: found 10 s/,
    ],
    ['buckets of a day', file('2026-03-10 00:00,1', '2026-03-11 00:00,1'), /bucket width: found 86400 s/],
    [
      'offsets in some rows',
      file('2026-03-10 09:00,1', '2026-03-10T09:05Z,1'),
      /line 3: .*expected an offset in every row or in none/,
    ],
  ])('is refused for %s, with its line', (_what, text, message) => {
    expect(() => read(text)).toThrow(message)
  })

  it('is refused for a local time its zone skips', () => {
    const rows = ['01:30,1', '02:00,2', '03:00,3'].map((row) => `2026-03-29 ${row}`)
    expect(() => read(file(...rows), 'Europe/Berlin')).toThrow(
      /line 3: found 2026-03-29 02:00; expected a time that exists/,
    )
  })

  it('is refused for a local time that its zone has twice and the file once', () => {
    const rows = ['01:30,1', '02:00,2', '03:00,3'].map((row) => `2026-10-25 ${row}`)
    expect(() => read(file(...rows), 'Europe/Berlin')).toThrow(
      /line 3: found 2026-10-25 02:00; expected both times/,
    )
  })

  it('is refused for bytes that are no text', () => {
    expect(() => readCounts(Buffer.from([0x1f, 0x8b, 0xff]), 'export.csv.gz')).toThrow(/not UTF-8/)
  })

  it('names every line at once, twenty of them at most', () => {
    expect(() => read(file(...lines(-1, 2, -3)))).toThrow(/2 faults[\s\S]*line 2[\s\S]*line 4/)
    expect(() => read(file(...lines(...new Array(30).fill(-1))))).toThrow(/line 21[\s\S]*found 10 more/)
  })
})
