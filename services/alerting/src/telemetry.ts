import type { IncidentRecord } from '@nabiz/shared/contracts'
import type { Logger } from '@nabiz/shared/logging'
import { counter, gauge, histogram, type Registry } from '@nabiz/shared/metrics'
import type { Delivery, Incident } from './incidents/incident.ts'

/** One function per fact: moves the metric and, where the fact is rare, writes the log. */
export interface AlertingTelemetry {
  received(records: number): void
  passed(type: string): void
  dropped(reason: string): void
  deadLettered(partition: number, offset: number, reason: string, detail: string): void
  changed(record: IncidentRecord): void
  openIncidents(open: number, unanswered: number, outbox: number): void
  delivered(incident: Incident, delivery: Delivery, result: string, now: number): void
  timerFired(kind: string): void
  lag(partition: number, records: number): void
  conflict(partition: number): void
  behindLog(partition: number): void
  partitionStopped(partition: number, err: unknown): void
  waiting(what: string, err: unknown): void
  loaded(partition: number, incidents: number): void
  failed(what: string, err: unknown): void
  beat(reasons: readonly string[], sent: boolean, now: number): void
}

/** The alerting service's metrics, all prefixed `nabiz_alerting_`. Probe incidents count nowhere but in the beat. */
export function createTelemetry(registry: Registry, logger: Logger): AlertingTelemetry {
  const name = (rest: string) => `nabiz_alerting_${rest}`
  const received = counter(registry, name('records_received_total'), 'Records read from breaches')
  const passed = counter(registry, name('records_passed_total'), 'Records that changed an incident', ['type'])
  const dropped = counter(registry, name('records_dropped_total'), 'Records that changed nothing', ['reason'])
  const dead = counter(registry, name('records_dead_lettered_total'), 'Records no schema understands', [
    'reason',
  ])
  const changes = counter(registry, name('incident_changes_total'), 'Changes of incidents', ['change'])
  const open = gauge(registry, name('incidents_open'), 'Incidents not resolved')
  const unanswered = gauge(
    registry,
    name('incidents_unanswered'),
    'Open incidents whose plan is at its end without an acknowledgement',
  )
  const outbox = gauge(registry, name('deliveries_outstanding'), 'Deliveries waiting or under way')
  const deliveries = counter(
    registry,
    name('deliveries_total'),
    'Tries of deliveries by what became of them',
    ['channel', 'result'],
  )
  const deliverySeconds = histogram(registry, name('delivery_seconds'), 'From the change to its delivery', [
    'channel',
  ])
  const endToEnd = histogram(
    registry,
    name('breach_to_page_seconds'),
    'From the event time of the breach to the delivery of its page',
  )
  const timers = counter(registry, name('timers_fired_total'), 'Timers that came due', ['kind'])
  const lag = gauge(registry, name('lag_records'), 'Records of breaches not yet processed', ['partition'])
  const conflicts = counter(
    registry,
    name('commit_conflicts_total'),
    'Commits refused: another writer was there',
  )
  const behind = counter(
    registry,
    name('states_behind_log_total'),
    'Partitions loaded whose state lacked changes of the log: the store lost writes, or a member died between two',
  )
  const stopped = gauge(registry, name('partition_stopped'), '1: the partition stopped', ['partition'])
  const waits = counter(
    registry,
    name('dependency_waits_total'),
    'Calls that found log or store unreachable',
    ['what'],
  )
  const faults = counter(registry, name('faults_total'), 'Faults of our own that a person must look at', [
    'what',
  ])
  const beatOk = gauge(registry, name('beat_earned'), '1: the last beat was earned, 0: it was withheld')
  const beatAt = gauge(registry, name('beat_timestamp_seconds'), 'Unix time of the last beat that arrived')
  const beats = counter(registry, name('beats_total'), 'Beats by result', ['result'])
  let lastBeat = ''

  return {
    received: (records) => received.inc(records),
    passed: (type) => passed.inc({ type }),
    dropped: (reason) => dropped.inc({ reason }),
    deadLettered(partition, offset, reason, detail) {
      dead.inc({ reason })
      logger.warn({ partition, offset, reason, detail }, 'record dead-lettered')
    },
    changed(record) {
      if (record.probe) return
      changes.inc({ change: record.change })
      const { incident, brand, change, state, severity, channel } = record
      logger.info({ incident, brand, change, state, severity, channel }, 'incident changed')
    },
    openIncidents(openNow, unansweredNow, outboxNow) {
      open.set(openNow)
      unanswered.set(unansweredNow)
      outbox.set(outboxNow)
    },
    delivered(incident, delivery, result, now) {
      if (incident.probe) return
      const { channel } = delivery
      deliveries.inc({ channel, result })
      if (result === 'delivered') {
        deliverySeconds.observe({ channel }, Math.max(0, now - delivery.queuedAt) / 1_000)
        if (delivery.kind === 'page') endToEnd.observe(Math.max(0, now - delivery.at) / 1_000)
        return
      }
      const detail = delivery.detail
      const fields = {
        incident: incident.id,
        channel,
        kind: delivery.kind,
        attempts: delivery.attempts,
        detail,
      }
      if (result === 'retry') logger.warn(fields, 'delivery will be tried again')
      else logger.error(fields, 'delivery failed')
    },
    timerFired: (kind) => timers.inc({ kind }),
    lag: (partition, records) => lag.set({ partition: String(partition) }, records),
    conflict(partition) {
      conflicts.inc()
      logger.warn({ partition }, 'commit refused, partition is read again')
    },
    behindLog(partition) {
      behind.inc()
      logger.warn({ partition }, 'state lacks changes that are in the log, pages may be repeats')
    },
    partitionStopped(partition, err) {
      stopped.set({ partition: String(partition) }, 1)
      logger.error({ partition, err }, 'partition stopped')
    },
    waiting(what, err) {
      waits.inc({ what })
      logger.warn({ what, err }, 'log or store cannot be reached')
    },
    loaded(partition, incidents) {
      stopped.set({ partition: String(partition) }, 0)
      if (incidents > 0) logger.info({ partition, incidents }, 'partition loaded')
    },
    failed(what, err) {
      faults.inc({ what })
      logger.error({ what, err }, 'fault')
    },
    beat(reasons, sent, now) {
      const state = reasons.length > 0 ? 'withheld' : sent ? 'sent' : 'failed'
      beatOk.set(reasons.length === 0 ? 1 : 0)
      beats.inc({ result: state })
      if (sent) beatAt.set(now / 1_000)
      if (state === lastBeat) return
      lastBeat = state
      if (state === 'sent') logger.info('beat is sent')
      else logger.error({ state, reasons }, 'beat is not sent')
    },
  }
}
