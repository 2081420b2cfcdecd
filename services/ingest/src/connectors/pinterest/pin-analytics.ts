import { z } from 'zod'
import { countOf, expected } from '../shared/fields.ts'
import { faultsOf, type Reading } from '../shared/reading.ts'

const partShape = z.looseObject({ daily_metrics: z.array(z.unknown()) })
const answerShape = z.union([z.looseObject({ all: partShape }).transform(({ all }) => all), partShape], {
  error: expected('figures of a pin ({"all":{"daily_metrics":[…]}})'),
})
const dayShape = z.looseObject({
  data_status: z.string(),
  metrics: z.record(z.string(), z.unknown()).nullish(),
})

/** What a day's figures are to us, by the names they are asked for. */
const dailyCounters = [
  { name: 'TOTAL_COMMENTS', counter: 'comments' },
  { name: 'TOTAL_REACTIONS', counter: 'likes' },
  { name: 'SAVE', counter: 'shares' },
  { name: 'IMPRESSION', counter: 'views' },
] as const
export const dailyMetrics = dailyCounters.map(({ name }) => name).join(',')

/** Figures of these days are still worked on: a 0 among them is no figure. */
const unfinished = new Set(['PROCESSING', 'ESTIMATE'])

/**
 * Reads a pin's figures by the day: each counter's total is the sum of the days that are READY, so that a day under way
 * is never taken for a drop and counts once it is done.
 */
export function readAnalytics(
  value: unknown,
  { pin, brands }: { pin: string; brands: readonly string[] },
  reading: Reading,
): void {
  const answer = answerShape.safeParse(value)
  if (!answer.success) {
    reading.unreadable('schema', faultsOf(answer.error, 'answer'), value)
    return
  }
  const totals = new Map<string, number>()
  for (const [index, entry] of answer.data.daily_metrics.entries()) {
    const parsed = dayShape.safeParse(entry)
    if (!parsed.success) {
      reading.unreadable('schema', faultsOf(parsed.error, 'day'), entry, `day ${index}`)
      continue
    }
    const { data_status: status, metrics } = parsed.data
    if (status !== 'READY') {
      reading.ignore(unfinished.has(status) ? 'unfinished' : 'not_content')
      continue
    }
    for (const { name } of dailyCounters) {
      const figure = countOf(metrics?.[name])
      if (figure !== undefined) totals.set(name, (totals.get(name) ?? 0) + figure)
    }
  }
  for (const { name, counter } of dailyCounters) {
    const total = totals.get(name)
    // Apart from the lifetime counters of the list, which are further on: one must not be taken for a drop of the other.
    if (total !== undefined) reading.count({ subject: `${pin}/days`, counter, total, brands })
  }
}
