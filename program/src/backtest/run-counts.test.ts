import { thresholdsConfig } from '@nabiz/shared/contracts'
import { day, hour, minute } from '@nabiz/shared/time'
import { expect, it } from 'vitest'
import { type CountTransition, type HourPoint, runCounts } from './run-counts.ts'

const start = Date.UTC(2026, 2, 2, 0, 2, 53)
const thresholds = thresholdsConfig.parse({ id: 'default' })
const utc = [{ from: 0, minutes: 0 }]

/** Five days of a mention a minute and a few more; from `stormAt` on for an hour `storm` more. */
function aSeries(options: { widthMs?: number; storm?: number; days?: number } = {}) {
  const { widthMs = 5 * minute, storm = 0, days = 5 } = options
  const stormAt = start + 4 * day
  const per = widthMs / minute
  const rows = Array.from({ length: (days * day) / widthMs }, (_, index) => {
    const at = start + index * widthMs
    const isStorm = at >= stormAt && at < stormAt + hour
    return { line: index + 2, at, value: per + (index % 3 === 0 ? 1 : 0) + (isStorm ? storm * per : 0) }
  })
  return { series: { rows, widthMs }, stormAt }
}

function run(
  series: ReturnType<typeof aSeries>['series'],
  overrides: Partial<Parameters<typeof runCounts>[0]> = {},
) {
  const transitions: CountTransition[] = []
  runCounts({
    series,
    thresholds,
    zoneOffsets: utc,
    onTransition: (told) => transitions.push(told),
    ...overrides,
  })
  return transitions
}

it('tells nothing of days like the others', () => {
  expect(run(aSeries().series)).toEqual([])
})

it.each([1, 5, 15, 60])(
  'opens, escalates and recovers at ends of buckets of %i minutes, never before',
  (minutes) => {
    const { series, stormAt } = aSeries({ widthMs: minutes * minute, storm: 200 })
    const told = run(series)
    expect(told[0]).toMatchObject({ event: 'opened', signal: 'volume', joins: false })
    expect(told.at(-1)?.event).toBe('recovered')
    expect(told.map(({ event }) => event)).toContain('escalated')
    for (const { at } of told) expect((at - start) % (minutes * minute)).toBe(0)
    expect((told[0]?.at ?? 0) - stormAt).toBe(minutes * minute)
  },
)

it('knows nothing of the rows that come after', () => {
  const { series, stormAt } = aSeries({ storm: 200 })
  const whole = run(series)
  const until = stormAt + 30 * minute
  const cut = run({ ...series, rows: series.rows.filter(({ at }) => at + series.widthMs <= until) })
  expect(cut).toEqual(whole.filter(({ at }) => at <= until))
  expect(cut.length).toBeGreaterThan(0)
})

it('takes missing rows for unobserved: they recover nothing', () => {
  const { series, stormAt } = aSeries({ storm: 200 })
  const recovered = (told: CountTransition[]) => told.find(({ event }) => event === 'recovered')?.at ?? 0
  const before = recovered(run(series))
  const gapFrom = stormAt + hour
  const rows = series.rows.filter(({ at }) => at < gapFrom || at >= gapFrom + 6 * hour)
  expect(before - gapFrom).toBeLessThan(3 * hour)
  expect(recovered(run({ ...series, rows }))).toBeGreaterThanOrEqual(gapFrom + 7 * hour)
})

it('takes a missing minute for unobserved too', () => {
  const { series, stormAt } = aSeries({ widthMs: minute, storm: 200 })
  const recovered = (told: CountTransition[]) => told.find(({ event }) => event === 'recovered')?.at ?? 0
  const gap = stormAt + 2 * hour
  const rows = series.rows.filter(({ at }) => at !== gap)
  expect(recovered(run({ ...series, rows })) - recovered(run(series))).toBe(minute)
})

it('keeps to the thresholds it is given', () => {
  const { series } = aSeries({ storm: 200 })
  const deaf = thresholdsConfig.parse({
    id: 'quiet',
    floors: { largePerHour: 100_000, smallPerHour: 100_000 },
  })
  expect(run(series, { thresholds: deaf })).toEqual([])
})

it('tells what the hour held and should have held', () => {
  const { series } = aSeries()
  const hours: HourPoint[] = []
  run(series, { onHour: (point) => hours.push(point) })
  const last = hours.at(-1)
  expect(hours.length).toBeGreaterThan(100)
  expect(last?.value).toBe(64)
  expect(last?.expected).toBeCloseTo(64, 0)
  expect(last?.boundary).toBeGreaterThan(100)
})
