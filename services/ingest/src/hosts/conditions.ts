import type { ConnectorCondition } from '@nabiz/shared/contracts'
import type { Clock } from '@nabiz/shared/time'

/** What a host says about its connector; merged over the connector's ways when a heartbeat is written. */
export interface ConditionReport {
  condition: ConnectorCondition['condition']
  reason?: string
  lagMs?: number
}

/** The latest condition of every account this replica speaks for. */
export interface Conditions {
  report(platform: string, account: string, way: string, report: ConditionReport): void
  /** This replica no longer speaks for the account: another holds the lease. */
  forget(platform: string, account: string, way: string): void
  current(): ConnectorCondition[]
}

/** Worst first: an account is as blind as the best of its ways, since the second fills what the first missed. */
const order = ['ok', 'catching_up', 'starting', 'blind'] as const

interface Entry {
  platform: string
  account: string
  report: ConditionReport
  lastSuccessAt: number | undefined
}

/** `brandsOf` names the brands an account can see; undefined: all. */
export function createConditions(
  clock: Clock,
  brandsOf: (platform: string, account: string) => readonly string[] | undefined,
): Conditions {
  const entries = new Map<string, Entry>()

  return {
    report(platform, account, way, report) {
      const key = `${platform}/${account}/${way}`
      const lastSuccessAt = report.condition === 'ok' ? clock.now() : entries.get(key)?.lastSuccessAt
      entries.set(key, { platform, account, report, lastSuccessAt })
    },
    forget: (platform, account, way) => entries.delete(`${platform}/${account}/${way}`),
    current() {
      const best = new Map<string, Entry>()
      for (const entry of entries.values()) {
        const key = `${entry.platform}/${entry.account}`
        const other = best.get(key)
        const chosen = !other || rank(entry) < rank(other) ? entry : other
        // A quiet stream stands beside a poller that works: the account's last success is that of either.
        best.set(key, { ...chosen, lastSuccessAt: newest(entry.lastSuccessAt, other?.lastSuccessAt) })
      }
      return [...best.values()].map((entry) => toCondition(entry, brandsOf(entry.platform, entry.account)))
    },
  }
}

function newest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.max(a, b)
}

function rank(entry: Entry): number {
  return order.indexOf(entry.report.condition)
}

function toCondition(entry: Entry, brands: readonly string[] | undefined): ConnectorCondition {
  const condition: ConnectorCondition = {
    platform: entry.platform,
    account: entry.account,
    condition: entry.report.condition,
  }
  if (entry.lastSuccessAt !== undefined) condition.lastSuccessAt = entry.lastSuccessAt
  if (entry.report.reason !== undefined) condition.reason = entry.report.reason
  if (entry.report.lagMs !== undefined) condition.lagMs = entry.report.lagMs
  if (brands !== undefined && brands.length > 0) condition.brands = [...brands]
  return condition
}
