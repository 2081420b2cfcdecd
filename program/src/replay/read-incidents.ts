import { incidentRecord, type SignalName } from '@nabiz/shared/contracts'
import type { Log } from '@nabiz/shared/log'

/** One incident as its records tell it. */
export interface ReplayedIncident {
  brand: string
  /** The signal that opened it. */
  signal: SignalName
  signals: SignalName[]
  /** ISO 8601, UTC. */
  openedAt: string
  /** Null: still open at the end. */
  resolvedAt: string | null
  peakSeverity: number
}

/** Every incident of a log, in the order of opening; probes are left out. */
export async function readIncidents(log: Log): Promise<ReplayedIncident[]> {
  const byId = new Map<string, ReplayedIncident>()
  for (const { partition, earliest, end } of await log.bounds('incidents')) {
    if (end === earliest) continue
    for await (const records of log.read({ topic: 'incidents', partition, from: earliest })) {
      for (const record of records) {
        const value = incidentRecord.parse(JSON.parse(Buffer.from(record.value).toString('utf8')))
        const signal = value.signals[0]
        if (value.probe || !signal) continue
        byId.set(value.incident, {
          brand: value.brand,
          signal: byId.get(value.incident)?.signal ?? signal,
          signals: value.signals,
          openedAt: new Date(value.openedAt).toISOString(),
          resolvedAt:
            value.state === 'resolved' && value.resolvedAt ? new Date(value.resolvedAt).toISOString() : null,
          peakSeverity: Math.max(value.peakSeverity, byId.get(value.incident)?.peakSeverity ?? 0),
        })
      }
    }
  }
  return [...byId.values()].sort((a, b) =>
    a.openedAt < b.openedAt ? -1 : a.openedAt > b.openedAt ? 1 : a.brand < b.brand ? -1 : 1,
  )
}
