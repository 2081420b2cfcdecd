import {
  type IncidentMark,
  type IncidentRecord,
  incidentRecord,
  type SignalName,
} from '@nabiz/shared/contracts'
import type { Log } from '@nabiz/shared/log'
import type { ConfirmedCrisis } from './compare-incidents.ts'
import { readValues } from './read-values.ts'

/** An incident as its last record tells it; times in ms. */
export interface RecordedIncident {
  id: string
  brand: string
  state: IncidentRecord['state']
  signals: SignalName[]
  openedAt: number
  resolvedAt: number | undefined
  peakSeverity: number
  mark: IncidentMark | undefined
}

/** Every incident of a log that a person was or could have been told of, oldest first; probes and drills are left out. */
export async function recordedIncidents(log: Log, brand?: string): Promise<RecordedIncident[]> {
  const found = new Map<string, RecordedIncident & { sequence: number }>()
  for await (const record of readValues(log, { topic: 'incidents', brand }, incidentRecord)) {
    if (record.probe || record.drill || (brand !== undefined && record.brand !== brand)) continue
    const known = found.get(record.incident)
    if (known !== undefined && known.sequence >= record.sequence) continue
    found.set(record.incident, {
      sequence: record.sequence,
      id: record.incident,
      brand: record.brand,
      state: record.state,
      signals: record.signals,
      openedAt: record.openedAt,
      resolvedAt: record.resolvedAt,
      peakSeverity: Math.max(record.peakSeverity, known?.peakSeverity ?? 0),
      mark: record.mark,
    })
  }
  const incidents = [...found.values()].map(({ sequence: _sequence, ...incident }) => incident)
  return incidents.sort((a, b) => a.openedAt - b.openedAt || (a.brand < b.brand ? -1 : 1))
}

/** Those that people confirmed as crises. */
export function confirmedCrises(incidents: readonly RecordedIncident[]): ConfirmedCrisis[] {
  return incidents
    .filter(({ mark }) => mark === 'confirmed')
    .map(({ id, brand, openedAt, resolvedAt }) => ({ incident: id, brand, openedAt, resolvedAt }))
}
