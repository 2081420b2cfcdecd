import type { ConnectorCondition, DeadLetterReason } from '@nabiz/shared/contracts'
import type { Logger } from '@nabiz/shared/logging'
import { counter, gauge, type Registry } from '@nabiz/shared/metrics'
import type { Receipt, RefusalReason } from './connectors/connector.ts'

/** One function per fact: moves the metric and, where the fact is rare, writes the log. */
export interface IngestTelemetry {
  accepted(platform: string, receipt: Receipt): void
  deadLettered(platform: string, reason: DeadLetterReason): void
  refused(platform: string, account: string, reason: RefusalReason): void
  unavailable(platform: string, err: unknown): void
  /** The accounts this replica speaks for now; it no longer says anything of the others it spoke for. */
  conditions(current: readonly ConnectorCondition[]): void
  /** A limit of a platform after a change; `limit` undefined: not known yet. */
  quota(
    platform: string,
    account: string,
    name: string,
    state: { used: number; limit?: number | undefined; reserve: number; resetAt: number },
  ): void
  /** A call was not made because its quota is used up. */
  quotaHeld(platform: string, account: string, name: string): void
  /** An item lacks what the platform sends with every item when it is asked rightly. */
  fieldMissing(platform: string, field: string): void
  credentialExpires(platform: string, account: string, name: string, at: number | undefined): void
  credentialRenewed(platform: string, account: string, name: string, expiresAt: number | undefined): void
  credentialEnding(platform: string, account: string, name: string, expiresAt: number): void
  /** It could not be renewed and is still good. */
  credentialNotRenewed(platform: string, account: string, name: string, err: unknown): void
  pollFailed(platform: string, account: string, err: unknown, waitMs: number): void
  /** What was said between the two times, ms, is lost: the platform no longer has it. */
  missed(platform: string, account: string, from: number, to: number): void
  heartbeatWritten(at: number): void
  heartbeatFailed(err: unknown): void
  configRelayed(copies: number): void
  matcherBuilt(brands: number, patterns: number): void
}

/** The ingest service's metrics, all prefixed `nabiz_ingest_`. */
export function createTelemetry(registry: Registry, logger: Logger): IngestTelemetry {
  const received = counter(registry, 'nabiz_ingest_items_received_total', 'Items that platforms delivered', [
    'platform',
  ])
  const passed = counter(registry, 'nabiz_ingest_items_passed_total', 'Items written to the log', [
    'platform',
  ])
  const mentions = counter(
    registry,
    'nabiz_ingest_mentions_written_total',
    'Records, one for each brand named',
    ['platform'],
  )
  const dropped = counter(registry, 'nabiz_ingest_items_dropped_total', 'Items not for us, by reason', [
    'platform',
    'reason',
  ])
  const dead = counter(registry, 'nabiz_ingest_items_dead_lettered_total', 'Items no schema understands', [
    'platform',
    'reason',
  ])
  const refused = counter(
    registry,
    'nabiz_ingest_deliveries_refused_total',
    'Deliveries that are not genuine or too large',
    ['platform', 'reason'],
  )
  const unavailable = counter(
    registry,
    'nabiz_ingest_deliveries_unavailable_total',
    'Deliveries answered 503',
    ['platform'],
  )
  const condition = gauge(registry, 'nabiz_ingest_connector_condition', '1 for the condition in force', [
    'platform',
    'account',
    'condition',
  ])
  const lastSuccess = gauge(
    registry,
    'nabiz_ingest_connector_last_success_seconds',
    'Unix time of the last success',
    ['platform', 'account'],
  )
  const connectorLag = gauge(
    registry,
    'nabiz_ingest_connector_lag_seconds',
    'How far behind a connector reads, where its platform tells',
    ['platform', 'account'],
  )
  const pollFailures = counter(registry, 'nabiz_ingest_poll_failures_total', 'Polls that failed', [
    'platform',
    'account',
  ])
  const heartbeat = gauge(
    registry,
    'nabiz_ingest_heartbeat_seconds',
    'Unix time of the last heartbeat written',
  )
  const heartbeatFailures = counter(
    registry,
    'nabiz_ingest_heartbeat_failures_total',
    'Heartbeats the log did not take',
  )
  const relayed = counter(
    registry,
    'nabiz_ingest_config_copies_total',
    'Config copies written into brands partitions',
  )
  const patterns = gauge(registry, 'nabiz_ingest_patterns', 'Patterns the brand matcher looks for')
  const quotaLabels = ['platform', 'account', 'quota']
  const quotaLimit = gauge(
    registry,
    'nabiz_ingest_quota_limit',
    'Units a platform grants in a period',
    quotaLabels,
  )
  const quotaLeft = gauge(
    registry,
    'nabiz_ingest_quota_left',
    'Units left for us until the period ends',
    quotaLabels,
  )
  const quotaReset = gauge(
    registry,
    'nabiz_ingest_quota_reset_seconds',
    'Unix time at which the period ends',
    quotaLabels,
  )
  const quotaHeld = counter(
    registry,
    'nabiz_ingest_quota_held_total',
    'Calls not made because the quota is used up',
    quotaLabels,
  )
  const fieldsMissing = counter(
    registry,
    'nabiz_ingest_fields_missing_total',
    'Items without a field that the platform should have sent',
    ['platform', 'field'],
  )
  const credentialExpires = gauge(
    registry,
    'nabiz_ingest_credential_expires_seconds',
    'Unix time at which a token ends; absent for those that do not',
    ['platform', 'account', 'credential'],
  )
  const credentialEnding = gauge(
    registry,
    'nabiz_ingest_credential_ending',
    '1 while a token ends within days and nobody could renew it',
    ['platform', 'account', 'credential'],
  )
  const missed = counter(
    registry,
    'nabiz_ingest_missed_seconds_total',
    'Time of which a platform no longer has what was said',
    ['platform', 'account'],
  )
  const shown = new Map<string, ConnectorCondition>()
  const lagging = new Set<string>()

  function showCondition(now: ConnectorCondition): void {
    const { platform, account } = now
    const before = shown.get(keyOf(now))?.condition
    shown.set(keyOf(now), now)
    if (before !== undefined && before !== now.condition)
      condition.set({ platform, account, condition: before }, 0)
    condition.set({ platform, account, condition: now.condition }, 1)
    if (now.lastSuccessAt !== undefined) lastSuccess.set({ platform, account }, now.lastSuccessAt / 1_000)
    showLag(keyOf(now), { platform, account }, now.lagMs ?? (now.condition === 'ok' ? 0 : undefined))
    if (before === now.condition) return
    logger.info(
      { platform, account, condition: now.condition, reason: now.reason },
      'connector condition changed',
    )
  }

  /** A lag that was never told stays absent, one that was goes back to 0. */
  function showLag(
    key: string,
    labels: { platform: string; account: string },
    lagMs: number | undefined,
  ): void {
    if (lagMs === undefined || (lagMs === 0 && !lagging.has(key))) return
    lagging.add(key)
    connectorLag.set(labels, lagMs / 1_000)
  }

  return {
    accepted(platform, receipt) {
      received.inc({ platform }, receipt.received)
      passed.inc({ platform }, receipt.passed)
      mentions.inc({ platform }, receipt.mentions)
      for (const [reason, count] of Object.entries(receipt.dropped)) dropped.inc({ platform, reason }, count)
    },
    deadLettered: (platform, reason) => dead.inc({ platform, reason }),
    refused(platform, account, reason) {
      refused.inc({ platform, reason })
      logger.warn({ platform, account, reason }, 'delivery refused')
    },
    unavailable(platform, err) {
      unavailable.inc({ platform })
      logger.error({ platform, err }, 'delivery not accepted')
    },
    conditions(current) {
      const left = new Map(shown)
      for (const now of current) {
        left.delete(keyOf(now))
        showCondition(now)
      }
      // Another replica holds the lease: what this one said last would stand for ever.
      for (const [key, { platform, account, condition: before }] of left) {
        condition.set({ platform, account, condition: before }, 0)
        showLag(key, { platform, account }, 0)
        shown.delete(key)
      }
    },
    quota(platform, account, quota, { used, limit, reserve, resetAt }) {
      quotaReset.set({ platform, account, quota }, resetAt / 1_000)
      if (limit === undefined) return
      quotaLimit.set({ platform, account, quota }, limit)
      quotaLeft.set({ platform, account, quota }, Math.max(0, limit - reserve - used))
    },
    quotaHeld: (platform, account, quota) => quotaHeld.inc({ platform, account, quota }),
    fieldMissing: (platform, field) => fieldsMissing.inc({ platform, field }),
    credentialExpires(platform, account, credential, at) {
      if (at !== undefined) credentialExpires.set({ platform, account, credential }, at / 1_000)
    },
    credentialRenewed(platform, account, credential, expiresAt) {
      credentialEnding.set({ platform, account, credential }, 0)
      logger.info({ platform, account, credential, expiresAt }, 'credential renewed')
    },
    credentialEnding(platform, account, credential, expiresAt) {
      credentialEnding.set({ platform, account, credential }, 1)
      logger.warn({ platform, account, credential, expiresAt }, 'credential ends soon, renew it')
    },
    credentialNotRenewed: (platform, account, credential, err) =>
      logger.warn({ platform, account, credential, err }, 'credential not renewed'),
    pollFailed(platform, account, err, waitMs) {
      pollFailures.inc({ platform, account })
      logger.warn({ platform, account, err, waitMs }, 'poll failed')
    },
    missed(platform, account, from, to) {
      missed.inc({ platform, account }, Math.max(0, to - from) / 1_000)
      logger.warn({ platform, account, from, to }, 'a gap that nobody can fill')
    },
    heartbeatWritten: (at) => heartbeat.set(at / 1_000),
    heartbeatFailed(err) {
      heartbeatFailures.inc()
      logger.error({ err }, 'heartbeat not written')
    },
    configRelayed(copies) {
      relayed.inc(copies)
      logger.info({ copies }, 'config relayed')
    },
    matcherBuilt(brands, count) {
      patterns.set(count)
      logger.info({ brands, patterns: count }, 'brand matcher built')
    },
  }
}

function keyOf({ platform, account }: ConnectorCondition): string {
  return `${platform}/${account}`
}
