import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DependencyError } from '@nabiz/shared/errors'
import { createSilentLogger } from '@nabiz/shared/logging'
import { createRegistry } from '@nabiz/shared/metrics'
import { type EmbeddedStore, openEmbeddedStore } from '@nabiz/shared/store'
import { ManualClock, minute, second } from '@nabiz/shared/time'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Delivery, Poll, PollerWay, StreamWay } from '../connectors/connector.ts'
import { createTelemetry } from '../telemetry.ts'
import { createConditions } from './conditions.ts'
import { createPollerHost, createStreamHost, cursorKey } from './source-host.ts'

let folder: string
let store: EmbeddedStore
let clock: ManualClock
const stopping: (() => Promise<void>)[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nabiz-host-'))
  clock = new ManualClock(Date.UTC(2026, 10, 2))
  store = await openEmbeddedStore({ folder, clock, fsync: false })
})
afterEach(async () => {
  for (const stop of stopping.splice(0)) await stop()
  await store.close()
  await rm(folder, { recursive: true })
})

describe('a poller', () => {
  it('moves its cursor only after the log accepted', async () => {
    const { start, cursor, fail, advance } = setup()
    const asked: (string | undefined)[] = []
    fail(true)
    await start(
      poller(async (from) => {
        asked.push(from)
        return aPoll({ cursor: 'next' })
      }),
    )
    await advance(2 * second)
    expect(await cursor('poller')).toBeUndefined()
    fail(false)
    await advance(10 * second)
    expect(await cursor('poller')).toBe('next')
    expect(asked.slice(0, 2)).toEqual([undefined, undefined])
    expect(asked.at(-1)).toBe('next')
  })

  it('asks again at once while more waits, and says that it is catching up', async () => {
    const { start, condition, advance } = setup()
    let left = 3
    const seen: (string | undefined)[] = []
    await start(
      poller(async () => {
        seen.push(condition())
        left -= 1
        return aPoll({ more: left > 0 })
      }),
    )
    await advance(0)
    expect(left).toBe(0)
    expect(seen).toEqual(['starting', 'catching_up', 'catching_up'])
    expect(condition()).toBe('ok')
  })

  it('backs off from a second to two minutes, and is blind meanwhile', async () => {
    const { start, condition, advance } = setup()
    const times: number[] = []
    await start(
      poller(async () => {
        times.push(clock.now())
        throw new DependencyError('http_network', 'no line', { retryable: true })
      }),
    )
    await advance(20 * minute)
    const gaps = times.slice(1).map((at, index) => (at - (times[index] ?? 0)) / second)
    expect(gaps.slice(0, 8)).toEqual([1, 2, 3, 6, 12, 24, 48, 90])
    expect(Math.max(...gaps)).toBeLessThanOrEqual(120)
    expect(condition()).toBe('blind http_network')
  })

  it('waits as long as the platform asks, yet never less than its back-off and never more than an hour', async () => {
    const { start, advance } = setup()
    const times: number[] = []
    const asked = [0, 0, 0, 40 * second, 1e9 * second]
    await start(
      poller(async () => {
        const retryAfterMs = asked[times.length] ?? 0
        times.push(clock.now())
        throw new DependencyError('platform_rate_limited', 'slow down', { retryable: true, retryAfterMs })
      }),
    )
    await advance(60 * minute + 50 * second)
    const gaps = times.slice(1).map((at, index) => (at - (times[index] ?? 0)) / second)
    expect(gaps.slice(0, 5)).toEqual([1, 2, 3, 40, 3_600])
  })

  it('says of a fault of our own nothing but that it is one', async () => {
    const { start, condition, advance } = setup()
    await start(
      poller(async () => {
        JSON.parse('<html>text of somebody')
        return aPoll()
      }),
    )
    await advance(0)
    expect(condition()).toBe('blind internal_error')
  })
})

describe('a stream', () => {
  it('is catching up while it is more than a minute behind', async () => {
    const { start, condition, advance } = setup()
    let say: ((lagMs: number) => Promise<void>) | undefined
    await start({
      way: 'stream',
      run: (_cursor, next, signal) =>
        new Promise((resolve) => {
          say = (lagMs) => next(aPoll().delivery, 'c', lagMs)
          signal.addEventListener('abort', () => resolve())
        }),
    })
    await advance(0)
    await say?.(5 * minute)
    expect(condition()).toBe('catching_up')
    await say?.(2 * second)
    expect(condition()).toBe('ok')
  })

  it('is opened again from its cursor when it ends', async () => {
    const { start, advance } = setup()
    const opened: (string | undefined)[] = []
    await start({
      way: 'stream',
      async run(cursor, next) {
        opened.push(cursor)
        await next(aPoll().delivery, `after ${opened.length}`)
      },
    })
    await advance(5 * second)
    expect(opened.slice(0, 2)).toEqual([undefined, 'after 1'])
  })
})

function setup() {
  const conditions = createConditions(clock, () => undefined)
  const deliveries: Delivery[] = []
  let isFailing = false
  const options = {
    platform: 'test',
    account: 'main',
    store,
    clock,
    random: () => 0.5,
    conditions,
    telemetry: createTelemetry(createRegistry(), createSilentLogger()),
    holder: 'one',
    async accept(delivery: Delivery) {
      if (isFailing) throw new DependencyError('log_unavailable', 'away', { retryable: true })
      deliveries.push(delivery)
      return { received: 0, passed: 0, mentions: 0, dropped: {}, deadLettered: 0 }
    },
  }
  return {
    deliveries,
    fail: (value: boolean) => {
      isFailing = value
    },
    async start(way: PollerWay | StreamWay) {
      const host = way.way === 'poller' ? createPollerHost(way, options) : createStreamHost(way, options)
      stopping.push(host.stop)
      await host.start()
    },
    condition() {
      const [now] = conditions.current()
      return now && [now.condition, ...(now.reason ? [now.reason] : [])].join(' ')
    },
    async cursor(way: string) {
      const value = await store.get(cursorKey('test', 'main', way))
      return value && Buffer.from(value).toString()
    },
    async advance(ms: number) {
      const end = clock.now() + ms
      await settle()
      while (clock.now() < end) {
        clock.advance(1 * second)
        await settle()
      }
    },
  }
}

/** Lets store writes and what waits for them happen. */
async function settle(): Promise<void> {
  for (let i = 0; i < 3; i += 1) await store.compareAndSet('settle', undefined, undefined)
  await new Promise((resolve) => setImmediate(resolve))
}

function poller(poll: PollerWay['poll']): PollerWay {
  return { way: 'poller', intervalMs: 1 * second, poll }
}

function aPoll(overrides: Partial<Poll> = {}): Poll {
  return { delivery: { items: [] }, cursor: undefined, more: false, ...overrides }
}
