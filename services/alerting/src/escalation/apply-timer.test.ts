import { minute } from '@nabiz/shared/time'
import { describe, expect, it } from 'vitest'
import { aContext, anAct, aTransition, start } from '../../tests/builders.ts'
import { applyBreach } from '../incidents/apply-breach.ts'
import { Draft } from '../incidents/draft.ts'
import { emptyState, type Incident, type PartitionState } from '../incidents/incident.ts'
import { applyTimer, timersOf } from './apply-timer.ts'

describe('the ladder', () => {
  it('walks the plan as often as it repeats, each step at its time, and then says that nobody answered', () => {
    const { at, told, incident, timers } = opened()
    at(start + 9 * minute)
    expect(told()).toEqual(['0 pager page'])
    at(start + 10 * minute)
    expect(told().slice(1)).toEqual(['0 chat escalation', '0 mail escalation'])
    at(start + 30 * minute)
    expect(told().slice(3)).toEqual(['1 pager escalation'])
    at(start + 40 * minute)
    expect(told().slice(4)).toEqual(['1 chat escalation', '1 mail escalation'])
    at(start + 60 * minute)
    at(start + 600 * minute)
    expect(told()).toHaveLength(6)
    expect(incident().exhausted).toBe(true)
    expect(timers()).toEqual([])
  })

  it('tells one step, not all of them, when time has jumped', () => {
    const { at, told } = opened()
    at(start + 300 * minute)
    expect(told().slice(1)).toEqual(['0 chat escalation', '0 mail escalation'])
  })

  it('waits out a silence', () => {
    const { at, told, act, timers } = opened()
    act(anAct({ act: 'silence', until: start + 45 * minute }))
    at(start + 44 * minute)
    expect(told()).toHaveLength(1)
    expect(timers()).toMatchObject([{ kind: 'climb', dueAt: start + 45 * minute }])
    at(start + 45 * minute)
    expect(told()).toHaveLength(3)
  })

  it('ignores a timer that no longer stands in its incident', () => {
    const { at, told, act, timers, fire } = opened()
    const old = timers()
    act(anAct())
    at(start + 10 * minute)
    for (const timer of old) fire(timer)
    expect(told()).toHaveLength(1)
  })

  it('begins again when what a person ended grows worse, also after the join time', () => {
    const { at, told, act, apply } = opened()
    act(anAct({ act: 'resolve' }))
    at(start + 2_000 * minute)
    const grown = { episode: 'breach-1', transition: 'escalated' as const, at: start + 2_000 * minute }
    apply(aTransition({ ...grown, id: 'same', severity: 1.3 }))
    expect(told()).toEqual(['0 pager page', '0 pager resolved'])
    apply(aTransition({ ...grown, id: 'worse', severity: 3 }))
    expect(told()).toEqual(['0 pager page', '0 pager resolved', '0 pager page'])
  })
})

function opened() {
  let state: PartitionState = emptyState
  const context = aContext()
  const rounds = new Map<string, number>()
  function change(apply: (draft: Draft) => void): void {
    const draft = new Draft(state)
    apply(draft)
    state = draft.finish(context.now).state
    for (const incident of state.incidents.values())
      for (const entry of incident.deliveries) {
        const name = `${entry.sequence} ${entry.channel}`
        if (!rounds.has(name)) rounds.set(name, incident.ladder?.round ?? 0)
      }
  }
  const incident = (): Incident => {
    const [first, ...more] = state.incidents.values()
    if (!first || more.length > 0) throw new Error('expected one incident')
    return first
  }
  const apply = (record: Parameters<typeof applyBreach>[1]) =>
    change((draft) => void applyBreach(draft, record, 0, context))
  const fire = (timer: Parameters<typeof applyTimer>[1]) =>
    change((draft) => applyTimer(draft, timer, context))
  apply(aTransition())
  return {
    apply,
    act: apply,
    fire,
    incident,
    timers: () => timersOf(state),
    at(now: number) {
      context.now = now
      for (const timer of timersOf(state)) fire(timer)
    },
    told: () =>
      incident().deliveries.map(
        (entry) => `${rounds.get(`${entry.sequence} ${entry.channel}`)} ${entry.channel} ${entry.kind}`,
      ),
  }
}
