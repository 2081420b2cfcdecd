import type { PlanConfig } from '@nabiz/shared/contracts'
import type { ApplyContext } from '../incidents/context.ts'
import type { Incident } from '../incidents/incident.ts'

/** Id of the built-in channel that records the probe's pages; no configured channel may have it. */
export const probeChannel = 'internal:probe'

/** The probe tells no person, whatever its brand's plan says, and its ladder never climbs within the hour. */
const probePlan: PlanConfig = {
  id: probeChannel,
  steps: [{ channels: [probeChannel], escalateAfterMinutes: 1_440 }],
  repeats: 0,
}

/** Whom an incident is told to, and in which order. */
export function planOf(incident: Incident, context: ApplyContext): PlanConfig {
  return incident.probe ? probePlan : context.settings(incident.brand).plan
}
