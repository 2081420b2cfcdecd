import { reachAt } from '../sums.ts'
import { createCountSignal } from './count-signal.ts'
import { negative } from './negative.ts'
import type { Signal } from './signal.ts'

/** Severity of the negative mentions themselves below which their reach alone pages nobody. */
const supportedFrom = 0.5
/** The highest severity that loud people have whom few follow in their complaint. */
const unsupportedSeverity = 0.99

const followers = createCountSignal({
  name: 'reach',
  column: reachAt,
  windowValue: (_brand, { sums }) => sums[reachAt] ?? 0,
  bucketValue: ({ sums }) => sums[reachAt] ?? 0,
})

/**
 * How many people the negative mentions may have reached: followers, from one to a million a mention. Followers are heavy-tailed,
 * so one loud author moves the sum a hundredfold: it pages only while the number of negative mentions in the same window
 * is at least half-way to a page of its own; until then it warns.
 */
export const reach: Signal = {
  ...followers,
  judge(brand, facts) {
    const verdict = followers.judge(brand, facts)
    if (verdict.severity < 1 || negative.judge(brand, facts).severityWithoutFloors >= supportedFrom)
      return verdict
    const limit = { by: 'few_complaints' as const, severity: verdict.severity }
    return { ...verdict, severity: unsupportedSeverity, limit }
  },
}
