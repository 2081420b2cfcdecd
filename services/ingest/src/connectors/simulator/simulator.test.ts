import { Secret } from '@nabiz/shared/config'
import { hour, ManualClock, minute, second } from '@nabiz/shared/time'
import { afterEach, describe, expect, it } from 'vitest'
import { aContext } from '../../../tests/connector-context.ts'
import { answerWebhook } from '../../hosts/webhook-host.ts'
import type { Delivery, Item, WebhookRequest } from '../connector.ts'
import { demoBrands } from './simulated-brand.ts'
import { createSimulation } from './simulation.ts'
import { simulator } from './simulator.ts'

const start = Date.UTC(2026, 10, 2, 10)
const running: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const stop of running.splice(0)) await stop()
})

describe('the simulator as a stream', () => {
  it('delivers each second what was said in it, the same as the generator says', async () => {
    const { clock, items, go } = setup()
    const stream = go()
    await advance(clock, 3 * minute)
    await stream.stop()
    const sim = createSimulation({ seed: 'nabiz', brands: demoBrands })
    const expected = [0, 1, 2].flatMap((index) => sim.items(start + index * minute))
    expect(items).toEqual(expected)
    expect(stream.deliveries.length).toBeGreaterThan(170)
  })

  it('goes on from its cursor without a gap and without a repeat', async () => {
    const { clock, items, go } = setup()
    const first = go()
    await advance(clock, 90 * second)
    await first.stop()
    clock.advance(40 * minute)
    const second_ = go(first.cursor())
    await advance(clock, 5 * second)
    await second_.stop()
    const sim = createSimulation({ seed: 'nabiz', brands: demoBrands })
    const through = Array.from({ length: 43 }, (_, index) => sim.minute(start + index * minute)).flat()
    const to = clock.now()
    expect(items).toEqual(through.filter(({ at }) => at < to).map(({ item }) => item))
  })

  it('says how far behind it is while it catches up', async () => {
    const { clock, go } = setup({ continueFrom: start - hour })
    const stream = go()
    await advance(clock, 2 * second)
    await stream.stop()
    expect(stream.lags[0]).toBe(59 * minute)
    expect(stream.lags.at(-1)).toBe(0)
  })

  it('makes up for a day at most', async () => {
    const { clock, items, go } = setup({ continueFrom: start - 40 * hour })
    const stream = go()
    await advance(clock, 1 * second)
    await stream.stop()
    expect(
      Math.min(...items.filter((item) => !item.revision && item.text).map((item) => item.createdAt ?? 0)),
    ).toBeGreaterThan(start - 24 * hour)
  })

  it('starts the configured crisis by itself, once', async () => {
    const { clock, items, go } = setup({ crisis: { brand: 'tolvena', startsAfterSeconds: 30 } })
    const stream = go()
    await advance(clock, 4 * minute)
    await stream.stop()
    expect(crisisItems(items, 'tolvena').length).toBeGreaterThan(10)
    expect(crisisItems(items, 'tolvena')[0]?.createdAt).toBeGreaterThanOrEqual(start + 30 * second)
    expect(JSON.parse(stream.cursor() ?? '').crises).toHaveLength(1)
  })

  it('goes on with a crisis after a restart', async () => {
    const { clock, trigger, go } = setup()
    const stream = go()
    await advance(clock, 1 * second)
    expect((await trigger()).status).toBe(202)
    await advance(clock, 5 * second)
    await stream.stop()
    const restarted = setup({}, clock)
    const again = restarted.go(stream.cursor())
    await advance(clock, 5 * minute)
    await again.stop()
    expect(crisisItems(restarted.items, 'kuzey-air').length).toBeGreaterThan(20)
  })
})

describe('the trigger', () => {
  it('starts a crisis at once when this machine asks', async () => {
    const { clock, items, trigger, go } = setup()
    const stream = go()
    await advance(clock, 10 * second)
    const answer = await trigger()
    expect([answer.status, JSON.parse(answer.body ?? '')]).toEqual([
      202,
      { started: 'kuzey-air', at: new Date(start + 10 * second).toISOString(), simulated: true },
    ])
    await advance(clock, 6 * minute)
    await stream.stop()
    expect(crisisItems(items, 'kuzey-air').length).toBeGreaterThan(40)
    expect(crisisItems(items, 'lokmajet')).toEqual([])
  })

  it('refuses a second crisis of a brand while the first goes on', async () => {
    const { clock, trigger, go } = setup()
    go()
    await advance(clock, 1 * second)
    await trigger()
    expect((await trigger()).status).toBe(409)
    expect((await trigger({ query: { brand: 'lokmajet' } })).status).toBe(202)
  })

  it.each<[string, Partial<WebhookRequest>, number]>([
    ['another machine', { remoteAddress: '192.0.2.7' }, 403],
    ['a proxy on this machine', { headers: { 'x-forwarded-for': '192.0.2.7' } }, 403],
    ['a web page', { headers: { origin: 'https://evil.example' } }, 403],
    ['a GET', { method: 'GET' }, 405],
    ['an unknown brand', { query: { brand: 'nobody' } }, 400],
    ['no brand', { query: {} }, 400],
  ])('does nothing for %s', async (_who, overrides, status) => {
    const { clock, trigger, refused, go } = setup()
    const stream = go()
    await advance(clock, 1 * second)
    expect((await trigger(overrides)).status).toBe(status)
    expect(refused.length).toBe(status === 403 ? 1 : 0)
    await advance(clock, 1 * second)
    expect(JSON.parse(stream.cursor() ?? '').crises).toEqual([])
  })

  it('asks for the token when there is one, from wherever', async () => {
    const { clock, trigger, go } = setup({ token: new Secret('open-sesame') })
    go()
    await advance(clock, 1 * second)
    expect((await trigger()).status).toBe(401)
    expect((await trigger({ headers: { authorization: 'Bearer open-sesamf' } })).status).toBe(401)
    const headers = { authorization: 'Bearer open-sesame' }
    expect((await trigger({ headers, remoteAddress: '192.0.2.7' })).status).toBe(202)
  })

  it('says so when another replica simulates', async () => {
    const { trigger } = setup()
    expect((await trigger()).status).toBe(409)
  })
})

describe('the config', () => {
  it('needs nothing: the three invented brands are there', () => {
    expect(simulator.config.parse({}).simulatedBrands.map((brand) => brand.id)).toEqual([
      'kuzey-air',
      'lokmajet',
      'tolvena',
    ])
  })

  it('names the brands a crisis may have', () => {
    const result = simulator.config.safeParse({ crisis: { brand: 'nobody' } })
    expect(result.error?.issues[0]).toMatchObject({
      path: ['crisis', 'brand'],
      message: 'one of kuzey-air, lokmajet, tolvena',
    })
  })
})

type Options = Partial<Parameters<typeof simulator.create>[0]>

function setup(options: Options = {}, clock = new ManualClock(start)) {
  const config = { ...simulator.config.parse({}), ...options }
  const { ways } = simulator.create(config, aContext({ clock }))
  const stream = ways.find((way) => way.way === 'stream')
  const webhook = ways.find((way) => way.way === 'webhook')
  if (!stream || !webhook) throw new Error('the simulator has a stream and a trigger')
  const items: Item[] = []
  const refused: string[] = []
  const request: WebhookRequest = {
    method: 'POST',
    query: { brand: 'kuzey-air' },
    headers: {},
    body: new Uint8Array(),
    remoteAddress: '127.0.0.1',
  }
  return {
    clock,
    items,
    refused,
    trigger: (overrides: Partial<WebhookRequest> = {}) =>
      answerWebhook(
        webhook,
        { ...request, ...overrides },
        async () => {
          throw new Error('a trigger delivers nothing')
        },
        (reason) => refused.push(reason),
      ),
    go(cursor?: string) {
      const stopping = new AbortController()
      const deliveries: Delivery[] = []
      const lags: (number | undefined)[] = []
      let latest = cursor
      const done = stream.run(
        cursor,
        async (delivery, next, lagMs) => {
          deliveries.push(delivery)
          items.push(...delivery.items)
          lags.push(lagMs)
          latest = next
        },
        stopping.signal,
      )
      const stop = async () => {
        stopping.abort()
        await done
      }
      running.push(stop)
      return { deliveries, lags, cursor: () => latest, stop }
    },
  }
}

/** Moves the clock second by second and lets everything due run. */
async function advance(clock: ManualClock, ms: number): Promise<void> {
  const to = clock.now() + ms
  while (clock.now() < to) {
    await settle()
    clock.advance(Math.min(second, to - clock.now()))
  }
  await settle()
}

function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

function crisisItems(items: readonly Item[], brand: string): Item[] {
  return items.filter((item) => item.id.startsWith(`sim-${brand}-c`) && !item.own)
}
