import {
  dayWindowMinutes,
  type Mention,
  type OpinionAbsence,
  type SignalRecord,
  severityLimits,
} from '@nabiz/shared/contracts'
import type { Logger } from '@nabiz/shared/logging'
import { counter, gauge, histogram, type Registry } from '@nabiz/shared/metrics'
import { deafness, type Emission } from './engine/index.ts'

/** Brands that get a series of their own; the rest share `other`, so that labels stay bounded. */
const labelledBrands = 1_000

/** One function per fact: moves the metric and, where the fact is rare, writes the log. */
export interface ScoringTelemetry {
  /** Moves the counters by what was counted one by one since; called once a batch. */
  flush(): void
  received(count: number): void
  counted(mention: Mention, label: string, now: number): void
  passed(kind: 'mention' | 'heartbeat' | 'config' | 'metric' | 'mark'): void
  dropped(reason: string): void
  deadLettered(partition: number, offset: number, reason: string, detail: string): void
  emitted(emissions: readonly Emission[]): void
  lag(partition: number, records: number): void
  partitionTime(partition: number, at: number): void
  checkpointed(partition: number, now: number, seconds: number, bytes: number): void
  conflict(partition: number): void
  recordFailed(partition: number, offset: number, attempt: number, err: unknown): void
  partitionStopped(partition: number, err: unknown): void
  skipped(partition: number, offset: number, by: string): void
  waiting(what: string, err: unknown): void
  loaded(partition: number, offset: number | undefined): void
  opinion(outcome: 'answered' | OpinionAbsence, seconds: number): void
}

/** The scoring service's metrics, all prefixed `nabiz_scoring_`. */
export function createTelemetry(registry: Registry, logger: Logger): ScoringTelemetry {
  const received = counter(registry, 'nabiz_scoring_records_received_total', 'Records read from mentions')
  const passed = counter(registry, 'nabiz_scoring_records_passed_total', 'Records that changed the state', [
    'type',
  ])
  const dropped = counter(
    registry,
    'nabiz_scoring_records_dropped_total',
    'Records that changed nothing, by reason',
    ['reason'],
  )
  const dead = counter(
    registry,
    'nabiz_scoring_records_dead_lettered_total',
    'Records no schema understands',
    ['reason'],
  )
  const mentions = counter(registry, 'nabiz_scoring_mentions_counted_total', 'Mentions counted', [
    'brand',
    'platform',
    'sentiment',
  ])
  const fromCreated = histogram(
    registry,
    'nabiz_scoring_latency_from_created_seconds',
    'From the platform writing to counting',
  )
  const fromReceived = histogram(
    registry,
    'nabiz_scoring_latency_from_received_seconds',
    'From ingest receiving to counting',
  )
  const emitted = counter(registry, 'nabiz_scoring_records_emitted_total', 'Records written', ['topic'])
  const severity = gauge(
    registry,
    'nabiz_scoring_severity',
    'Severity at the last evaluation told; 1 is the page boundary',
    ['brand', 'signal'],
  )
  const deaf = gauge(
    registry,
    'nabiz_scoring_deafness_multiple',
    'Multiple of the expected mentions that would page within 15 minutes, at the last evaluation told',
    ['brand'],
  )
  const shadowSeverity = gauge(
    registry,
    'nabiz_scoring_shadow_severity',
    'The same by the thresholds that are tried beside those in force',
    ['brand', 'signal'],
  )
  const shadowTransitions = counter(
    registry,
    'nabiz_scoring_shadow_transitions_total',
    'What people would have been told by the thresholds that are tried',
    ['brand', 'signal', 'transition'],
  )
  const projected = gauge(
    registry,
    'nabiz_scoring_projected_page_timestamp_seconds',
    'Unix time at which severity 1.0 is reached if growth goes on; 0: nothing grows, or it is reached',
    ['brand', 'signal'],
  )
  const history = gauge(
    registry,
    'nabiz_scoring_baseline_days',
    'Observed days a baseline knows, of the 14 it compares with, at the last evaluation told',
    ['brand', 'signal'],
  )
  const limited = gauge(
    registry,
    'nabiz_scoring_limited_severity',
    'Severity there would be were it not for the reason, at the last evaluation told; 0: nothing limits it',
    ['brand', 'signal', 'reason'],
  )
  const breaches = counter(registry, 'nabiz_scoring_breaches_total', 'Transitions written', [
    'signal',
    'transition',
  ])
  const lag = gauge(registry, 'nabiz_scoring_lag_records', 'Records not yet processed', ['partition'])
  const time = gauge(registry, 'nabiz_scoring_partition_time_seconds', 'Partition time, Unix', ['partition'])
  const checkpointAt = gauge(
    registry,
    'nabiz_scoring_checkpoint_timestamp_seconds',
    'Unix time of the last checkpoint',
    ['partition'],
  )
  const checkpointSeconds = histogram(
    registry,
    'nabiz_scoring_checkpoint_duration_seconds',
    'Time a checkpoint takes',
  )
  const checkpointBytes = gauge(
    registry,
    'nabiz_scoring_checkpoint_written_bytes',
    'Bytes the last checkpoint wrote',
    ['partition'],
  )
  const conflicts = counter(
    registry,
    'nabiz_scoring_checkpoint_conflicts_total',
    'Checkpoints refused: another member wrote',
  )
  const failures = counter(
    registry,
    'nabiz_scoring_record_failures_total',
    'Tries of a record that failed in our own code',
  )
  const stopped = counter(
    registry,
    'nabiz_scoring_partitions_stopped_total',
    'Partitions that stopped and need a person',
  )
  const waits = counter(
    registry,
    'nabiz_scoring_dependency_waits_total',
    'Times a dependency could not be reached',
    ['what'],
  )
  const opinions = counter(
    registry,
    'nabiz_scoring_second_opinions_total',
    'Second opinions on breaches: answered, or why there was none',
    ['outcome'],
  )
  const opinionSeconds = histogram(
    registry,
    'nabiz_scoring_second_opinion_wait_seconds',
    'Time a breach waited for its second opinion',
  )
  const known = new Set<string>()
  /** Series that exist: most brands are never limited. */
  const everLimited = new Set<string>()
  // A labelled counter costs a microsecond a move, so what happens for every record is summed up for a batch.
  const countedSince = new Map<
    string,
    { brand: string; platform: string; sentiment: string; count: number }
  >()
  const passedSince = new Map<string, number>()
  const droppedSince = new Map<string, number>()

  function brandLabel(brand: string): string {
    if (known.has(brand)) return brand
    if (known.size >= labelledBrands) return 'other'
    known.add(brand)
    return brand
  }

  return {
    received: (count) => received.inc(count),
    flush() {
      for (const { count, ...labels } of countedSince.values()) mentions.inc(labels, count)
      for (const [type, count] of passedSince) passed.inc({ type }, count)
      for (const [reason, count] of droppedSince) dropped.inc({ reason }, count)
      for (const sums of [countedSince, passedSince, droppedSince]) sums.clear()
    },
    counted(mention, label, now) {
      const key = `${mention.brand} ${mention.platform} ${label}`
      const sum = countedSince.get(key)
      if (sum) sum.count += 1
      else {
        const { platform } = mention
        countedSince.set(key, { brand: brandLabel(mention.brand), platform, sentiment: label, count: 1 })
      }
      fromCreated.observe(Math.max(0, now - mention.createdAt) / 1_000)
      fromReceived.observe(Math.max(0, now - mention.receivedAt) / 1_000)
    },
    passed: (type) => void passedSince.set(type, (passedSince.get(type) ?? 0) + 1),
    dropped: (reason) => void droppedSince.set(reason, (droppedSince.get(reason) ?? 0) + 1),
    deadLettered(partition, offset, reason, detail) {
      dead.inc({ reason })
      logger.warn({ partition, offset, reason, detail }, 'record dead-lettered')
    },
    emitted(emissions) {
      for (const { topic, brand, value } of emissions) {
        emitted.inc({ topic })
        if (topic === 'signals' && value.shadow === true) {
          const { signal, transition } = value
          if (transition === undefined)
            shadowSeverity.set({ brand: brandLabel(brand), signal }, value.severity)
          else shadowTransitions.inc({ brand: brandLabel(brand), signal, transition })
        } else if (topic === 'signals') {
          severity.set({ brand: brandLabel(brand), signal: value.signal }, value.severity)
          history.set({ brand: brandLabel(brand), signal: value.signal }, value.history?.days ?? 0)
          projected.set({ brand: brandLabel(brand), signal: value.signal }, projectedPage(value))
          for (const reason of severityLimits) {
            const wouldBe = limitedBy(value, reason)
            const key = `${brandLabel(brand)} ${value.signal} ${reason}`
            if (wouldBe === 0 && !everLimited.has(key)) continue
            everLimited.add(key)
            limited.set({ brand: brandLabel(brand), signal: value.signal, reason }, wouldBe)
          }
          if (value.signal === 'volume') deaf.set({ brand: brandLabel(brand) }, deafnessOf(value))
        }
        if (topic === 'breaches') {
          const { signal, transition } = value
          breaches.inc({ signal, transition })
          logger.info({ brand, signal, transition, severity: value.severity, breach: value.id }, 'breach')
        }
      }
    },
    lag: (partition, records) => lag.set({ partition: String(partition) }, records),
    partitionTime: (partition, at) => time.set({ partition: String(partition) }, at / 1_000),
    checkpointed(partition, now, seconds, bytes) {
      checkpointAt.set({ partition: String(partition) }, now / 1_000)
      checkpointSeconds.observe(seconds)
      checkpointBytes.set({ partition: String(partition) }, bytes)
    },
    conflict(partition) {
      conflicts.inc()
      logger.warn({ partition }, 'checkpoint refused, reading again')
    },
    recordFailed(partition, offset, attempt, err) {
      failures.inc()
      logger.error({ partition, offset, attempt, err }, 'record failed in our own code')
    },
    partitionStopped(partition, err) {
      stopped.inc()
      logger.fatal({ partition, err }, 'partition stopped')
    },
    skipped(partition, offset, by) {
      logger.warn({ partition, offset, by }, 'record skipped by a person')
    },
    waiting(what, err) {
      waits.inc({ what })
      logger.error({ what, err }, 'dependency cannot be reached, trying again')
    },
    loaded(partition, offset) {
      logger.info({ partition, offset }, 'partition assigned')
    },
    opinion(outcome, seconds) {
      opinions.inc({ outcome })
      opinionSeconds.observe(seconds)
    },
  }
}

/** The smallest storm that some window of the record would hear; Infinity where nothing is expected or nothing pages. */
function deafnessOf({ windows }: SignalRecord): number {
  const reaches = windows.flatMap(({ minutes, expected, direction, boundary = Number.POSITIVE_INFINITY }) =>
    minutes === dayWindowMinutes || direction === 'fall'
      ? []
      : [{ windowBuckets: windowBuckets[minutes], expected, countAtSeverity1: boundary }],
  )
  return deafness(reaches).multiple
}

const windowBuckets = { 60: 12, 15: 3, 5: 1 } as const

function projectedPage({ projection }: SignalRecord): number {
  return projection?.severity === 1 ? projection.at / 1_000 : 0
}

function limitedBy({ windows }: SignalRecord, reason: string): number {
  return Math.max(0, ...windows.map(({ limit }) => (limit?.by === reason ? limit.severity : 0)))
}
