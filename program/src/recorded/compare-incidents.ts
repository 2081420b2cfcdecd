import { hour } from '@nabiz/shared/time'
import type { FoundIncident } from './group-incidents.ts'

/** Two incidents within this time of one another are one storm that two configs drew differently. */
const slackMs = hour

/** A crisis that a person confirmed; times in ms. */
export interface ConfirmedCrisis {
  incident: string
  brand: string
  openedAt: number
  /** Undefined: not over yet. */
  resolvedAt: number | undefined
}

export type CrisisVerdict = 'same' | 'earlier' | 'later' | 'only A' | 'only B' | 'never'

/** What two configs make of the same records of one brand. */
export interface IncidentDiff {
  brand: string
  both: { a: FoundIncident; b: FoundIncident }[]
  onlyA: FoundIncident[]
  onlyB: FoundIncident[]
  /** `earlier` and `later` speak of B; `a` and `b`: when each paged first, undefined where it never did. */
  crises: { crisis: ConfirmedCrisis; a: number | undefined; b: number | undefined; verdict: CrisisVerdict }[]
}

/** Lays the incidents of one brand side by side: those that overlap, to within an hour, are the same. */
export function compareIncidents(
  brand: string,
  a: readonly FoundIncident[],
  b: readonly FoundIncident[],
  confirmed: readonly ConfirmedCrisis[],
): IncidentDiff {
  const left = [...b]
  const both: IncidentDiff['both'] = []
  const onlyA: FoundIncident[] = []
  for (const ours of a) {
    const at = left.findIndex((theirs) => overlaps(ours, theirs))
    const [theirs] = at < 0 ? [] : left.splice(at, 1)
    if (theirs === undefined) onlyA.push(ours)
    else both.push({ a: ours, b: theirs })
  }
  const crises = confirmed
    .filter((crisis) => crisis.brand === brand)
    .map((crisis) => {
      const [ofA, ofB] = [firstPage(crisis, a), firstPage(crisis, b)]
      return { crisis, a: ofA, b: ofB, verdict: verdictOf(ofA, ofB) }
    })
  return { brand, both, onlyA, onlyB: left, crises }
}

/** When people would first have been paged of a crisis: by an incident that overlaps it. */
export function firstPage(crisis: ConfirmedCrisis, incidents: readonly FoundIncident[]): number | undefined {
  return incidents.find((incident) => overlaps(crisis, incident))?.openedAt
}

interface Span {
  openedAt: number
  resolvedAt: number | undefined
}

/** Whether two incidents tell of one storm: the times from opening to end meet, to within an hour. */
export function overlaps(one: Span, other: Span): boolean {
  const end = ({ resolvedAt }: Span) => (resolvedAt ?? Number.POSITIVE_INFINITY) + slackMs
  return one.openedAt <= end(other) && other.openedAt <= end(one)
}

function verdictOf(a: number | undefined, b: number | undefined): CrisisVerdict {
  if (a === undefined) return b === undefined ? 'never' : 'only B'
  if (b === undefined) return 'only A'
  if (a === b) return 'same'
  return b < a ? 'earlier' : 'later'
}
