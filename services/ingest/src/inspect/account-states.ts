import { type ConnectorCondition, heartbeat } from '@nabiz/shared/contracts'
import type { Log } from '@nabiz/shared/log'
import type { Store } from '@nabiz/shared/store'
import { keptCredential } from '../credentials/credential.ts'
import { quotaState } from '../quotas/quota.ts'

/** Records at the end of a quiet partition among which the last heartbeats are. */
const lastRecords = 500

/** What is known of one account from what the service wrote. Times in ms since the epoch. */
export interface AccountState {
  platform: string
  account: string
  /** From the last heartbeat; absent when none was written yet. */
  condition?: ConnectorCondition
  /** When that heartbeat was written. */
  at?: number
  /** When a cursor moved last, by way. */
  cursorMovedAt: Record<string, number>
  quotas: Record<string, { left: number | undefined; resetAt: number }>
  /** When tokens end; undefined: they do not, or nobody knows. */
  tokens: Record<string, number | undefined>
}

/** The states of all accounts that left a trace, read beside the running service. */
export async function readAccountStates(log: Log, store: Pick<Store, 'list'>): Promise<AccountState[]> {
  const states = new Map<string, AccountState>()
  const of = (platform: string, account: string) => {
    const key = `${platform}/${account}`
    const state = states.get(key) ?? { platform, account, cursorMovedAt: {}, quotas: {}, tokens: {} }
    states.set(key, state)
    return state
  }
  for (const { at, connectors } of await lastHeartbeats(log)) {
    for (const condition of connectors) {
      const state = of(condition.platform, condition.account)
      if (state.at === undefined || at >= state.at) Object.assign(state, { condition, at })
    }
  }
  for (const [[platform, account, name], value] of await kept(store, 'cursor-moved/')) {
    of(platform, account).cursorMovedAt[name] = Number(value)
  }
  for (const [[platform, account, name], value] of await kept(store, 'quota/')) {
    const { limit, used, resetAt } = quotaState.parse(JSON.parse(value))
    const left = limit === undefined ? undefined : Math.max(0, limit - used)
    of(platform, account).quotas[name] = { left, resetAt }
  }
  for (const [[platform, account, name], value] of await kept(store, 'credential/')) {
    of(platform, account).tokens[name] = keptCredential.parse(JSON.parse(value)).expiresAt
  }
  return [...states.values()]
}

async function kept(store: Pick<Store, 'list'>, prefix: string) {
  return (await store.list(prefix)).map(({ key, value }) => {
    const [platform = '', account = '', name = ''] = key.slice(prefix.length).split('/')
    return [[platform, account, name] as const, Buffer.from(value).toString('utf8')] as const
  })
}

/** The partition with the fewest records holds little but heartbeats; the last of each replica counts. */
async function lastHeartbeats(log: Log) {
  const written = (await log.bounds('mentions')).filter(({ earliest, end }) => end > earliest)
  const quietest = written.sort((a, b) => a.end - b.end)[0]
  if (!quietest) return []
  const { partition, earliest, end } = quietest
  const last = new Map<string, ReturnType<typeof heartbeat.parse>>()
  for await (const batch of log.read({
    topic: 'mentions',
    partition,
    from: Math.max(earliest, end - lastRecords),
  })) {
    for (const { value } of batch) {
      const parsed = heartbeat.safeParse(JSON.parse(Buffer.from(value).toString('utf8')))
      if (parsed.success) last.set(parsed.data.source, parsed.data)
    }
  }
  return [...last.values()]
}
