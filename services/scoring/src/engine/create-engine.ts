import { applyConfig } from './apply-config.ts'
import { applyCount } from './apply-count.ts'
import { applyHeartbeat } from './apply-heartbeat.ts'
import { applyMark } from './apply-mark.ts'
import { applyMention } from './apply-mention.ts'
import { applyMetric } from './apply-metric.ts'
import type { ApplyResult, Emission, Engine, EngineInput, EngineOptions } from './engine.ts'
import { decodePartition, encodePartition, markPartitionDurable } from './partition-codec.ts'
import { createPartition, type PartitionState } from './partition-state.ts'
import { encodeRebuilt } from './rebuilt.ts'
import { createSignals } from './signals/index.ts'
import type { Outlet } from './transition.ts'

/** The scoring engine: a pure function over a partition's records, its state changed in place. */
export function createEngine(options: EngineOptions): Engine {
  const { signals: judged, isCountsOnly = false } = options
  const signals = createSignals(options.confusion).filter(
    ({ name }) => judged === undefined || judged.includes(name),
  )
  return {
    apply(state: PartitionState, input: EngineInput, emit: (emission: Emission) => void): ApplyResult {
      if (input.kind === 'count') return applyCount(state, input.count)
      const outlet: Outlet = { signals, isCountsOnly, emit }
      if (input.kind === 'mention') return applyMention(state, input.scored, outlet)
      if (input.kind === 'heartbeat') return applyHeartbeat(state, input.heartbeat, input.timestamp, outlet)
      if (input.kind === 'config') return applyConfig(state, input.copy, outlet)
      if (input.kind === 'mark') return applyMark(state, input.mark, outlet)
      return applyMetric(state, input.metric)
    },
    create: (engine = options.engineId) => createPartition(engine),
    modelOf: (state, brand) => state.brands.get(brand)?.engine ?? state.engine,
    models: modelsOf,
    rebuilt: (state, brand) => encodeRebuilt(state, brand),
    encodeSteps: (state) => encodePartition(state, options.build),
    encode: (state) => lastOf(encodePartition(state, options.build)),
    markDurable: markPartitionDurable,
    decode: (values, engine = options.engineId) => decodePartition(values, engine),
  }
}

function lastOf<T>(steps: Generator<void, T>): T {
  for (let step = steps.next(); ; step = steps.next()) if (step.done) return step.value
}

function modelsOf({ brands }: PartitionState): Map<string, string> {
  const models = new Map<string, string>()
  for (const { id, engine } of brands.values()) if (!models.has(engine)) models.set(engine, id)
  return models
}
