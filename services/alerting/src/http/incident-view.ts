import type { BrandSettings } from '../incidents/context.ts'
import { signalsOf } from '../incidents/draft.ts'
import { type Incident, isOutstanding } from '../incidents/incident.ts'

/** What the acknowledge page shows; no text of a mention, since the link alone opens it. */
export interface AckView {
  incident: string
  state: Incident['state']
  brandName: string
  language: 'tr' | 'en'
  timeZone: string
  openedAt: number
  severity: number
  drill: boolean
  simulated: boolean
}

export function ackView(incident: Incident, settings: BrandSettings): AckView {
  return {
    incident: incident.id,
    state: incident.state,
    brandName: settings.name,
    language: settings.language,
    timeZone: settings.timeZone,
    openedAt: incident.openedAt,
    severity: incident.peakSeverity,
    drill: incident.drill,
    simulated: incident.simulated,
  }
}

/** One incident as `GET /incidents` lists it. Times in ms, UTC. */
export function incidentSummary(incident: Incident) {
  return {
    id: incident.id,
    brand: incident.brand,
    state: incident.state,
    openedAt: incident.openedAt,
    resolvedAt: incident.resolvedAt ?? null,
    severity: incident.severity,
    peakSeverity: incident.peakSeverity,
    signals: signalsOf(incident),
    acknowledgedBy: incident.acknowledgedBy ?? null,
    mark: incident.mark?.kind ?? null,
    drill: incident.drill,
    simulated: incident.simulated,
    probe: incident.probe,
  }
}

/** One incident in full: its breaches, its evidence and what became of each delivery. */
export function incidentDetail(incident: Incident) {
  return {
    ...incidentSummary(incident),
    breaches: incident.breaches,
    leading: incident.transitions[incident.leading] ?? null,
    marked: incident.mark ?? null,
    nextStep: incident.ladder ? { step: incident.ladder.step + 1, dueAt: incident.ladder.dueAt } : null,
    deliveries: incident.deliveries.map((delivery) => ({
      channel: delivery.channel,
      kind: delivery.kind,
      sequence: delivery.sequence,
      status: delivery.status,
      attempts: delivery.attempts,
      queuedAt: delivery.queuedAt,
      finishedAt: delivery.finishedAt ?? null,
      nextTryAt: isOutstanding(delivery) ? delivery.nextTryAt : null,
      maybeRepeat: delivery.maybeRepeat,
      detail: delivery.detail ?? null,
    })),
  }
}
