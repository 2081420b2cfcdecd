import { minute } from '@nabiz/shared/time'
import { drawTable } from '../commands/table.ts'
import { countOf } from '../count-of.ts'
import type { IncidentDiff } from './compare-incidents.ts'
import type { FoundIncident } from './group-incidents.ts'
import type { RecordedSeries } from './recorded-series.ts'

/** One incident as JSON prints it; times ISO 8601 in UTC, null where there is none. */
export function incidentJson(incident: FoundIncident) {
  return {
    brand: incident.brand,
    openedAt: iso(incident.openedAt),
    resolvedAt: iso(incident.resolvedAt),
    signals: incident.signals,
    severity: incident.severity,
    peakSeverity: incident.peakSeverity,
    pagedAt: incident.pagedAt.map(iso),
    config: incident.config,
  }
}

/** A diff of one brand as JSON prints it. */
export function diffJson({ brand, both, onlyA, onlyB, crises }: IncidentDiff) {
  return {
    brand,
    both: both.map(({ a, b }) => ({
      a: incidentJson(a),
      b: incidentJson(b),
      laterByMs: b.openedAt - a.openedAt,
    })),
    onlyA: onlyA.map(incidentJson),
    onlyB: onlyB.map(incidentJson),
    crises: crises.map(({ crisis, a, b, verdict }) => ({
      incident: crisis.incident,
      openedAt: iso(crisis.openedAt),
      a: iso(a),
      b: iso(b),
      verdict,
    })),
  }
}

/** What was read of a brand. */
export function describeRecorded({ brand, minutes, lateMentions }: RecordedSeries): string {
  const [from, to] = [minutes[0]?.at ?? 0, (minutes.at(-1)?.at ?? 0) + minute]
  const late = lateMentions === 0 ? '' : `; ${lateMentions} mentions came late and count in their minute here`
  return `${brand}: ${minutes.length} recorded minutes, ${shortTime(from)} to ${shortTime(to)} UTC${late}\n`
}

/** Incidents as a table for people. */
export function describeIncidents(incidents: readonly FoundIncident[]): string {
  if (incidents.length === 0) return 'nobody would have been paged\n'
  const header = ['brand', 'paged (UTC)', 'over', 'signals', 'severity', 'greatest', 'pages', 'thresholds']
  const rows = incidents.map((each) => [
    each.brand,
    shortTime(each.openedAt),
    each.resolvedAt === undefined ? 'still open' : shortTime(each.resolvedAt),
    each.signals.join(', '),
    each.severity.toFixed(2),
    each.peakSeverity.toFixed(2),
    String(each.pagedAt.length),
    each.config,
  ])
  const pages = incidents.reduce((sum, { pagedAt }) => sum + pagedAt.length, 0)
  return `${drawTable(header, rows, new Set([4, 5, 6]))}\n${countOf(incidents.length, 'incident')}, ${countOf(pages, 'page')}\n`
}

/** A diff as a table for people. */
export function describeDiff(diffs: readonly IncidentDiff[], labelA: string, labelB: string): string {
  const header = [
    'brand',
    'who pages',
    'A (UTC)',
    'B (UTC)',
    'B later by',
    'severity A',
    'severity B',
    'signals',
  ]
  const rows = diffs.flatMap(({ brand, both, onlyA, onlyB }) => [
    ...both.map(({ a, b }) => rowOf(brand, 'both', a, b)),
    ...onlyA.map((a) => rowOf(brand, 'only A', a, undefined)),
    ...onlyB.map((b) => rowOf(brand, 'only B', undefined, b)),
  ])
  const crises = diffs.flatMap(({ brand, crises: found }) =>
    found.map(({ crisis, a, b, verdict }) => [
      brand,
      shortTime(crisis.openedAt),
      a === undefined ? 'never' : shortTime(a),
      b === undefined ? 'never' : shortTime(b),
      verdict,
    ]),
  )
  const lines = [`A: ${labelA}`, `B: ${labelB}`, '']
  lines.push(
    rows.length === 0
      ? 'neither would have paged anybody'
      : drawTable(header, rows, new Set([4, 5, 6])).trimEnd(),
    '',
  )
  if (crises.length > 0) {
    lines.push('confirmed crises', drawTable(['brand', 'opened (UTC)', 'A', 'B', 'B finds it'], crises))
  }
  const count = (pick: (diff: IncidentDiff) => unknown[]) =>
    diffs.reduce((sum, diff) => sum + pick(diff).length, 0)
  lines.push(
    `${count(({ both }) => both)} both, ${count(({ onlyA }) => onlyA)} only A, ${count(({ onlyB }) => onlyB)} only B`,
  )
  return `${lines.join('\n')}\n`
}

function rowOf(
  brand: string,
  who: string,
  a: FoundIncident | undefined,
  b: FoundIncident | undefined,
): string[] {
  const later =
    a !== undefined && b !== undefined ? `${Math.round((b.openedAt - a.openedAt) / minute)} min` : ''
  return [
    brand,
    who,
    a === undefined ? '' : shortTime(a.openedAt),
    b === undefined ? '' : shortTime(b.openedAt),
    later,
    a === undefined ? '' : a.severity.toFixed(2),
    b === undefined ? '' : b.severity.toFixed(2),
    [...new Set([...(a?.signals ?? []), ...(b?.signals ?? [])])].join(', '),
  ]
}

function iso(at: number): string
function iso(at: number | undefined): string | null
function iso(at: number | undefined): string | null {
  return at === undefined ? null : new Date(at).toISOString()
}

/** To the minute, UTC. */
export function shortTime(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replace('T', ' ')
}
