import type { ThresholdsConfig } from '@nabiz/shared/contracts'
import type { Forecast } from './baseline/baseline.ts'
import { dayMs, hourMs } from './grid.ts'
import type { Machine } from './state-machine.ts'

/** Days of history at which a baseline is full; between these a calm brand's boundary goes down step by step. */
const rampFromDays = 3
const rampToDays = 14

/**
 * What a signal's boundaries are multiplied by, from how often it paged of late: a brand that has been calm for long is
 * heard sooner, and each incident of the last weeks asks for more. The running episode is not among them, so that a
 * boundary does not move while people look at it.
 */
export function boundaryFactor(
  past: Machine['past'],
  at: number,
  { phase, days }: Pick<Forecast, 'phase' | 'days'>,
  { recentPages, joinHours }: Pick<ThresholdsConfig, 'recentPages' | 'joinHours'>,
): number {
  // Nothing is known yet of how calm a brand is while its baseline is plain.
  if (phase !== 'full') return 1
  const { calmFactor, perIncident, forgetDays } = recentPages
  let weight = 0
  let before = Number.NEGATIVE_INFINITY
  for (const { since, until } of past) {
    // Episodes that follow one another within the join time are one incident.
    if (since - before > joinHours * hourMs) {
      weight += Math.min(1, Math.max(0, 1 - (at - until) / (forgetDays * dayMs)))
    }
    before = until
  }
  const factor = calmFactor + perIncident * weight
  if (days >= rampToDays) return factor
  const share = Math.max(0, days - rampFromDays) / (rampToDays - rampFromDays)
  return Math.max(factor, 1 - (1 - calmFactor) * share)
}
