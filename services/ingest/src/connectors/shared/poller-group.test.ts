import { DependencyError, type ErrorCode } from '@nabiz/shared/errors'
import { createLogger } from '@nabiz/shared/logging'
import { hour, ManualClock, minute } from '@nabiz/shared/time'
import { describe, expect, it } from 'vitest'
import type { Poll, PollerWay } from '../connector.ts'
import { createPollerGroup } from './poller-group.ts'

const signal = new AbortController().signal

describe('a group of pollers', () => {
  it('polls each at its own pace, with its own cursor, and says when the next is due', async () => {
    const { poll, polled, clock } = setup()
    const first = await poll(undefined)
    expect([polled, first.more]).toEqual([['often:'], true])
    const second = await poll(first.cursor)
    expect([polled, second.more, second.waitMs]).toEqual([['often:', 'seldom:'], false, minute])
    clock.advance(minute)
    let { cursor } = await poll(second.cursor)
    expect(polled).toEqual(['often:', 'seldom:', 'often:often 1'])
    clock.advance(hour - minute)
    ;({ cursor } = await poll(cursor))
    ;({ cursor } = await poll(cursor))
    expect(polled.slice(3).sort()).toEqual(['often:often 3', 'seldom:seldom 2'].sort())
  })

  it('polls at once where its clock was put back, and does not wait for the time to come again', async () => {
    const ahead = setup()
    ahead.clock.advance(5 * hour)
    const first = await ahead.poll(undefined)
    const { cursor } = await ahead.poll(first.cursor)
    const { poll, polled } = setup()
    const after = await poll(cursor)
    await poll(after.cursor)
    expect(polled.sort()).toEqual(['often:often 1', 'seldom:seldom 2'])
  })

  it('waits as long as a member asks for', async () => {
    const { poll } = setup({ often: () => ({ waitMs: 5_000 }) })
    const { cursor } = await poll(undefined)
    expect((await poll(cursor)).waitMs).toBe(5_000)
  })

  it('goes on with the others while a limit holds one back', async () => {
    const { poll, polled, clock } = setup({ seldom: () => limit(hour) })
    let { cursor } = await poll(undefined)
    await poll(cursor)
    for (let round = 0; round < 3; round += 1) {
      clock.advance(minute)
      const next = await poll(cursor)
      cursor = next.cursor ?? cursor
      expect(next.lagMs ?? 0).toBe(0)
    }
    expect(polled).toEqual(['often:', 'seldom:', 'often:often 1', 'often:often 3', 'often:often 4'])
  })

  it('is not well while a limit holds its first member back, whatever the others read', async () => {
    const { poll, clock } = setup({ often: () => limit(2 * hour) })
    await poll(undefined)
    clock.advance(10 * minute)
    const other = await poll(undefined)
    expect(other.lagMs).toBe(10 * minute)
    await expect(poll(other.cursor)).rejects.toMatchObject({ code: 'platform_quota', retryAfterMs: hour })
  })

  it('goes on when another than the first cannot be reached, and says so', async () => {
    const { poll, polled, clock, lines } = setup({ seldom: () => fault('http_network') })
    const { cursor } = await poll(undefined)
    await poll(cursor)
    clock.advance(minute)
    await poll(cursor)
    expect(polled).toEqual(['often:', 'seldom:', 'often:often 1'])
    expect(lines.join()).toContain('"part":"seldom","code":"http_network"')
  })

  it('asks a member again at once whose call was ended with the lease', async () => {
    const ending = new AbortController()
    let calls = 0
    const endsWithLease = () => {
      calls += 1
      if (calls > 1) return {}
      ending.abort()
      return fault('http_network')
    }
    const { group, polled } = setup({ seldom: endsWithLease })
    const { cursor } = await group.poll(undefined, signal)
    await expect(group.poll(cursor, ending.signal)).rejects.toMatchObject({ code: 'http_network' })
    await group.poll(cursor, signal)
    expect(polled).toEqual(['often:', 'seldom:', 'seldom:'])
  })

  it.each([
    ['often', 'http_network'],
    ['often', 'platform_auth'],
    ['seldom', 'platform_auth'],
    ['often', 'platform_rate_limited'],
    ['seldom', 'platform_rate_limited'],
  ] as const)('leaves it to its host when %s fails with %s', async (name, code) => {
    const { poll } = setup({ [name]: () => fault(code) })
    const twice = async () => await poll((await poll(undefined)).cursor)
    await expect(twice()).rejects.toMatchObject({ code })
  })

  it.each(['not json', '[]', '{"often":7}'])('starts anew from the cursor %j', async (cursor) => {
    const { poll, polled } = setup()
    await poll(cursor)
    expect(polled).toEqual(['often:'])
  })
})

function fault(code: ErrorCode): DependencyError {
  return new DependencyError(code, 'away', { retryable: true })
}

function limit(retryAfterMs: number): DependencyError {
  return new DependencyError('platform_quota', 'used', { retryable: true, retryAfterMs })
}

function setup(behaviour: Record<string, () => Partial<Poll> | Error> = {}) {
  const clock = new ManualClock(Date.UTC(2026, 10, 2))
  const polled: string[] = []
  const lines: string[] = []
  const logger = createLogger({
    service: 'ingest',
    level: 'debug',
    destination: { write: (line) => void lines.push(line) },
  })
  const member = (name: string, intervalMs: number): PollerWay => ({
    way: 'poller',
    intervalMs,
    async poll(cursor) {
      polled.push(`${name}:${cursor ?? ''}`)
      const told = behaviour[name]?.() ?? {}
      if (told instanceof Error) throw told
      return { delivery: { items: [] }, cursor: `${name} ${polled.length}`, more: false, ...told }
    },
  })
  const group = createPollerGroup({
    clock,
    logger,
    members: { often: member('often', minute), seldom: member('seldom', hour) },
  })
  return { clock, group, polled, lines, poll: (cursor: string | undefined) => group.poll(cursor, signal) }
}
