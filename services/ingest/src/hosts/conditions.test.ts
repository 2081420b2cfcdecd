import { ManualClock } from '@nabiz/shared/time'
import { expect, it } from 'vitest'
import { createConditions } from './conditions.ts'

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
