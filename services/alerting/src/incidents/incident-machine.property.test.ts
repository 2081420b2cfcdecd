import { minute } from '@nabiz/shared/time'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aContext, anAct, aTransition, start } from '../../tests/builders.ts'
import { applyDelivery, beginDelivery } from '../deliveries/apply-delivery.ts'
import { applyTimer, timersOf } from '../escalation/apply-timer.ts'
import { applyBreach } from './apply-breach.ts'
import { Draft } from './draft.ts'
import { emptyState, isOutstanding, type PartitionState } from './incident.ts'

const signal = fc.constantFrom('volume', 'negative', 'negativity', 'reach')
const event = fc.oneof(
  fc.record({
    do: fc.constant('transition' as const),
    id: fc.integer({ min: 0, max: 40 }),
    episode: fc.integer({ min: 0, max: 6 }),
    signal,
    transition: fc.constantFrom('opened', 'escalated', 'recovered'),
    severity: fc.double({ min: 0.1, max: 20, noNaN: true }),
  }),
  fc.record({
    do: fc.constant('act' as const),
    id: fc.integer({ min: 0, max: 40 }),
    act: fc.constantFrom('acknowledge', 'resolve', 'silence', 'mark', 'drill'),
    minutes: fc.integer({ min: -5, max: 60 }),
  }),
  fc.record({ do: fc.constant('wait' as const), minutes: fc.integer({ min: 0, max: 300 }) }),
  fc.record({
    do: fc.constant('deliver' as const),
    result: fc.constantFrom('delivered', 'refused', 'failed'),
  }),
)

describe('the incident machine', () => {
  it('keeps its promises whatever happens in whatever order', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        let state: PartitionState = emptyState
        const context = aContext()
        const told = new Set<string>()
        const records = new Map<string, { sequence: number; state: string }>()
        const recordIds = new Set<string>()

        function apply(change: (draft: Draft) => void): void {
          const base = state
          const image = JSON.stringify([...base.incidents])
          const draft = new Draft(base)
          change(draft)
          const drafted = draft.finish(context.now)
          expect(JSON.stringify([...base.incidents])).toBe(image)
          for (const record of drafted.records) {
            const before = records.get(record.incident)
            // Every change is written once, in order, and an incident begins by opening.
            expect(record.sequence).toBe(before ? before.sequence + 1 : 0)
            if (!before) expect(record.change).toBe('opened')
            if (record.change === 'resolved') expect(before?.state).not.toBe('resolved')
            expect(recordIds.has(record.id)).toBe(false)
            recordIds.add(record.id)
            records.set(record.incident, record)
          }
          for (const incident of drafted.state.incidents.values()) {
            const known = base.incidents.get(incident.id)
            const fresh = incident.deliveries.filter(
              (entry) =>
                !known?.deliveries.some(
                  (old) => old.channel === entry.channel && old.sequence === entry.sequence,
                ),
            )
            for (const delivery of fresh) {
              const name = `${incident.id} ${delivery.channel} ${delivery.sequence}`
              expect(told.has(name)).toBe(false)
              told.add(name)
              expect(incident.transitions[delivery.leading]).toBeDefined()
              if (known && known.state !== 'open' && incident.state === known.state)
                expect(['update', 'resolved']).toContain(delivery.kind)
            }
            if (incident.state !== 'open') {
              expect(incident.ladder).toBeUndefined()
              expect(incident.deliveries.some((d) => d.kind === 'escalation' && d.status === 'pending')).toBe(
                false,
              )
            }
            if (incident.state === 'resolved')
              expect(incident.episodes.some((entry) => entry.firing)).toBe(false)
          }
          state = drafted.state
        }

        for (const [offset, step] of events.entries()) {
          if (step.do === 'wait') {
            context.now += step.minutes * minute
            for (const timer of timersOf(state)) apply((draft) => applyTimer(draft, timer, context))
            // A timer that fired stands in the future or not at all: none fires for ever.
            for (const timer of timersOf(state)) expect(timer.dueAt).toBeGreaterThan(context.now - 1)
          } else if (step.do === 'transition') {
            const { id, episode, transition, severity } = step
            const record = aTransition({
              id: transition === 'opened' ? `e${episode}` : `t${id}`,
              episode: `e${episode}`,
              signal: step.signal,
              transition,
              severity,
              at: context.now,
            })
            apply((draft) => applyBreach(draft, record, offset, context))
          } else if (step.do === 'act') {
            const until = Math.max(0, context.now + step.minutes * minute)
            const act = anAct({ id: `a${step.id}`, act: step.act, until, at: context.now })
            apply((draft) => applyBreach(draft, act, offset, context))
          } else {
            for (const incident of state.incidents.values()) {
              const next = incident.deliveries.find(isOutstanding)
              if (!next) continue
              const name = { incident: incident.id, channel: next.channel, sequence: next.sequence }
              apply((draft) => void beginDelivery(draft, name, 1))
              const result = { kind: step.result, detail: 'x' }
              apply((draft) => void applyDelivery(draft, name, result, context, () => 0.5))
            }
          }
        }
        expect(start).toBeLessThanOrEqual(context.now)
      }),
      { numRuns: 500 },
    )
  })
})
