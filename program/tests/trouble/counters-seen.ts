import type { Metric } from '@nabiz/shared/contracts'
import type { CounterNow } from './platform-in-trouble.ts'

/** What the log says of counters. */
export interface CountersSeen {
  add(metric: Metric): void
  /** What is wrong with a counter, in words; nothing: its deltas add up from the first total to the one of now. */
  faultsOf(platform: string, now: CounterNow): string[]
}

/** Takes the records of counters, each delta once however often it stands in the log. */
export function createCountersSeen(): CountersSeen {
  const deltas = new Map<string, Map<string, Metric>>()
  const faults = new Map<string, string[]>()

  return {
    add(metric) {
      const name = nameOf(metric.platform, metric)
      const known = deltas.get(name) ?? new Map<string, Metric>()
      deltas.set(name, known)
      const before = known.get(metric.id)
      if (before && (before.delta !== metric.delta || before.total !== metric.total))
        faults.set(name, [...(faults.get(name) ?? []), `${metric.id} stands there with two figures`])
      known.set(metric.id, metric)
    },
    faultsOf(platform, now) {
      const name = nameOf(platform, now)
      const all = [...(deltas.get(name)?.values() ?? [])]
      const first = all[0]
      if (!first) return [`${name} was never seen`]
      const sum = all.reduce((total, { delta }) => total + delta, 0)
      const reached = first.total + sum
      return [
        ...(faults.get(name) ?? []),
        ...(first.delta === 0 ? [] : [`${name} begins with ${first.delta}`]),
        ...(reached === now.total ? [] : [`${name} adds up to ${reached} in place of ${now.total}`]),
      ]
    },
  }
}

function nameOf(platform: string, { counter, subject }: Pick<CounterNow, 'counter' | 'subject'>): string {
  return `${platform}: ${counter} of ${subject}`
}
