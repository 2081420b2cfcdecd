import type { Metric } from '@nabiz/shared/contracts'
import { dueSlot } from './baselines.ts'
import type { BrandState } from './brand-state.ts'
import { CounterSeries, counterLimit, seriesName } from './counter-series.ts'
import type { ApplyResult, EngineDropReason } from './engine.ts'
import { hourMs, keptMinutes, minuteMs } from './grid.ts'
import { hash128 } from './hash.ts'
import type { PartitionState } from './partition-state.ts'
import { platformOf } from './platforms.ts'

const counted: ApplyResult = { kind: 'counted' }
const held: ApplyResult = { kind: 'held' }
const scratch = new Int32Array(4)

/** Adds a counter's delta, once, to what the brand's counters of this kind grew by. */
export function applyMetric(state: PartitionState, metric: Metric): ApplyResult {
  // The same things come one by one and are counted as what they are.
  if (metric.itemised) return dropped('itemised')
  if (state.time === 0) {
    state.held.push({ metric })
    return held
  }
  const brand = state.brands.get(metric.brand)
  if (brand === undefined || brand.settings.probe) return dropped('unknown_brand')
  const now = Math.floor(state.time / minuteMs)
  const to = Math.min(now, Math.floor(metric.observedAt / minuteMs))
  if (to < now - keptMinutes) return dropped('too_old')
  const platform = platformOf(brand, metric.platform, now)
  const hash = hash128(`metric/${metric.id}`, platform.seed, scratch)
  const low = hash[0] ?? 0
  const high = hash[1] ?? 0
  if (state.fingerprints.has(low, high)) return dropped('duplicate')
  const series = seriesOf(brand, metric, now)
  if (series === undefined) return dropped('too_many_counters')
  state.fingerprints.add(low, high, Math.floor(state.time / hourMs))
  // What grew while nobody looked grew all the time; where it is not known since when, it is taken for new.
  const from = metric.since === undefined ? to : Math.min(to, Math.floor(metric.since / minuteMs) + 1)
  series.add(metric.delta, from, to, now)
  brand.dirty = true
  return counted
}

/** The series a metric belongs to, a new one while there is room. */
function seriesOf(brand: BrandState, { platform, counter }: Metric, now: number): CounterSeries | undefined {
  const name = seriesName(platform, counter)
  let series = brand.engagement.get(name)
  if (series === undefined && brand.engagement.size < counterLimit) {
    series = new CounterSeries(platform, counter, now, dueSlot(brand.id))
    brand.engagement.set(name, series)
  }
  return series
}

function dropped(reason: EngineDropReason): ApplyResult {
  return { kind: 'dropped', reason }
}
