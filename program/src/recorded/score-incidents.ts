import { minute } from '@nabiz/shared/time'
import { overlaps } from './compare-incidents.ts'
import type { FoundIncident } from './group-incidents.ts'
import type { RecordedIncident } from './recorded-incidents.ts'

/** What thresholds would have made of a brand's records, against what people said. */
export interface IncidentScore {
  incidents: number
  /** Confirmed crises that an incident overlaps, and those that none does. */
  found: number
  missed: number
  /** Minutes from the live page of each found crisis to this one; negative: earlier. */
  laterBy: number[]
  /** Incidents that people rejected (expected, false alarm, new normal, duplicate) and that would page again. */
  rejected: number
  /** Incidents that no mark speaks of. */
  unmarked: number
}

/** Holds the incidents of one brand against its marked ones; both lie in the same time. */
export function scoreIncidents(
  incidents: readonly FoundIncident[],
  marked: readonly RecordedIncident[],
): IncidentScore {
  const confirmed = marked.filter(({ mark }) => mark === 'confirmed')
  const refused = marked.filter(({ mark }) => mark !== undefined && mark !== 'confirmed')
  const pages = confirmed.map((crisis) => ({
    crisis,
    page: incidents.find((each) => overlaps(crisis, each)),
  }))
  const others = incidents.filter((each) => !confirmed.some((crisis) => overlaps(crisis, each)))
  const rejected = others.filter((each) => refused.some((one) => overlaps(one, each))).length
  return {
    incidents: incidents.length,
    found: pages.filter(({ page }) => page !== undefined).length,
    missed: pages.filter(({ page }) => page === undefined).length,
    laterBy: pages.flatMap(({ crisis, page }) =>
      page === undefined ? [] : [Math.round((page.openedAt - crisis.openedAt) / minute)],
    ),
    rejected,
    unmarked: others.length - rejected,
  }
}

/** Several brands' scores as one. */
export function addScores(scores: readonly IncidentScore[]): IncidentScore {
  const sum = (pick: (score: IncidentScore) => number) =>
    scores.reduce((total, score) => total + pick(score), 0)
  return {
    incidents: sum(({ incidents }) => incidents),
    found: sum(({ found }) => found),
    missed: sum(({ missed }) => missed),
    laterBy: scores.flatMap(({ laterBy }) => laterBy),
    rejected: sum(({ rejected }) => rejected),
    unmarked: sum(({ unmarked }) => unmarked),
  }
}

/** Middle value; undefined of nothing. */
export function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b)
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]]
  return low === undefined || high === undefined ? undefined : (low + high) / 2
}
