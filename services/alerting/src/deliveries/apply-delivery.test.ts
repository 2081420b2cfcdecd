import { minute, second } from '@nabiz/shared/time'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aContext, aPlan, aTransition, someSettings, start } from '../../tests/builders.ts'
import type { DeliveryResult } from '../channels/index.ts'
import { applyBreach } from '../incidents/apply-breach.ts'
import type { ApplyContext } from '../incidents/context.ts'
import { Draft } from '../incidents/draft.ts'
import { emptyState } from '../incidents/incident.ts'
import { applyDelivery, beginDelivery, reclaimDeliveries } from './apply-delivery.ts'
import { backOffMs, maxAttempts } from './back-off.ts'

describe('applyDelivery', () => {
  it('writes down the result of a try that was begun, and only of such', () => {
    const { draft, name, finish } = paged()
    expect(finish({ kind: 'delivered' })).toBeUndefined()
    beginDelivery(draft, name('pager'), 7)
    expect(finish({ kind: 'delivered' })).toMatchObject({ status: 'delivered', attempts: 1, token: 7 })
    expect(beginDelivery(draft, name('pager'), 7)).toBeUndefined()
  })

  it('waits at least as long as the receiver asked for', () => {
    const { draft, name, finish } = paged()
    beginDelivery(draft, name('pager'), 1)
    const after = finish({ kind: 'failed', detail: 'answered 429', retryAfterMs: minute })
    expect(after).toMatchObject({ status: 'pending', nextTryAt: start + minute })
  })

  it('marks the next try as a possible repeat when nobody answered, and not when somebody did', () => {
    const { draft, name, finish } = paged()
    beginDelivery(draft, name('pager'), 1)
    expect(finish({ kind: 'failed', detail: 'answered 503' })?.maybeRepeat).toBe(false)
    beginDelivery(draft, name('pager'), 1)
    const unanswered = { kind: 'failed', detail: 'http_network', mayHaveArrived: true } as const
    expect(finish(unanswered)?.maybeRepeat).toBe(true)
  })

  it('makes the next step due at once when a channel fails for good, once for a step', () => {
    const { draft, incident, name, finish } = paged(['pager', 'phone'])
    for (const channel of ['pager', 'phone']) {
      beginDelivery(draft, name(channel), 1)
      finish({ kind: 'refused', detail: 'answered 403' }, channel)
    }
    const kinds = incident().deliveries.map((entry) => `${entry.channel} ${entry.kind}`)
    expect(kinds).toEqual(['pager page', 'phone page', 'chat escalation'])
  })

  it('waits for its time before it goes round again, so dead channels are not hammered', () => {
    const { draft, incident, name, finish } = paged()
    beginDelivery(draft, name('pager'), 1)
    finish({ kind: 'refused', detail: 'x' })
    const second = incident().deliveries[1]
    if (!second) throw new Error('no second delivery')
    beginDelivery(draft, { ...name('chat'), sequence: second.sequence }, 1)
    finish({ kind: 'refused', detail: 'x' }, 'chat', second.sequence)
    expect(incident().deliveries).toHaveLength(2)
    expect(incident().ladder).toMatchObject({ step: 1, dueAt: start + 20 * minute })
  })

  it('gives up after its tries', () => {
    const { draft, name, finish } = paged()
    for (let attempt = 1; attempt <= maxAttempts; attempt++) {
      expect(beginDelivery(draft, name('pager'), 1)?.attempts).toBe(attempt)
      const after = finish({ kind: 'failed', detail: 'answered 500' })
      expect(after?.status).toBe(attempt === maxAttempts ? 'failed' : 'pending')
    }
  })

  it('marks what was under way when its sender ended, and nothing else', () => {
    const { draft, incident, name } = paged(['pager', 'phone'])
    beginDelivery(draft, name('pager'), 1)
    reclaimDeliveries(draft, start)
    expect(incident().deliveries.map((entry) => [entry.status, entry.maybeRepeat])).toEqual([
      ['pending', true],
      ['pending', false],
    ])
  })
})

describe('backOffMs', () => {
  it('spreads six tries over three to seven minutes', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 0.999, noNaN: true }), (random) => {
        let total = 0
        for (let attempt = 1; attempt < maxAttempts; attempt++) total += backOffMs(attempt, () => random)
        expect(total).toBeGreaterThan(3 * minute)
        expect(total).toBeLessThan(7 * minute)
        expect(backOffMs(1, () => random, 12 * minute)).toBeLessThanOrEqual(5 * minute)
        expect(backOffMs(1, () => random)).toBeGreaterThanOrEqual(second)
      }),
    )
  })
})

function paged(firstStep: string[] = ['pager']) {
  const plan = aPlan({
    steps: [
      { channels: firstStep, escalateAfterMinutes: 10 },
      { channels: ['chat'], escalateAfterMinutes: 20 },
    ],
  })
  const context: ApplyContext = aContext({ settings: (id) => someSettings({ id, plan }) })
  const draft = new Draft(emptyState)
  applyBreach(draft, aTransition(), 0, context)
  const incident = () => {
    const [first] = draft.incidents()
    if (!first) throw new Error('no incident')
    return first
  }
  const first = incident().deliveries[0]?.sequence ?? -1
  const name = (channel: string) => ({ incident: incident().id, channel, sequence: first })
  const finish = (result: DeliveryResult, channel = 'pager', sequence = first) =>
    applyDelivery(draft, { ...name(channel), sequence }, result, context, () => 0.5)
  return { draft, incident, name, finish }
}
