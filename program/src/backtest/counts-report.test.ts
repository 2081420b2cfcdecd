import { hour, minute } from '@nabiz/shared/time'
import { expect, it } from 'vitest'
import { drawReport } from './counts-report.ts'
import { describeTransitions, transitionJson } from './describe-counts.ts'
import type { CountTransition } from './run-counts.ts'

const start = Date.UTC(2026, 2, 10)
const opened: CountTransition = {
  at: start + 5 * hour,
  event: 'opened',
  signal: 'volume',
  severity: 2.5,
  z: 15,
  value: 900,
  expected: 120.5,
  minutes: 60,
  joins: false,
}
const transitions = [opened, { ...opened, at: start + 8 * hour, event: 'recovered', severity: 0.1 } as const]

it('draws a page that needs nothing else: series, band, episode, gap', () => {
  const page = aReport('counts.csv')
  expect(page).not.toMatch(/(src|href)=|@import|url\(/)
  expect(page.match(/<svg/g)?.length).toBe(2)
  expect(page).toMatch(/class="episode"/)
  expect(page).toMatch(/class="gap"/)
  expect(page).toMatch(/class="band" d="M[\d.]+ [\d.]+L[^"]+Z"/)
  expect(page).toContain('1 episode, 1 incident')
  expect(page).toContain('recovered 2026-03-10 08:00')
  expect(page).not.toContain('NaN')
})

it('shows a name as text, whatever it holds', () => {
  expect(aReport('<script>alert(1)</script>.csv')).not.toContain('<script>')
})

it('has exactly the documented fields in a line of JSON', () => {
  expect(JSON.parse(transitionJson(opened))).toEqual({
    at: '2026-03-10T05:00:00.000Z',
    event: 'opened',
    signal: 'volume',
    severity: 2.5,
    z: 15,
    value: 900,
    expected: 120.5,
  })
})

it('has a table for people, and says so when there is nothing to tell', () => {
  expect(describeTransitions(transitions)).toMatch(
    /2026-03-10 05:00 +opened +2\.50 +60 min +900 +120\.5 +15\.0/,
  )
  expect(describeTransitions(transitions)).toContain('1 episode, 1 incident')
  expect(describeTransitions([])).toBe('nobody would have been paged\n')
})

function aReport(title: string): string {
  const widthMs = 5 * minute
  const at = (index: number) => start + index * widthMs
  const rows = Array.from({ length: 144 }, (_, index) => ({
    line: index + 2,
    at: at(index),
    value: index % 7,
  })).filter((_, index) => index < 20 || index >= 40)
  const gaps = [{ from: at(20), to: at(40), line: 22 }]
  const hours = Array.from({ length: 12 }, (_, index) => {
    return { at: start + index * hour, value: 36, expected: 36, boundary: 200, severity: 0 }
  })
  return drawReport({ title, series: { rows, widthMs, gaps, sortedFrom: undefined }, transitions, hours })
}
