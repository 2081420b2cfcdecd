import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { guessTimeFormat, parseTime } from './parse-time.ts'

const noon = Date.UTC(2015, 1, 24, 11, 35)

describe('parseTime', () => {
  it.each([
    ['24-02-2015 11.35', 'day-first'],
    ['2/24/2015 11:35', 'month-first'],
    ['2015/02/24 11:35:00', 'year-first'],
    ['2015-02-24T14:35:00+03:00', 'iso'],
    ['2015-02-24 11:35:00 +0000', 'iso'],
    ['2015-02-24 11:35', 'iso'],
    [String(noon / 1_000), 'number'],
    [String(noon), 'number'],
    [String(noon * 1_000), 'number'],
  ] as const)('reads %s as %s', (text, format) => expect(parseTime(text, format)).toBe(noon))

  it.each(['31-02-2015 10.00', '24-13-2015 10.00', 'yesterday', ''])('refuses %j', (text) => {
    expect(parseTime(text, 'day-first')).toBeUndefined()
  })

  it('never throws, whatever the text', () => {
    fc.assert(fc.property(fc.string(), (text) => void guessTimeFormat([text])))
  })
})

describe('guessTimeFormat', () => {
  it('takes the format that most samples fit, and none where two share them', () => {
    expect(guessTimeFormat(['24-02-2015 11.35', '05-02-2015 11.35'])).toBe('day-first')
    expect(guessTimeFormat(['02-05-2015 11.35', '02-24-2015 11.35'])).toBe('month-first')
    expect(guessTimeFormat(['24-02-2015 11.35', '02-24-2015 11.35'])).toBeUndefined()
    expect(guessTimeFormat(['24-02-2015 11.35', '23-02-2015 11.35', 'soon'])).toBe('day-first')
    expect(guessTimeFormat([])).toBeUndefined()
  })
})
