import type { ConfigChange, ConfigView } from '@nabiz/shared/config-view'
import type { ConfigCopy } from '@nabiz/shared/contracts'
import type { Log } from '@nabiz/shared/log'
import type { Part } from '@nabiz/shared/pipeline'
import { type Clock, day, second } from '@nabiz/shared/time'
import { type BrandMatcher, BrandPatternsError, createBrandMatcher } from '../matching/brand-matcher.ts'
import type { IngestTelemetry } from '../telemetry.ts'
import { copiesOfBrand, copyOfRemoval, copyRecord } from './config-copies.ts'

const retryMs = 5 * second
/** Copies written in one append. */
const chunk = 1_000

type Brand = ReturnType<ConfigView['brands']>[number]

export interface BrandBookOptions {
  log: Pick<Log, 'append'>
  view: Pick<ConfigView, 'brands' | 'thresholds' | 'removed' | 'onChange'>
  clock: Clock
  telemetry: IngestTelemetry
  /** A relay failed and is tried again. */
  onError(err: unknown): void
}

/** The brands that are watched, each only once scoring can know it. */
export interface BrandBook extends Part {
  matcher(): BrandMatcher
  isWatched(brand: string): boolean
}

/**
 * Relays config changes into the brands' partitions, and only then lets the matcher name those brands: a mention never
 * stands in the log before the config it is counted under. Every replica relays (scoring ignores a copy it has); the
 * full config is repeated daily, so that a log of 15 days can be read by itself.
 */
export function createBrandBook(options: BrandBookOptions): BrandBook {
  const { log, view, clock, telemetry } = options
  const stopping = new AbortController()
  let matcher = createBrandMatcher([])
  let watched = new Set<string>()
  let pending: ConfigChange[] = []
  let wake = new AbortController()
  let running: Promise<void> | undefined
  let unsubscribe: (() => void) | undefined

  async function relay(copies: readonly ConfigCopy[]): Promise<void> {
    for (let from = 0; from < copies.length; from += chunk) {
      await log.append(copies.slice(from, from + chunk).map(copyRecord))
    }
    if (copies.length > 0) telemetry.configRelayed(copies.length)
  }

  async function relayAll(brands: readonly Brand[]): Promise<void> {
    // A brand removed while nobody relayed would be watched by scoring for good.
    const removals = view.removed('brand').map(({ id, offset }) => copyOfRemoval(id, offset))
    await relay([...removals, ...brands.flatMap((brand) => copiesOfBrand(view, brand))])
  }

  async function relayChanges(changes: readonly ConfigChange[], brands: readonly Brand[]): Promise<void> {
    const concerned = new Set<string>()
    const removals: ConfigCopy[] = []
    for (const change of changes) {
      if (change.kind === 'thresholds') {
        for (const { id, content } of brands)
          if (content.thresholds === change.id || content.shadow === change.id) concerned.add(id)
      } else if (change.kind === 'brand') {
        if (change.active) concerned.add(change.id)
        else removals.push(copyOfRemoval(change.id, change.offset))
      }
    }
    const active = brands.filter((brand) => concerned.has(brand.id))
    await relay([...removals, ...active.flatMap((brand) => copiesOfBrand(view, brand))])
  }

  /** Takes the brands that were relayed, not those of now: a change may have come in between. */
  function rebuild(brands: readonly Brand[]): void {
    matcher = createBrandMatcher(brands.filter((brand) => !brand.content.probe).map((brand) => brand.content))
    watched = new Set(brands.map((brand) => brand.id))
    telemetry.matcherBuilt(brands.length, matcher.patternCount)
  }

  async function run(): Promise<void> {
    let repeatAt = clock.now() + day
    while (!stopping.signal.aborted) {
      const signal = AbortSignal.any([stopping.signal, wake.signal])
      if (pending.length === 0) await clock.sleep(Math.max(1, repeatAt - clock.now()), signal)
      if (stopping.signal.aborted) return
      wake = new AbortController()
      const changes = pending
      pending = []
      const brands = view.brands()
      try {
        if (clock.now() >= repeatAt) {
          await relayAll(brands)
          repeatAt = clock.now() + day
        }
        await relayChanges(changes, brands)
        if (changes.some((change) => change.kind === 'brand')) rebuild(brands)
      } catch (err) {
        // Trying again mends no pattern; the brands stay as they were until the next change.
        if (err instanceof BrandPatternsError) {
          options.onError(err)
          continue
        }
        pending = [...changes, ...pending]
        options.onError(err)
        await clock.sleep(retryMs, stopping.signal)
      }
    }
  }

  return {
    name: 'brand book',
    matcher: () => matcher,
    isWatched: (brand) => watched.has(brand),
    async start() {
      // Listening begins first: a change that comes during the relay is relayed after it.
      const brands = view.brands()
      unsubscribe = view.onChange((change) => {
        pending.push(change)
        wake.abort()
      })
      try {
        await relayAll(brands)
        rebuild(brands)
      } catch (err) {
        unsubscribe()
        throw err
      }
      running = run()
    },
    async stop() {
      unsubscribe?.()
      stopping.abort()
      await running
    },
  }
}
