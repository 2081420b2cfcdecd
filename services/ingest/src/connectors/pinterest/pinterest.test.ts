import { afterEach, describe, expect, it, vi } from 'vitest'
import { aDecoder, mentionsOf } from '../../../tests/decoding.ts'
import { pinterest } from './pinterest.ts'

const environment = { SECRET: 'invented', REFRESH: 'invented-refresh' }
const config = {
  appId: '1500000',
  appSecret: { env: 'SECRET' },
  refreshToken: { env: 'REFRESH' },
  pinBrands: ['kuzey-air'],
}

afterEach(() => {
  vi.unstubAllEnvs()
})

describe('pins', () => {
  it('without a zone are in UTC, wherever the server stands (PI-1)', async () => {
    vi.stubEnv('TZ', 'America/New_York')
    const decoded = await decoder().api('pins', { items: [aPin({ created_at: '2026-09-30T10:00:00' })] })
    expect(mentionsOf(decoded)[0]?.createdAt).toBe(Date.UTC(2026, 8, 30, 10))
  })

  it('without any text are mentions without a text, and counted all the same (PI-2)', async () => {
    const pin = aPin({ title: null, description: null, alt_text: null, link: null })
    const { outcomes } = await decoder().api('pins', { items: [pin], bookmark: null })
    expect(outcomes).toMatchObject([
      { outcome: 'mention', mention: { id: '813744226420795884', text: '', own: true } },
      { outcome: 'metric', metric: { counter: 'likes', total: 4 } },
      { outcome: 'metric', metric: { counter: 'comments', total: 12 } },
    ])
  })

  it('have a number of comments that counts, since no comment has a text', async () => {
    const { outcomes } = await decoder().api('pins', { items: [aPin()] })
    const counted = outcomes.flatMap((one) => (one.outcome === 'metric' ? [one.metric] : []))
    expect(counted.map(({ itemised }) => itemised)).toEqual([undefined, undefined])
  })

  it("are strangers' when the partner search found them, with neither author nor time", async () => {
    const item = { id: '9', title: 'Kuzey Air çanta', description: null, link: 'https://example.com/a' }
    expect(mentionsOf(await decoder().api('search', { items: [item] }))).toMatchObject([
      { id: '9', text: 'Kuzey Air çanta', own: false, createdAtFlag: 'missing' },
    ])
  })

  it('have figures by the day, of which an unfinished one is no drop and counts once it is done (PI-5)', async () => {
    const day = (date: string, data_status: string, TOTAL_COMMENTS: number) => ({
      date,
      data_status,
      metrics: { TOTAL_COMMENTS },
    })
    const counted = async (...daily_metrics: unknown[]) =>
      (await decoder().api('analytics', { all: { daily_metrics } })).outcomes
    const done = day('2026-09-29', 'READY', 12)
    const twelve = { outcome: 'metric', metric: { counter: 'comments', total: 12, brands: ['kuzey-air'] } }
    expect(await counted(done, day('2026-09-30', 'PROCESSING', 0))).toMatchObject([
      { outcome: 'drop', reason: 'unfinished' },
      twelve,
    ])
    expect(await counted(day('2026-09-30', 'PROCESSING', 0))).toEqual([
      { outcome: 'drop', reason: 'unfinished' },
    ])
    expect(await counted(done, day('2026-09-30', 'READY', 30))).toMatchObject([{ metric: { total: 42 } }])
    expect(await counted(day('2026-09-28', 'BEFORE_PIN_CREATED', 0), done)).toMatchObject([
      { outcome: 'drop', reason: 'not_content' },
      twelve,
    ])
  })

  it.each(['<html>', '[]', '{"all":{"daily_metrics":7}}', '{"all":{"daily_metrics":[7]}}'])(
    'have figures by the day that are kept when they cannot be read (%s)',
    async (body) => {
      const { outcomes } = await decoder().api('analytics', body)
      expect(outcomes.map(({ outcome }) => outcome)).toEqual(['deadLetter'])
    },
  )

  it.each(['<html>', '[]', '{"items":7}', '{"items":[7]}'])(
    'that cannot be read (%s) are kept',
    async (body) => {
      const { outcomes } = await decoder().api('pins', body)
      expect(outcomes.map(({ outcome }) => outcome)).toEqual(['deadLetter'])
    },
  )
})

function decoder() {
  return aDecoder({ factory: pinterest, config, environment })
}

function aPin(overrides: Record<string, unknown> = {}) {
  return {
    id: '813744226420795884',
    created_at: '2026-09-30T10:00:00',
    title: null,
    description: 'Marka çanta inceleme',
    link: 'https://example.com/a',
    board_owner: { username: 'brand' },
    is_owner: true,
    pin_metrics: { lifetime_metrics: { reaction: 4, comment: 12 } },
    ...overrides,
  }
}
