import { hour, minute } from '@nabiz/shared/time'
import { describe, expect, it } from 'vitest'
import { aContext, anAct, aTransition, someSettings, start } from '../../tests/builders.ts'
import { applyTimer, timersOf } from '../escalation/apply-timer.ts'
import { applyBreach } from './apply-breach.ts'
import type { ApplyContext } from './context.ts'
import { Draft } from './draft.ts'
import { finishCatchUp } from './finish-catch-up.ts'
import { incidentId } from './identify.ts'
import { emptyState, type PartitionState } from './incident.ts'

describe('applyBreach', () => {
  it('makes one incident of a crisis that trips four signals, and pages it once', () => {
    const { run, incidents, changes } = setup()
    for (const signal of ['volume', 'negative', 'negativity', 'reach'] as const)
      run(aTransition({ id: signal, signal }))
    expect(incidents()).toHaveLength(1)
    expect(incidents()[0]).toMatchObject({
      id: incidentId('lale-air', 'volume'),
      state: 'open',
      breaches: ['volume', 'negative', 'negativity', 'reach'],
    })
    expect(incidents()[0]?.deliveries.map((entry) => [entry.channel, entry.kind])).toEqual([
      ['pager', 'page'],
    ])
    expect(changes).toEqual(['opened', 'notified', 'joined', 'joined', 'joined'])
  })

  it('takes the height of an episode from its recovery, as it may have risen unseen between two tellings', () => {
    const { incidents, run } = setup()
    run(aTransition({ id: 'a1', episode: 'a', severity: 1.1, peakSeverity: 1.1 }))
    run(aTransition({ id: 'a2', episode: 'a', transition: 'recovered', severity: 0.2, peakSeverity: 1.4 }))
    expect(incidents()[0]).toMatchObject({ state: 'resolved', peakSeverity: 1.4 })
  })

  it('resolves an incident only when its last signal has recovered', () => {
    const { run, incidents } = setup()
    run(aTransition({ id: 'a' }))
    run(aTransition({ id: 'b', signal: 'negative' }))
    run(aTransition({ id: 'a2', episode: 'a', transition: 'recovered', severity: 0.2 }))
    expect(incidents()[0]?.state).toBe('open')
    run(
      aTransition({ id: 'b2', episode: 'b', signal: 'negative', transition: 'recovered', at: start + hour }),
    )
    expect(incidents()[0]).toMatchObject({ state: 'resolved', resolvedAt: start + hour })
    expect(incidents()[0]?.deliveries.map((entry) => entry.kind)).toEqual(['page', 'resolved'])
  })

  it('ignores a breach whose id it has passed', () => {
    const { run, changes } = setup()
    run(aTransition())
    const before = [...changes]
    expect(run(aTransition())).toBe('duplicate')
    expect(changes).toEqual(before)
  })

  it('tells an escalation to whoever was told, and only when severity rose above what they know', () => {
    const { run, incidents } = setup()
    run(aTransition({ id: 'a', severity: 1.5 }))
    run(aTransition({ id: 'a2', episode: 'a', transition: 'escalated', severity: 3.1 }))
    run(aTransition({ id: 'a3', episode: 'a', transition: 'escalated', severity: 3.0 }))
    expect(incidents()[0]?.deliveries.map((entry) => entry.kind)).toEqual(['page', 'update'])
    expect(incidents()[0]?.deliveries[1]).toMatchObject({ channel: 'pager', severity: 3.1, leading: 'a2' })
  })

  it('re-opens quietly within the join time, and pages again when severity rose by the factor', () => {
    const quiet = ended()
    quiet.run(aTransition({ id: 'b', joins: 'a', severity: 1.9, at: start + 3 * hour }))
    expect(quiet.incidents()).toHaveLength(1)
    expect(quiet.incidents()[0]?.state).toBe('open')
    expect(quiet.kinds()).toEqual(['page', 'resolved'])
    quiet.run(aTransition({ id: 'b2', episode: 'b', transition: 'recovered', at: start + 4 * hour }))
    expect(quiet.kinds()).toEqual(['page', 'resolved'])

    const loud = ended()
    loud.run(aTransition({ id: 'b', joins: 'a', severity: 2.4, at: start + 3 * hour }))
    expect(loud.incidents()).toHaveLength(1)
    expect(loud.kinds()).toEqual(['page', 'resolved', 'page'])
  })

  it('pages again when an episode that re-opened quietly grows beyond what people know', () => {
    const { run, kinds } = ended()
    run(aTransition({ id: 'b', joins: 'a', severity: 1.3, at: start + 3 * hour }))
    run(aTransition({ id: 'b2', episode: 'b', transition: 'escalated', severity: 2.6, at: start + 4 * hour }))
    expect(kinds()).toEqual(['page', 'resolved', 'page'])
  })

  it('joins an episode named by the engine after the join time too', () => {
    const { run, incidents } = ended()
    run(aTransition({ id: 'b', joins: 'a', at: start + 30 * hour }))
    expect(incidents()).toHaveLength(1)
  })

  it('forgets resolved incidents and passed ids after fifteen days', () => {
    const { run, incidents, state, context } = ended()
    context.now = start + 16 * 24 * hour
    run(aTransition({ id: 'z', at: context.now }))
    for (const delivery of incidents().flatMap((entry) => entry.deliveries)) delivery.status = 'delivered'
    run(aTransition({ id: 'z2', signal: 'reach', at: context.now }))
    expect(incidents().map((entry) => entry.breaches)).toEqual([['z', 'z2']])
    expect(Object.keys(state().brands.get('lale-air')?.seen ?? {})).toEqual(['z', 'z2'])
  })

  it('opens another incident when the join time is over', () => {
    const { run, incidents } = ended()
    run(aTransition({ id: 'b', at: start + 15 * hour }))
    expect(incidents()).toHaveLength(2)
  })

  it('pages an episode found late, marked', () => {
    const { run, incidents } = setup()
    run(aTransition({ late: true }))
    const incident = incidents()[0]
    expect(incident?.deliveries[0]?.kind).toBe('page')
    expect(incident?.transitions[incident.leading]?.late).toBe(true)
  })

  it('opens an incident for an escalation whose opening it never saw', () => {
    const { run, kinds } = setup()
    run(aTransition({ id: 'x2', episode: 'x', transition: 'escalated', severity: 4 }))
    expect(kinds()).toEqual(['page'])
  })

  it('stops escalating at an acknowledgement', () => {
    const { run, state, incidents } = setup()
    run(aTransition())
    expect(timersOf(state()).map((timer) => timer.kind)).toEqual(['climb'])
    run(anAct())
    expect(timersOf(state())).toEqual([])
    expect(incidents()[0]).toMatchObject({ state: 'acknowledged', acknowledgedBy: 'Defne' })
    expect(run(anAct({ id: 'act-2' }))).toBe('already_so')
  })

  it('does not page a silenced brand, and pages when the silence ends and it is still open', () => {
    const { run, state, kinds, fire } = setup()
    run(anAct({ act: 'silence', until: start + 30 * minute }))
    run(aTransition())
    expect(kinds()).toEqual([])
    expect(timersOf(state())).toMatchObject([{ kind: 'silence_end', dueAt: start + 30 * minute }])
    fire(start + 30 * minute)
    expect(kinds()).toEqual(['page'])
  })

  it('keeps a drill apart from a real crisis of the brand, and ends it by itself', () => {
    const { run, incidents, fire } = setup()
    run(anAct({ id: 'd', act: 'drill' }))
    run(aTransition())
    expect(incidents().map((entry) => entry.drill)).toEqual([true, false])
    fire(start + hour)
    expect(incidents()[0]?.state).toBe('resolved')
    expect(incidents()[1]?.state).toBe('open')
  })

  it('gives each probe a page of its own even when the one before never recovered', () => {
    const { run, incidents } = setup({ settings: (id) => someSettings({ id, probe: true }) })
    run(aTransition({ id: 'p1', probe: true }))
    run(aTransition({ id: 'p2', probe: true, at: start + hour }))
    expect(incidents().map((entry) => entry.state)).toEqual(['resolved', 'open'])
    expect(incidents().map((entry) => entry.deliveries[0]?.kind)).toEqual(['page', 'page'])
  })

  it('says once that an episode was missed, and pages what is still open after catching up', () => {
    const { run, kinds, incidents, apply } = setup({ catchingUp: true })
    run(aTransition({ id: 'a' }))
    run(aTransition({ id: 'a2', episode: 'a', transition: 'recovered', at: start + hour }))
    run(aTransition({ id: 'b', brand: 'poyraz-bank' }))
    expect(kinds()).toEqual([])
    apply((draft) => finishCatchUp(draft, aContext()))
    apply((draft) => finishCatchUp(draft, aContext()))
    expect(incidents().map((entry) => entry.deliveries.map((delivery) => delivery.kind))).toEqual([
      ['missed'],
      ['page'],
    ])
  })

  it('replaces a page nobody tried to send by one notice when the episode is over after catching up', () => {
    const { run, apply, incidents, context } = setup()
    run(aTransition({ id: 'a' }))
    context.catchingUp = true
    run(aTransition({ id: 'a2', episode: 'a', transition: 'recovered', at: start + hour }))
    apply((draft) => finishCatchUp(draft, aContext()))
    const pending = incidents()[0]?.deliveries.filter((entry) => entry.status === 'pending')
    expect(pending?.map((entry) => entry.kind)).toEqual(['missed'])
  })

  it('calls nothing missed that began and ended while its brand was silenced', () => {
    const { run, apply, kinds, state } = setup()
    run(anAct({ act: 'silence', until: start + 30 * minute }))
    run(aTransition({ id: 'a' }))
    run(aTransition({ id: 'a2', episode: 'a', transition: 'recovered', at: start + 20 * minute }))
    apply((draft) => finishCatchUp(draft, aContext({ now: start + 24 * hour })))
    expect(kinds()).toEqual([])
    expect(timersOf(state())).toEqual([])
    const later = aTransition({ id: 'b', joins: 'a', at: start + 2 * hour })
    apply((draft) => applyBreach(draft, later, 9, aContext({ now: later.at })))
    expect(kinds()).toEqual(['page'])
  })

  it('gives each opening of an incident an acknowledgement of its own, told or not', () => {
    const { run, incidents } = ended()
    const before = incidents()[0]?.openings
    run(aTransition({ id: 'b', joins: 'a', severity: 1.3, at: start + 3 * hour }))
    expect(incidents()[0]).toMatchObject({ state: 'open' })
    expect(incidents()[0]?.openings).toBeGreaterThan(before ?? 0)
  })

  it('does not tell of what ended long ago in a log older than the installation', () => {
    const { run, apply, kinds } = setup({ catchingUp: true }, { ...emptyState, historyEnd: 1_000 })
    run(aTransition({ id: 'a' }))
    run(aTransition({ id: 'a2', episode: 'a', transition: 'recovered', at: start + hour }))
    apply((draft) => finishCatchUp(draft, aContext({ now: start + 48 * hour })))
    expect(kinds()).toEqual([])
  })

  it('leaves the state before it untouched', () => {
    const { run, state } = setup()
    run(aTransition())
    const before = state()
    const image = JSON.stringify([...before.incidents])
    run(aTransition({ id: 'b', signal: 'reach' }))
    run(anAct())
    expect(JSON.stringify([...before.incidents])).toBe(image)
  })
})

function ended() {
  const all = setup()
  all.run(aTransition({ id: 'a' }))
  all.run(aTransition({ id: 'a2', episode: 'a', transition: 'recovered', at: start + 2 * hour }))
  return all
}

function setup(overrides: Partial<ApplyContext> = {}, initial: PartitionState = emptyState) {
  let state = initial
  let offset = 0
  const context = aContext(overrides)
  const changes: string[] = []

  function apply<T>(change: (draft: Draft) => T): T {
    const draft = new Draft(state)
    const result = change(draft)
    const drafted = draft.finish(context.now)
    state = drafted.state
    changes.push(...drafted.records.map((record) => record.change))
    return result
  }
  const incidents = () => [...state.incidents.values()]
  return {
    context,
    changes,
    apply,
    incidents,
    state: () => state,
    kinds: () => incidents().flatMap((incident) => incident.deliveries.map((delivery) => delivery.kind)),
    run: (record: Parameters<typeof applyBreach>[1]) =>
      apply((draft) => applyBreach(draft, record, offset++, context)),
    fire(now: number) {
      context.now = now
      for (const timer of timersOf(state)) apply((draft) => applyTimer(draft, timer, context))
    },
  }
}
