import { type IncidentRecord, incidentRecord } from '@nabiz/shared/contracts'
import { day } from '@nabiz/shared/time'
import { hashOf } from './identify.ts'
import { type BrandMemory, type Incident, isOutstanding, type PartitionState } from './incident.ts'

/** How long resolved incidents and passed ids are remembered, ms: as long as `mentions` can be replayed. */
export const rememberMs = 15 * day

/** Hourly probes are of no interest for longer, ms. */
const rememberProbeMs = day

/** Finished deliveries kept for the incident's page; older ones stand in `incidents`. */
const finishedKept = 50

export interface Drafted {
  state: PartitionState
  /** Ids of what differs from the base. */
  incidents: ReadonlySet<string>
  brands: ReadonlySet<string>
  records: readonly IncidentRecord[]
}

/** The next state in the making: copies what it changes, so the base stays as it was until `finish` is adopted. */
export class Draft {
  readonly #base: PartitionState
  readonly #incidents: Map<string, Incident>
  readonly #brands: Map<string, BrandMemory>
  readonly #ownIncidents = new Set<string>()
  readonly #ownBrands = new Set<string>()
  readonly #records: IncidentRecord[] = []

  constructor(base: PartitionState) {
    this.#base = base
    this.#incidents = new Map(base.incidents)
    this.#brands = new Map(base.brands)
  }

  get historyEnd(): number {
    return this.#base.historyEnd
  }

  incidents(): Iterable<Incident> {
    return this.#incidents.values()
  }

  incident(id: string): Incident | undefined {
    return this.#incidents.get(id)
  }

  incidentsOf(brand: string): Incident[] {
    return [...this.#incidents.values()].filter((incident) => incident.brand === brand)
  }

  add(incident: Incident): Incident {
    this.#incidents.set(incident.id, incident)
    this.#ownIncidents.add(incident.id)
    return incident
  }

  /** The incident to be changed in place within this draft. */
  edit(incident: Incident): Incident {
    const current = this.#incidents.get(incident.id) ?? incident
    if (this.#ownIncidents.has(current.id)) return current
    return this.add(structuredClone(current))
  }

  brand(id: string): BrandMemory {
    return this.#brands.get(id) ?? { id, silencedUntil: 0, seen: {} }
  }

  editBrand(id: string): BrandMemory {
    const current = this.brand(id)
    if (this.#ownBrands.has(id)) return current
    const copy = structuredClone(current)
    this.#brands.set(id, copy)
    this.#ownBrands.add(id)
    return copy
  }

  /** Writes down a change of an incident and gives it its sequence number. */
  record(
    incident: Incident,
    change: IncidentRecord['change'],
    at: number,
    by: string,
    more: Pick<IncidentRecord, 'channel' | 'step' | 'detail'> = {},
  ): number {
    const sequence = incident.sequence++
    this.#records.push(
      incidentRecord.parse({
        v: 1,
        id: hashOf(incident.id, change, sequence),
        incident: incident.id,
        brand: incident.brand,
        sequence,
        change,
        state: incident.state,
        at,
        by: by.slice(0, 200),
        signals: signalsOf(incident),
        severity: incident.severity,
        peakSeverity: incident.peakSeverity,
        openedAt: incident.openedAt,
        ...(incident.resolvedAt === undefined ? {} : { resolvedAt: incident.resolvedAt }),
        breaches: incident.breaches,
        ...(incident.mark?.kind === undefined ? {} : { mark: incident.mark.kind }),
        ...(incident.mark?.duplicateOf === undefined ? {} : { duplicateOf: incident.mark.duplicateOf }),
        ...more,
        ...(more.detail === undefined ? {} : { detail: more.detail.slice(0, 500) }),
        ...(incident.simulated ? { simulated: true } : {}),
        ...(incident.drill ? { drill: true } : {}),
        ...(incident.probe ? { probe: true } : {}),
      }),
    )
    return sequence
  }

  /** The next state, without what is past its time. `now`: alerting's clock, ms. */
  finish(now: number): Drafted {
    for (const incident of this.#incidents.values()) {
      if (
        incident.state === 'resolved' &&
        now - incident.touchedAt > (incident.probe ? rememberProbeMs : rememberMs)
      ) {
        if (incident.deliveries.some(isOutstanding)) continue
        this.#incidents.delete(incident.id)
        this.#ownIncidents.add(incident.id)
      } else if (this.#ownIncidents.has(incident.id)) trim(incident)
    }
    for (const id of this.#ownBrands) {
      const brand = this.brand(id)
      for (const [seen, at] of Object.entries(brand.seen)) if (now - at > rememberMs) delete brand.seen[seen]
    }
    return {
      state: { incidents: this.#incidents, brands: this.#brands, historyEnd: this.#base.historyEnd },
      incidents: this.#ownIncidents,
      brands: this.#ownBrands,
      records: this.#records,
    }
  }
}

/** Signals of an incident in the order they joined, each once. */
export function signalsOf(incident: Incident): Incident['episodes'][number]['signal'][] {
  return [...new Set(incident.episodes.map((episode) => episode.signal))]
}

/** Drops what no delivery will show any more. */
function trim(incident: Incident): void {
  const finished = incident.deliveries.filter((delivery) => !isOutstanding(delivery))
  const surplus = new Set(finished.slice(0, Math.max(0, finished.length - finishedKept)))
  if (surplus.size > 0) incident.deliveries = incident.deliveries.filter((entry) => !surplus.has(entry))
  const shown = new Set(incident.deliveries.filter(isOutstanding).map((delivery) => delivery.leading))
  shown.add(incident.leading)
  for (const id of Object.keys(incident.transitions)) if (!shown.has(id)) delete incident.transitions[id]
}
