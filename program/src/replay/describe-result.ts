import { drawTable } from '../commands/table.ts'
import { countOf } from '../count-of.ts'
import type { ReplayResult } from './replay.ts'
import type { LoadedFile } from './replay-file.ts'

/** A replay's result for people: what was read, what became of it, which incidents there were. */
export function describeResult(result: ReplayResult, file: LoadedFile): string {
  const first = file.items[0]
  const last = file.items.at(-1)
  const span = first && last ? `${minuteOf(first.at)} to ${minuteOf(last.at)} UTC` : 'no time'
  const lines = [`${result.rows} rows, ${span}`, '']
  const counted = Object.entries(result.mentions).sort(([, a], [, b]) => b - a)
  lines.push(
    drawTable(
      ['brand', 'mentions counted'],
      counted.map(([brand, count]) => [brand, String(count)]),
      new Set([1]),
    ),
  )
  lines.push(reasons('dropped', result.dropped))
  lines.push(reasons('dead-lettered', result.deadLettered), '')
  if (result.incidents.length === 0) lines.push('no incidents')
  else {
    const rows = result.incidents.map((incident) => [
      incident.brand,
      incident.signals.join(' '),
      minuteOf(Date.parse(incident.openedAt)),
      incident.resolvedAt === null ? 'still open' : minuteOf(Date.parse(incident.resolvedAt)),
      incident.peakSeverity.toFixed(2),
    ])
    lines.push(
      drawTable(['brand', 'signals', 'opened (UTC)', 'resolved', 'peak severity'], rows, new Set([4])),
    )
  }
  lines.push(
    `${countOf(result.incidents.length, 'incident')}, ${countOf(result.pages, 'page')} delivered`,
    '',
  )
  return lines.join('\n')
}

/** The same for programs: exactly the documented fields. */
export function resultJson(result: ReplayResult): string {
  const { rows, mentions, dropped, deadLettered, pages } = result
  const incidents = result.incidents.map(({ brand, signal, openedAt, resolvedAt, peakSeverity }) => ({
    brand,
    signal,
    openedAt,
    resolvedAt,
    peakSeverity,
  }))
  return JSON.stringify({ rows, mentions, dropped, deadLettered, incidents, pages })
}

function reasons(title: string, counts: Readonly<Record<string, number>>): string {
  const parts = Object.entries(counts).map(([reason, count]) => `${count} ${reason}`)
  return `${title}: ${parts.length === 0 ? 'none' : parts.join(', ')}`
}

function minuteOf(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replace('T', ' ')
}
