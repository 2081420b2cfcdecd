import { thresholdsConfig } from '@nabiz/shared/contracts'
import { day, hour, minute } from '@nabiz/shared/time'
import { expect, it } from 'vitest'
import { groupIncidents } from './group-incidents.ts'
import { SeriesBuilder } from './recorded-series.ts'
import { type LearnedMark, replaySeries } from './replay-series.ts'

const start = Date.UTC(2026, 2, 2)
const thresholds = thresholdsConfig.parse({ id: 'default' })
const judged = { thresholds, version: 'default', zoneOffsets: [{ from: 0, minutes: 0 }] }

it('takes what was unobserved live for unobserved, told or not told of', () => {
  const ends = (options: Parameters<typeof aSeries>[0]) => {
    const told = replaySeries(
      aSeries({ stormAt: start + 4 * day, ...options }),
      judged,
      Number.POSITIVE_INFINITY,
    )
    return told.find(({ transition }) => transition === 'recovered')?.at ?? 0
  }
  const gap = { from: start + 4 * day + hour, to: start + 4 * day + 7 * hour }
  const seen = ends({})
  expect(seen).toBeLessThan(gap.from + 3 * hour)
  expect(ends({ blind: gap })).toBeGreaterThanOrEqual(gap.to + hour)
  // A platform that tells nothing for an hour may have nothing to tell; only then is it missed.
  expect(ends({ missing: gap })).toBeGreaterThan(gap.to + 50 * minute)
})

it('counts a minute as its last revision has it, whatever order it comes in, and says how much was late', () => {
  const builder = new SeriesBuilder('velmora')
  builder.add({ ...aCount(start, 2), revision: 1 })
  builder.add(aCount(start, 1))
  builder.add({ ...aCount(start + minute, 3), revision: 0 })
  builder.add({ ...aCount(start + minute, 5), revision: 1 })
  const series = builder.finish()
  expect(series.minutes.map(({ mentions }) => mentions)).toEqual([2, 5])
  expect(series.lateMentions).toBe(2)
})

it('leaves a confirmed crisis out of the baseline from its mark on', () => {
  const at = start + 4 * day
  const mark: LearnedMark = { incident: 'i', from: at, to: at + 3 * hour, at: at + 12 * hour }
  const second = (marks: readonly LearnedMark[]) => {
    // Half as loud a storm at the same time of the next day.
    const series = aSeries({ stormAt: at, stormHours: 3, again: 8 })
    const told = replaySeries(series, judged, Number.POSITIVE_INFINITY, marks)
    return told.filter((one) => one.at > at + 20 * hour && one.transition === 'opened')
  }
  const [with_, without] = [second([mark])[0], second([])[0]]
  expect(with_?.window.expected).toBeLessThan((without?.window.expected ?? Number.POSITIVE_INFINITY) / 2)
  expect(with_?.at).toBeLessThanOrEqual(without?.at ?? Number.POSITIVE_INFINITY)
})

it('joins signals and re-openings into incidents, and pages again only when it is louder', () => {
  const at = start + 4 * day
  const told = replaySeries(aSeries({ stormAt: at }), judged, Number.POSITIVE_INFINITY)
  const [opened] = told
  if (opened === undefined) throw new Error('the storm was not found')
  const again = (severity: number, hours: number) => [
    { ...opened, id: `o${hours}`, episode: `e${hours}`, at: at + hours * hour, severity },
    {
      ...opened,
      id: `r${hours}`,
      episode: `e${hours}`,
      at: at + (hours + 1) * hour,
      severity: 0,
      transition: 'recovered' as const,
    },
  ]
  const base = [opened, { ...opened, id: 'r', at: at + hour, transition: 'recovered' as const, severity: 0 }]
  const group = (...more: (typeof base)[]) => groupIncidents([...base, ...more.flat()], thresholds)
  expect(group(again(1, 4)).map(({ pagedAt }) => pagedAt.length)).toEqual([1])
  expect(group(again(opened.severity * 3, 4)).map(({ pagedAt }) => pagedAt.length)).toEqual([2])
  expect(group(again(1, 30)).map(({ pagedAt }) => pagedAt.length)).toEqual([1, 1])
})

interface Span {
  from: number
  to: number
}

/** Six days of a mention every second minute, and a storm of thirty a minute; `again`: a smaller one a day later. */
function aSeries(options: {
  stormAt?: number
  stormHours?: number
  again?: number
  blind?: Span
  missing?: Span
}) {
  const { stormAt = 0, stormHours = 1, again = 0, blind, missing } = options
  const builder = new SeriesBuilder('velmora')
  for (let at = start; at < start + 6 * day; at += minute) {
    const isIn = (span: Span | undefined) => span !== undefined && at >= span.from && at < span.to
    if (isIn(missing)) continue
    const isStorm = isIn({ from: stormAt, to: stormAt + stormHours * hour })
    const isSecond = isIn({ from: stormAt + day, to: stormAt + day + stormHours * hour })
    const mentions = isIn(blind) ? 0 : ((at / minute) % 2) + (isStorm ? 30 : 0) + (isSecond ? again : 0)
    if (mentions > 0 || (at / minute) % 30 === 0 || at === blind?.from || at === blind?.to)
      builder.add({ ...aCount(at, mentions), observed: !isIn(blind) })
  }
  return builder.finish()
}

function aCount(minuteAt: number, mentions: number) {
  return {
    v: 1 as const,
    brand: 'velmora',
    platform: 'forum',
    minute: minuteAt,
    revision: 0,
    mentions,
    languages: mentions > 0 ? { tr: mentions } : {},
    negatives: {},
    authors: { distinct: 0, sketch: '' },
    reach: 0,
    observed: true,
  }
}
