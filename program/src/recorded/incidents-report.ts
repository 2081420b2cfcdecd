import { hour, minute } from '@nabiz/shared/time'
import { drawChart, escapeHtml, type Point } from '../backtest/draw-chart.ts'
import { drawPage } from '../backtest/draw-page.ts'
import { countOf } from '../count-of.ts'
import type { ConfirmedCrisis, IncidentDiff } from './compare-incidents.ts'
import { shortTime } from './describe-incidents.ts'
import { drawLanes, type Lane, type LaneSpan } from './draw-lanes.ts'
import type { FoundIncident } from './group-incidents.ts'
import type { RecordedSeries } from './recorded-series.ts'
import type { TimeRange } from './time-range.ts'

/** A brand's mentions by the hour, and since when they are known. */
export interface HourlyMentions {
  brand: string
  points: Point[]
}

/** Sums of whole hours. */
export function hourlyMentions({ brand, minutes }: RecordedSeries): HourlyMentions {
  const sums = new Map<number, number>()
  for (const { at, mentions } of minutes) {
    const start = Math.floor(at / hour) * hour
    sums.set(start, (sums.get(start) ?? 0) + mentions)
  }
  return {
    brand,
    points: [...sums].sort((a, b) => a[0] - b[0]).map(([at, value]) => ({ at: at + hour, value })),
  }
}

/** What pages of one config look like: a chart a brand, its incidents beneath. */
export function drawIncidents(
  title: string,
  hours: readonly HourlyMentions[],
  incidents: readonly FoundIncident[],
  range: TimeRange,
): string {
  const parts = hours.map((each) => {
    const own = incidents.filter(({ brand }) => brand === each.brand)
    const lanes: Lane[] = [{ label: 'pages', colour: 'a', spans: own.map((one) => spanOf(one, range.to)) }]
    return `<h2>${escapeHtml(each.brand)}</h2><p>${countOf(own.length, 'incident')}</p>${chartOf(each, range, own)}${drawLanes(lanes, ...spanOfHours(each, range))}${tableOf(own)}`
  })
  return drawPage(
    title,
    `${legend(['mentions an hour', '--value'], ['incident', '--episode'])}${parts.join('\n')}`,
  )
}

/** Two configs side by side. */
export function drawDiff(
  labels: { a: string; b: string },
  hours: readonly HourlyMentions[],
  diffs: readonly IncidentDiff[],
  range: TimeRange,
): string {
  const count = (pick: (diff: IncidentDiff) => unknown[]) =>
    diffs.reduce((sum, diff) => sum + pick(diff).length, 0)
  const parts = diffs.map((diff) => {
    const each = hours.find(({ brand }) => brand === diff.brand) ?? { brand: diff.brand, points: [] }
    const a = [...diff.both.map((pair) => pair.a), ...diff.onlyA]
    const b = [...diff.both.map((pair) => pair.b), ...diff.onlyB]
    const lanes: Lane[] = [
      { label: 'A', colour: 'a', spans: a.map((one) => spanOf(one, range.to)) },
      { label: 'B', colour: 'b', spans: b.map((one) => spanOf(one, range.to)) },
      {
        label: 'confirmed',
        colour: 'crisis',
        spans: diff.crises.map(({ crisis }) => crisisSpan(crisis, range.to)),
      },
    ]
    const shown = lanes.filter(({ colour, spans }) => colour !== 'crisis' || spans.length > 0)
    const sums = `${diff.both.length} both, ${diff.onlyA.length} only A, ${diff.onlyB.length} only B`
    return `<h2>${escapeHtml(diff.brand)}</h2><p>${sums}</p>${chartOf(each, range, [])}${drawLanes(shown, ...spanOfHours(each, range))}${diffTable(diff)}`
  })
  return drawPage(
    'Two sets of thresholds on the same records',
    `<p class="legend"><span style="--key: var(--a)">A: ${escapeHtml(labels.a)}</span><span style="--key: var(--b)">B: ${escapeHtml(labels.b)}</span><span style="--key: var(--good)">confirmed crisis</span><span style="--key: var(--value)">mentions an hour</span></p>
<p><b>${countOf(
      count(({ both }) => both),
      'incident',
    )} both, ${count(({ onlyA }) => onlyA)} only A, ${count(({ onlyB }) => onlyB)} only B</b></p>
${parts.join('\n')}`,
  )
}

function legend(...keys: readonly (readonly [text: string, colour: string])[]): string {
  const spans = keys.map(([text, colour]) => `<span style="--key: var(${colour})">${escapeHtml(text)}</span>`)
  return `<p class="legend">${spans.join('')}</p>`
}

function spanOfHours({ points }: HourlyMentions, range: TimeRange): [number, number] {
  const from = Math.max(range.from, (points[0]?.at ?? range.from) - hour)
  return [from, Math.max(from + hour, Math.min(range.to, points.at(-1)?.at ?? range.to))]
}

function chartOf(each: HourlyMentions, range: TimeRange, incidents: readonly FoundIncident[]): string {
  const [from, to] = spanOfHours(each, range)
  return drawChart({
    label: each.brand,
    from,
    to,
    height: 200,
    value: each.points,
    expected: [],
    boundary: [],
    gaps: [],
    episodes: incidents.map(({ openedAt, resolvedAt }, index) => ({
      from: openedAt,
      to: resolvedAt ?? range.to,
      label: String(index + 1),
    })),
  })
}

function spanOf(incident: FoundIncident, end: number): LaneSpan {
  const { openedAt, resolvedAt, severity, peakSeverity, signals } = incident
  const title = `${shortTime(openedAt)} UTC, ${signals.join(', ')}, severity ${severity.toFixed(2)}, greatest ${peakSeverity.toFixed(2)}`
  return { from: openedAt, to: resolvedAt ?? end, title, weight: Math.log2(Math.max(1, peakSeverity)) / 5 }
}

function crisisSpan({ openedAt, resolvedAt, incident }: ConfirmedCrisis, end: number): LaneSpan {
  return { from: openedAt, to: resolvedAt ?? end, title: `confirmed ${incident}`, weight: 1 }
}

function tableOf(incidents: readonly FoundIncident[]): string {
  if (incidents.length === 0) return ''
  const rows = incidents.map(
    ({ openedAt, resolvedAt, signals, severity, peakSeverity, pagedAt }, index) =>
      `<tr><td>${index + 1}<td>${shortTime(openedAt)}<td>${resolvedAt === undefined ? 'still open' : shortTime(resolvedAt)}<td>${severity.toFixed(2)}<td>${peakSeverity.toFixed(2)}<td>${pagedAt.length}<td class="text">${signals.join(', ')}`,
  )
  return `<table><tr><th>#<th>paged (UTC)<th>over<th>severity<th>greatest<th>pages<th class="text">signals
${rows.join('\n')}</table>`
}

function diffTable({ both, onlyA, onlyB, crises }: IncidentDiff): string {
  const pairs: { a?: FoundIncident; b?: FoundIncident }[] = [
    ...both,
    ...onlyA.map((a) => ({ a })),
    ...onlyB.map((b) => ({ b })),
  ]
  const start = ({ a, b }: (typeof pairs)[number]) => a?.openedAt ?? b?.openedAt ?? 0
  const rows = pairs
    .sort((one, other) => start(one) - start(other))
    .map(({ a, b }) => {
      const who = a === undefined ? 'only B' : b === undefined ? 'only A' : 'both'
      const later = a && b ? `${Math.round((b.openedAt - a.openedAt) / minute)} min` : ''
      return `<tr><td>${who}<td>${a ? shortTime(a.openedAt) : ''}<td>${b ? shortTime(b.openedAt) : ''}<td>${later}<td>${a?.severity.toFixed(2) ?? ''}<td>${b?.severity.toFixed(2) ?? ''}`
    })
  const verdicts = crises.map(
    ({ crisis, a, b, verdict }) =>
      `<tr><td>${shortTime(crisis.openedAt)}<td>${a === undefined ? 'never' : shortTime(a)}<td>${b === undefined ? 'never' : shortTime(b)}<td>${verdict}`,
  )
  const pages =
    rows.length === 0
      ? ''
      : `<table><tr><th>who<th>A (UTC)<th>B (UTC)<th>B later by<th>severity A<th>severity B
${rows.join('\n')}</table>`
  const found =
    verdicts.length === 0
      ? ''
      : `<table><tr><th>confirmed crisis<th>A<th>B<th>B finds it
${verdicts.join('\n')}</table>`
  return `${pages}${found}`
}
