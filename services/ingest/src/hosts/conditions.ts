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
  /** One way of an account also brings items of another platform, which has a condition of its own then. */
  carry(platform: string, account: string, way: string, carried: string): void
  current(): ConnectorCondition[]
}

/** Worst first: an account is as blind as the best of its ways, since the second fills what the first missed. */
const order = ['ok', 'catching_up', 'starting', 'blind'] as const

/** The platform refuses what we call it with: it may well have ended the account's webhook, too, without a word. */
const refusedReasons: ReadonlySet<string | undefined> = new Set(['platform_auth'])

interface Entry {
  platform: string
  account: string
  way: string
  report: ConditionReport
  lastSuccessAt: number | undefined
}

interface Carried {
  platform: string
  account: string
  way: string
  carried: string
}

/** `brandsOf` names the brands an account can see; undefined: all. */
export function createConditions(
  clock: Clock,
  brandsOf: (platform: string, account: string) => readonly string[] | undefined,
): Conditions {
  const entries = new Map<string, Entry>()
  const carriers = new Map<string, Carried>()

  /** What counts for what `carrier` brings of another platform: the way that brings it, and the account's refusal. */
  function* entriesOf(carrier: Carried): Generator<Entry> {
    for (const entry of entries.values()) {
      if (entry.platform !== carrier.platform || entry.account !== carrier.account) continue
      if (entry.way === carrier.way || isRefused(entry)) yield entry
    }
  }

  return {
    report(platform, account, way, report) {
      const key = `${platform}/${account}/${way}`
      const lastSuccessAt = report.condition === 'ok' ? clock.now() : entries.get(key)?.lastSuccessAt
      entries.set(key, { platform, account, way, report, lastSuccessAt })
    },
    forget: (platform, account, way) => entries.delete(`${platform}/${account}/${way}`),
    carry: (platform, account, way, carried) =>
      carriers.set(`${platform}/${account}/${way}/${carried}`, { platform, account, way, carried }),
    current() {
      const deciding = new Map<string, { entry: Entry; platform: string; brands: Set<string> | undefined }>()
      const add = (platform: string, entry: Entry) => {
        const key = `${platform}/${entry.account}`
        const own = brandsOf(entry.platform, entry.account)
        const other = deciding.get(key)
        const brands = own === undefined || own.length === 0 ? undefined : new Set(own)
        // Two accounts that bring one platform (Messenger's own, and a Page's) see what either sees.
        const all = other?.brands && brands ? new Set([...other.brands, ...brands]) : undefined
        const chosen = other && isBefore(other.entry, entry) ? other.entry : entry
        // A quiet stream stands beside a poller that works: the account's last success is that of either. A webhook's is
        // none for an account that the platform refuses.
        const lastSuccessAt = isRefused(chosen)
          ? chosen.lastSuccessAt
          : newest(entry.lastSuccessAt, other?.entry.lastSuccessAt)
        deciding.set(key, {
          platform,
          entry: { ...chosen, lastSuccessAt },
          brands: other ? all : brands,
        })
      }
      for (const entry of entries.values()) add(entry.platform, entry)
      for (const carrier of carriers.values()) {
        for (const entry of entriesOf(carrier)) add(carrier.carried, entry)
      }
      return [...deciding.values()].map(({ platform, entry, brands }) => toCondition(platform, entry, brands))
    },
  }
}

function newest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.max(a, b)
}

/** Whether the platform refuses the account's credentials. A webhook calls nobody and cannot know. */
function isRefused({ way, report }: Entry): boolean {
  return way !== 'webhook' && report.condition === 'blind' && refusedReasons.has(report.reason)
}

/** Whether the first decides: a refusal before all, then the best. */
function isBefore(first: Entry, second: Entry): boolean {
  if (isRefused(first) || isRefused(second)) return isRefused(first)
  return order.indexOf(first.report.condition) <= order.indexOf(second.report.condition)
}

function toCondition(
  platform: string,
  entry: Entry,
  brands: ReadonlySet<string> | undefined,
): ConnectorCondition {
  const condition: ConnectorCondition = {
    platform,
    account: entry.account,
    condition: entry.report.condition,
  }
  if (entry.lastSuccessAt !== undefined) condition.lastSuccessAt = entry.lastSuccessAt
  if (entry.report.reason !== undefined) condition.reason = entry.report.reason
  if (entry.report.lagMs !== undefined) condition.lagMs = entry.report.lagMs
  if (brands !== undefined) condition.brands = [...brands]
  return condition
}
