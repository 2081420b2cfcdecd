import { steadyBuckets, steadyParts } from './baseline/grid.ts'
import type { WindowVerdict } from './baseline/severity.ts'
import { evaluateSteady, steadyFloor } from './baseline/steady.ts'
import type { BrandState } from './brand-state.ts'
import { bucketMinutes } from './grid.ts'
import { loudnessBetweenBursts, type VolumeWindow } from './marked-bursts.ts'
import { mentionsAt } from './sums.ts'
import { sumMinutes } from './window-sums.ts'

const partsLooked = Math.max(...steadyParts)

/**
 * The verdict of 15 minutes of mentions, three or four times five of which all ran high: a steady rise, which is judged by
 * how high the least of so many buckets gets at other times. Nothing is looked up before the counts are high enough.
 */
export function judgeSteadyRise(
  brand: BrandState,
  { question, minute, bucket }: VolumeWindow,
  verdict: WindowVerdict,
): WindowVerdict {
  const { baseline } = brand.baselines.volume
  if (question.windowBuckets !== steadyBuckets || question.forecast.phase !== 'full') return verdict
  const floor = steadyFloor(question)
  if (question.value < floor || bucket < (baseline.next ?? 0)) return verdict
  let found = verdict
  let least = Number.POSITIVE_INFINITY
  for (let part = 1; part <= partsLooked; part += 1) {
    const until = minute + 1 - (part - 1) * bucketMinutes
    const sums = sumMinutes(brand.platforms.values(), until - bucketMinutes, until, minute)
    least = Math.min(least, sums[mentionsAt] ?? 0)
    if (steadyBuckets * least < floor) break
    const parts = steadyParts.find((each) => each === part)
    const spread = parts && baseline.steady(parts, loudnessBetweenBursts(brand, parts))
    if (parts !== undefined && spread !== undefined) {
      found = evaluateSteady(question, found, { least, parts, spread })
    }
  }
  return found
}
