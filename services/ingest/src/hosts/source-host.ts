import { DependencyError } from '@nabiz/shared/errors'
import type { Store } from '@nabiz/shared/store'
import { type Clock, hour, minute, second } from '@nabiz/shared/time'
import type { Accept, PollerWay, StreamWay } from '../connectors/connector.ts'
import type { IngestTelemetry } from '../telemetry.ts'
import type { ConditionReport, Conditions } from './conditions.ts'
import { createLeasedLoop } from './leased-loop.ts'

const firstBackOffMs = 1 * second
const longestBackOffMs = 2 * minute
/** A platform that asks for a longer pause is asked again all the same: nobody should be blind for days by one header. */
const longestPauseMs = 1 * hour
/** A source further behind than this is catching up. */
const behindMs = 1 * minute

export interface SourceHostOptions {
  platform: string
  account: string
  accept: Accept
  store: Store
  clock: Clock
  random: () => number
  conditions: Conditions
  telemetry: IngestTelemetry
  /** Stable name of this replica. */
  holder: string
}

/** Key of an account's cursor in the store. */
export function cursorKey(platform: string, account: string, way: string): string {
  return `cursor/${platform}/${account}/${way}`
}

/** Key of the time at which an account's cursor moved last, ms as text. */
export function cursorMovedKey(platform: string, account: string, way: string): string {
  return `cursor-moved/${platform}/${account}/${way}`
}

/** Polls one account on one replica: back-off with jitter, cursor moved only after the log accepted. */
export function createPollerHost(way: PollerWay, options: SourceHostOptions) {
  return createSourceHost('poller', options, async (cursors, signal) => {
    while (!signal.aborted) {
      const poll = await way.poll(await cursors.read(), signal)
      if (signal.aborted && poll.delivery.items.length === 0) return
      await options.accept(poll.delivery)
      if (poll.cursor !== undefined) await cursors.write(poll.cursor)
      const isBehind = poll.lagMs === undefined ? poll.more : poll.lagMs > behindMs
      cursors.succeeded(isBehind ? 'catching_up' : 'ok', poll.lagMs)
      if (!poll.more) await options.clock.sleep(poll.waitMs ?? way.intervalMs, signal)
    }
  })
}

/** Reads one account's stream on one replica; reconnects with back-off and resumes from the cursor. */
export function createStreamHost(way: StreamWay, options: SourceHostOptions) {
  return createSourceHost('stream', options, async (cursors, signal) => {
    const next: Parameters<StreamWay['run']>[1] = async (delivery, cursor, lagMs = 0) => {
      await options.accept(delivery)
      if (cursor !== undefined) await cursors.write(cursor)
      cursors.succeeded(lagMs > behindMs ? 'catching_up' : 'ok', lagMs)
    }
    await way.run(await cursors.read(), next, signal)
  })
}

interface Cursors {
  read(): Promise<string | undefined>
  write(cursor: string): Promise<void>
  succeeded(condition: ConditionReport['condition'], lagMs?: number): void
}

/** `session` works until it ends (a stream's end) or throws; then it is started again after a pause. */
function createSourceHost(
  way: 'poller' | 'stream',
  options: SourceHostOptions,
  session: (cursors: Cursors, signal: AbortSignal) => Promise<void>,
) {
  const { platform, account, store, clock, conditions, telemetry } = options
  const key = cursorKey(platform, account, way)
  let failures = 0
  const cursors: Cursors = {
    async read() {
      const value = await store.get(key)
      return value && Buffer.from(value).toString('utf8')
    },
    // When it moved is kept beside it, for people: `nabiz connectors` shows its age.
    write: (cursor) =>
      store.setMany([
        { key, value: Buffer.from(cursor, 'utf8') },
        { key: cursorMovedKey(platform, account, way), value: Buffer.from(String(clock.now()), 'utf8') },
      ]),
    succeeded(condition, lagMs = 0) {
      failures = 0
      conditions.report(platform, account, way, { condition, ...(lagMs > 0 ? { lagMs } : {}) })
    },
  }

  async function work(signal: AbortSignal): Promise<void> {
    conditions.report(platform, account, way, { condition: 'starting' })
    while (!signal.aborted) {
      try {
        await session(cursors, signal)
        if (way === 'stream' && !signal.aborted) await pause(new Error('the stream ended'), signal)
      } catch (err) {
        if (!signal.aborted) await pause(err, signal)
      }
    }
    conditions.forget(platform, account, way)
  }

  async function pause(err: unknown, signal: AbortSignal): Promise<void> {
    failures += 1
    const backOff = Math.min(longestBackOffMs, firstBackOffMs * 2 ** (failures - 1))
    const ownMs = Math.ceil(backOff * (0.5 + options.random() / 2))
    const askedMs = (err instanceof DependencyError ? err.retryAfterMs : undefined) ?? 0
    const waitMs = Math.max(ownMs, Math.min(askedMs, longestPauseMs))
    const reason = err instanceof DependencyError ? err.code : 'internal_error'
    conditions.report(platform, account, way, { condition: 'blind', reason })
    telemetry.pollFailed(platform, account, err, waitMs)
    await clock.sleep(waitMs, signal)
  }

  return createLeasedLoop({
    store,
    clock,
    name: `source/${platform}/${account}/${way}`,
    holder: options.holder,
    work,
    onWaiting: () => conditions.forget(platform, account, way),
    onError: (err) => telemetry.pollFailed(platform, account, err, 0),
  })
}
