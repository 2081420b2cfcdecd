import type { ApplyContext } from '../incidents/context.ts'
import type { Draft } from '../incidents/draft.ts'
import type { Incident } from '../incidents/incident.ts'
import { tellStep } from '../incidents/tell.ts'
import { planOf } from './plan-of.ts'

/**
 * Tells the next step of the plan; after the last one the first again, as often as the plan repeats. Afterwards the
 * ladder is at its end and the incident stays open without it. `incident` is one of the draft's own.
 */
export function climb(draft: Draft, incident: Incident, context: ApplyContext): void {
  const { ladder } = incident
  if (!ladder) return
  const plan = planOf(incident, context)
  const isLast = ladder.step + 1 >= plan.steps.length
  if (isLast && ladder.round >= plan.repeats) {
    delete incident.ladder
    incident.exhausted = true
    return
  }
  const step = isLast ? 0 : ladder.step + 1
  tellStep(
    draft,
    incident,
    'escalation',
    step,
    isLast ? ladder.round + 1 : ladder.round,
    context.now,
    context,
  )
}

/** True when the step after this one is told for the first time in this walk, and not the first step again. */
export function hasStepAbove(incident: Incident, context: ApplyContext): boolean {
  const { ladder } = incident
  return ladder !== undefined && ladder.step + 1 < planOf(incident, context).steps.length
}
