import { ManualClock, second } from '@nabiz/shared/time'
import { describe, expect, it } from 'vitest'
import { createConditions } from './conditions.ts'

const start = Date.UTC(2026, 10, 2)

describe('the condition of an account', () => {
  it('is that of the best of its ways, whichever was told first', () => {
    const { conditions, told } = setup()
    conditions.report('facebook', 'main', 'webhook', { condition: 'ok' })
    conditions.report('facebook', 'main', 'poller', { condition: 'blind', reason: 'http_network' })
    expect(told()).toEqual(['facebook/main ok'])
    conditions.report('facebook', 'main', 'webhook', { condition: 'blind', reason: 'log_unavailable' })
    conditions.report('facebook', 'main', 'poller', { condition: 'catching_up' })
    expect(told()).toEqual(['facebook/main catching_up'])
  })

  it.each([
    ['webhook', 'poller'],
    ['poller', 'webhook'],
  ])('is blind when the platform refuses the token, though its webhook is mounted (%s first)', (first) => {
    const { conditions, told } = setup()
    const refused = () =>
      conditions.report('facebook', 'main', 'poller', { condition: 'blind', reason: 'platform_auth' })
    if (first === 'poller') refused()
    conditions.report('facebook', 'main', 'webhook', { condition: 'ok' })
    if (first === 'webhook') refused()
    expect(told()).toEqual(['facebook/main blind platform_auth'])
    conditions.report('facebook', 'main', 'poller', { condition: 'ok' })
    expect(told()).toEqual(['facebook/main ok'])
  })

  it('is ok with a webhook alone, and keeps other accounts out of it', () => {
    const { conditions, told } = setup()
    conditions.report('facebook', 'main', 'webhook', { condition: 'ok' })
    conditions.report('facebook', 'second', 'poller', { condition: 'blind', reason: 'platform_auth' })
    expect(told()).toEqual(['facebook/main ok', 'facebook/second blind platform_auth'])
  })

  it('tells when it last worked, also while it does not', () => {
    const { conditions, clock } = setup()
    conditions.report('telegram', 'main', 'poller', { condition: 'ok' })
    clock.advance(9 * second)
    conditions.report('telegram', 'main', 'poller', { condition: 'blind', reason: 'platform_auth' })
    expect(conditions.current()[0]?.lastSuccessAt).toBe(start)
  })

  it.each([[['poller', 'webhook']], [['webhook', 'poller']]])(
    'tells when a refused token last worked, not when its webhook did (%s)',
    (ways) => {
      const { conditions, clock } = setup()
      for (const way of ways) conditions.report('facebook', 'main', way, { condition: 'ok' })
      clock.advance(9 * second)
      conditions.report('facebook', 'main', 'poller', { condition: 'blind', reason: 'platform_auth' })
      conditions.report('facebook', 'main', 'webhook', { condition: 'ok' })
      expect(conditions.current()[0]?.lastSuccessAt).toBe(start)
    },
  )
})

describe('the condition of a platform whose items another one brings', () => {
  it('is that of the way that brings them, not of the others', () => {
    const { conditions, told } = setup()
    conditions.carry('facebook', 'main', 'webhook', 'messenger')
    conditions.report('facebook', 'main', 'webhook', { condition: 'ok' })
    conditions.report('facebook', 'main', 'poller', { condition: 'starting' })
    expect(told()).toEqual(['facebook/main ok', 'messenger/main ok'])
    conditions.report('facebook', 'main', 'webhook', { condition: 'blind', reason: 'log_unavailable' })
    conditions.report('facebook', 'main', 'poller', { condition: 'ok' })
    expect(told()).toEqual(['facebook/main ok', 'messenger/main blind log_unavailable'])
  })

  it('is blind with the account that brings it when its token is refused', () => {
    const { conditions, told } = setup()
    conditions.carry('facebook', 'main', 'webhook', 'messenger')
    conditions.report('facebook', 'main', 'webhook', { condition: 'ok' })
    conditions.report('facebook', 'main', 'poller', { condition: 'blind', reason: 'platform_auth' })
    expect(told()).toEqual(['facebook/main blind platform_auth', 'messenger/main blind platform_auth'])
  })

  it('joins an account of that platform with the same name, and sees the brands of both', () => {
    const { conditions, told } = setup({ 'facebook/main': ['kuzey'], 'messenger/main': ['bora'] })
    conditions.carry('facebook', 'main', 'webhook', 'messenger')
    conditions.report('facebook', 'main', 'webhook', { condition: 'ok' })
    conditions.report('messenger', 'main', 'poller', { condition: 'starting' })
    expect(told()).toEqual(['facebook/main ok', 'messenger/main ok'])
    expect(conditions.current()[1]?.brands?.sort()).toEqual(['bora', 'kuzey'])
    conditions.report('messenger', 'main', 'poller', { condition: 'blind', reason: 'platform_auth' })
    expect(told()).toEqual(['facebook/main ok', 'messenger/main blind platform_auth'])
  })
})

it('says of an account that it is as blind as the best of its ways, and when either worked last', () => {
  const clock = new ManualClock(1_000)
  const conditions = createConditions(clock, () => undefined)
  conditions.report('mastodon', 'main', 'stream', { condition: 'ok' })
  clock.advance(500)
  conditions.report('mastodon', 'main', 'poller', { condition: 'ok' })
  clock.advance(500)
  conditions.report('mastodon', 'main', 'poller', { condition: 'blind', reason: 'http_status' })
  expect(conditions.current()).toEqual([
    { platform: 'mastodon', account: 'main', condition: 'ok', lastSuccessAt: 1_500 },
  ])
})

function setup(brands: Record<string, string[]> = {}) {
  const clock = new ManualClock(start)
  const conditions = createConditions(clock, (platform, account) => brands[`${platform}/${account}`])
  return {
    clock,
    conditions,
    told: () =>
      conditions
        .current()
        .map(({ platform, account, condition, reason }) =>
          [`${platform}/${account}`, condition, ...(reason ? [reason] : [])].join(' '),
        )
        .sort(),
  }
}
