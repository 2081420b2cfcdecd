import type { Heartbeat } from '@nabiz/shared/contracts'
import { applyMention } from './apply-mention.ts'
import { applyMetric } from './apply-metric.ts'
import { closeMinutes } from './close-minutes.ts'
import type { ApplyResult } from './engine.ts'
import { setTriggers } from './evaluate.ts'
import { hourMs, minuteMs } from './grid.ts'
import type { PartitionState } from './partition-state.ts'
import { platformOf } from './platforms.ts'
import type { Outlet } from './transition.ts'

/** A heartbeat further ahead of its own log timestamp comes from a fast clock. */
const fastClockMs = 5_000

const applied: ApplyResult = { kind: 'applied' }
const refused: ApplyResult = { kind: 'dropped', reason: 'refused_heartbeat' }

/** Moves partition time, closes the minutes that end with it, and notes what every connector can see. */
export function applyHeartbeat(
  state: PartitionState,
  heartbeat: Heartbeat,
  timestamp: number,
  outlet: Outlet,
): ApplyResult {
  if (heartbeat.at > timestamp + fastClockMs) return refused
  const isFirst = state.time === 0
  if (heartbeat.at > state.time) moveTime(state, heartbeat.at, outlet)
  const minute = Math.floor(state.time / minuteMs)
  if (state.connectors.apply(heartbeat, minute)) notePlatforms(state, minute)
  if (!isFirst || state.held.length === 0) return applied
  const held = state.held
  state.held = []
  return {
    kind: 'applied',
    released: held.map((one) =>
      'metric' in one ? applyMetric(state, one.metric) : applyMention(state, one, outlet),
    ),
  }
}

function moveTime(state: PartitionState, at: number, outlet: Outlet): void {
  const from = Math.floor(state.time / minuteMs)
  const to = Math.floor(at / minuteMs)
  if (state.time === 0) {
    for (const brand of state.brands.values()) {
      brand.bornMinute = to
      brand.windowSums.reset([...brand.platforms.values()], to)
      setTriggers(brand, outlet.signals, to)
      brand.dirty = true
    }
  } else if (to > from) {
    const unseen = state.connectors.unseenIn(from)
    for (const brand of state.brands.values()) closeMinutes(brand, { from, to, at, unseen }, outlet)
  }
  state.time = at
  const hour = Math.floor(at / hourMs)
  state.fingerprints.expire(hour)
  state.tombstones.expire(hour)
}

/** A platform with a connector is one of the brand's, though nobody has written there yet. */
function notePlatforms(state: PartitionState, minute: number): void {
  for (const brand of state.brands.values()) {
    for (const name of state.connectors.platformsOf(brand.id)) platformOf(brand, name, minute)
  }
}
