import { DependencyError } from '@nabiz/shared/errors'
import type { Store } from '@nabiz/shared/store'
import { type Clock, day } from '@nabiz/shared/time'
import { z } from 'zod'

/** Tries of one change when replicas write at the same moment. */
const tries = 50

/** One limit of a platform, in the platform's own units: calls, quota units, paid reads, per cent of what is allowed. */
export interface QuotaSpec {
  /** A word for people and metrics: `units`, `search`, `reads`. */
  name: string
  /** Units a period has; absent: learnt from the platform's answers. */
  limit?: number
  /** Units that are never touched: what other users of the same key need. Default 0. */
  reserve?: number
  /** End of the period that holds `now`, ms; see `periods.ts`. */
  resetsAt(now: number): number
}

/** What an answer of the platform says about a limit. */
export interface Observed {
  limit?: number
  /** Either of the two. */
  used?: number
  remaining?: number
  /** When the period ends, ms since the epoch. */
  resetAt?: number
}

/** A limit that is obeyed before it is hit; its state stands in the store, so that replicas share it. */
export interface Quota {
  /**
   * Takes units before a call is made. Throws DependencyError platform_quota, with `retryAfterMs` until the period ends,
   * when they are not there: the platform is not called.
   */
  take(units?: number): Promise<void>
  /** Units taken and not spent (a page with fewer paid reads than were asked for). */
  giveBack(units: number): Promise<void>
  /** Believes the platform where it tells what is used or left. */
  observe(seen: Observed): Promise<void>
}

export const quotaState = z.object({
  used: z.number(),
  limit: z.number().optional(),
  resetAt: z.number(),
})
export type QuotaState = z.infer<typeof quotaState>

export interface QuotaOptions {
  store: Pick<Store, 'get' | 'compareAndSet'>
  clock: Clock
  platform: string
  account: string
  /** Units left and their number in all after each change; undefined limit: not known yet. */
  onChange(state: QuotaState & { reserve: number }): void
  /** A call was held back. */
  onHeld(): void
}

/** Key of a limit's state. */
export function quotaKey(platform: string, account: string, name: string): string {
  return `quota/${platform}/${account}/${name}`
}

export function createQuota(spec: QuotaSpec, options: QuotaOptions): Quota {
  const { store, clock, platform } = options
  const key = quotaKey(platform, options.account, spec.name)
  const reserve = spec.reserve ?? 0

  /** Reads, changes and writes as one; `change` may throw to leave things as they are. */
  async function update(change: (state: QuotaState) => QuotaState): Promise<void> {
    for (let attempt = 0; attempt < tries; attempt += 1) {
      const before = await store.get(key)
      const after = change(current(before))
      if (await store.compareAndSet(key, before, Buffer.from(JSON.stringify(after), 'utf8'))) {
        options.onChange({ ...after, reserve })
        return
      }
    }
    throw new DependencyError(
      'store_conflict',
      `the quota ${spec.name} of ${platform} is written by too many`,
      {
        retryable: true,
      },
    )
  }

  function current(value: Uint8Array | undefined): QuotaState {
    const now = clock.now()
    const stored = value && quotaState.parse(JSON.parse(Buffer.from(value).toString('utf8')))
    if (stored && now < stored.resetAt) return withLimit(stored.used, stored.limit, stored.resetAt)
    return withLimit(0, stored?.limit, spec.resetsAt(now))
  }

  /** The config's limit stands; the platform's is believed where it is the smaller one. */
  function withLimit(used: number, known: number | undefined, resetAt: number): QuotaState {
    const limit = Math.min(spec.limit ?? Number.POSITIVE_INFINITY, known ?? Number.POSITIVE_INFINITY)
    return { used, resetAt, ...(Number.isFinite(limit) ? { limit } : {}) }
  }

  return {
    take: (units = 1) =>
      update((state) => {
        const usable = (state.limit ?? Number.POSITIVE_INFINITY) - reserve
        // Nothing is taken where costs are told afterwards: then it is asked whether there is room at all.
        if (state.used + units > usable || state.used >= usable) {
          options.onHeld()
          throw new DependencyError(
            'platform_quota',
            `${platform}: ${state.used} of ${state.limit} ${spec.name} are used until ${new Date(state.resetAt).toISOString()}`,
            { retryable: true, retryAfterMs: Math.max(0, state.resetAt - clock.now()) },
          )
        }
        return { ...state, used: state.used + units }
      }),
    giveBack: (units) => update((state) => ({ ...state, used: Math.max(0, state.used - units) })),
    observe: (seen) =>
      update((state) => {
        const limit = seen.limit ?? state.limit
        const left = seen.remaining !== undefined && limit !== undefined ? limit - seen.remaining : undefined
        const used = seen.used ?? left ?? state.used
        // A wrong header must not hold the account back for months.
        const latest = Math.max(spec.resetsAt(clock.now()), clock.now() + day)
        return withLimit(Math.max(0, used), limit, Math.min(seen.resetAt ?? state.resetAt, latest))
      }),
  }
}
