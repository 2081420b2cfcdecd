import { resolve } from '../incidents/apply-transition.ts'
import type { ApplyContext } from '../incidents/context.ts'
import type { Draft } from '../incidents/draft.ts'
import type { BrandMemory, Incident, PartitionState } from '../incidents/incident.ts'
import { page } from '../incidents/tell.ts'
import { climb } from './climb.ts'

/** Something that is due by alerting's clock, ms. It stands in the incident itself, so it is as durable as its cause. */
export type Timer =
  | { kind: 'climb'; incident: string; dueAt: number }
  | { kind: 'silence_end'; incident: string; dueAt: number }
  | { kind: 'drill_end'; incident: string; dueAt: number }

/** Every timer of a partition that runs, earliest first. */
export function timersOf(state: PartitionState): Timer[] {
  const timers: Timer[] = []
  for (const incident of state.incidents.values()) {
    if (incident.state === 'resolved') continue
    if (incident.endsAt !== undefined)
      timers.push({ kind: 'drill_end', incident: incident.id, dueAt: incident.endsAt })
    if (incident.state !== 'open') continue
    const silencedUntil = silenceOf(state.brands.get(incident.brand), incident)
    if (!incident.told) timers.push({ kind: 'silence_end', incident: incident.id, dueAt: silencedUntil })
    else if (incident.ladder)
      timers.push({
        kind: 'climb',
        incident: incident.id,
        dueAt: Math.max(incident.ladder.dueAt, silencedUntil),
      })
  }
  return timers.sort((a, b) => a.dueAt - b.dueAt)
}

/** Applies a timer that is due; one that no longer stands in its incident changes nothing. */
export function applyTimer(draft: Draft, timer: Timer, context: ApplyContext): void {
  const known = draft.incident(timer.incident)
  if (!known || known.state === 'resolved' || timer.dueAt > context.now) return
  switch (timer.kind) {
    case 'drill_end':
      if (known.endsAt !== timer.dueAt) return
      resolve(draft, draft.edit(known), context.now, 'nabiz', context, 'the drill ended by itself')
      return
    case 'silence_end':
      if (known.state === 'open' && !known.told) page(draft, draft.edit(known), known.openedAt, context)
      return
    case 'climb': {
      const silencedUntil = silenceOf(draft.brand(known.brand), known)
      if (known.state !== 'open' || !known.ladder) return
      if (Math.max(known.ladder.dueAt, silencedUntil) !== timer.dueAt) return
      climb(draft, draft.edit(known), context)
    }
  }
}

function silenceOf(memory: BrandMemory | undefined, incident: Incident): number {
  return incident.probe || incident.drill ? 0 : (memory?.silencedUntil ?? 0)
}
