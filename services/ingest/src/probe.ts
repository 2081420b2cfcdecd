import type { BrandConfig, BrandVersion } from '@nabiz/shared/contracts'
import type { Store } from '@nabiz/shared/store'
import { type Clock, hour, minute } from '@nabiz/shared/time'
import type { Accept } from './connectors/connector.ts'
import { createLeasedLoop } from './hosts/leased-loop.ts'

/** The internal brand whose hourly page proves that the whole line works. */
export const probeBrandId = 'nabiz-probe'

/** The probe brand's config: no patterns, so that no text ever names it. */
export const probeBrand: BrandVersion = {
  id: probeBrandId,
  name: 'Nabız probe',
  language: 'en',
  timeZone: 'UTC',
  names: [],
  aliases: [],
  handles: [],
  hashtags: [],
  exclusions: [],
  thresholds: 'default' satisfies BrandConfig['thresholds'],
  plan: 'default',
  zoneOffsets: [{ from: 0, minutes: 0 }],
  probe: true,
}

export interface ProbeOptions {
  accept: Accept
  store: Store
  clock: Clock
  holder: string
  onError(err: unknown): void
}

/** Sends one mention of the probe brand at start and every hour, from one replica at a time. */
export function createProbe(options: ProbeOptions) {
  const { clock } = options
  return createLeasedLoop({
    store: options.store,
    clock,
    name: 'source/probe',
    holder: options.holder,
    onError: options.onError,
    async work(signal) {
      while (!signal.aborted) {
        const now = clock.now()
        const sent = await send(now)
        const next = sent ? (Math.floor(now / hour) + 1) * hour - now : minute
        await clock.sleep(next, signal)
      }
    },
  })

  async function send(now: number): Promise<boolean> {
    try {
      await options.accept({
        items: [
          {
            id: `probe-${Math.floor(now / hour)}`,
            kind: 'post',
            text: '',
            createdAt: now,
            operation: 'upsert',
            visibility: 'public',
            own: false,
            brands: [probeBrandId],
          },
        ],
      })
      return true
    } catch (err) {
      options.onError(err)
      return false
    }
  }
}
