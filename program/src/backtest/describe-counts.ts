import { minute } from '@nabiz/shared/time'
import { drawTable } from '../commands/table.ts'
import { countOf } from '../count-of.ts'
import type { CountSeries } from './counts-file.ts'
import type { CountTransition } from './run-counts.ts'

/** One transition as a line of JSON: exactly the documented fields. */
export function transitionJson({ at, event, signal, severity, z, value, expected }: CountTransition): string {
  return JSON.stringify({ at: new Date(at).toISOString(), event, signal, severity, z, value, expected })
}

/**
 * What of the transitions people are told: an incident opens once. An episode that joins it is a re-opening, which live pages
 * nobody, unless it is louder than what they know by the escalate factor: then it is an escalation.
 */
export function createTeller(
  escalateFactor: number,
): (transition: CountTransition) => CountTransition | undefined {
  let told = 0
  return (transition) => {
    const { event, severity, joins } = transition
    if (event === 'recovered') return transition
    const isReopened = event === 'opened' && joins
    if (isReopened && severity < escalateFactor * told) return undefined
    told = event === 'opened' && !joins ? severity : Math.max(told, severity)
    return isReopened ? { ...transition, event: 'escalated' } : transition
  }
}

/** The transitions as a table for people. */
export function describeTransitions(transitions: readonly CountTransition[]): string {
  if (transitions.length === 0) return 'nobody would have been paged\n'
  const rows = transitions.map((told) => [
    timeOf(told.at),
    told.joins ? 're-opened' : told.event,
    told.severity.toFixed(2),
    `${told.minutes} min`,
    String(told.value),
    told.expected.toFixed(1),
    told.z.toFixed(1),
  ])
  const header = ['known at (UTC)', 'event', 'severity', 'window', 'mentions', 'expected', 'z']
  const opened = transitions.filter(({ event }) => event === 'opened')
  const pages = opened.filter(({ joins }) => !joins).length
  return `${drawTable(header, rows, new Set([2, 3, 4, 5, 6]))}\n${countOf(opened.length, 'episode')}, ${countOf(pages, 'incident')}\n`
}

/** What was read, and what was made of it that a reader should know of. */
export function describeSeries({ rows, widthMs, gaps, sortedFrom }: CountSeries): string {
  const [first] = rows
  const last = rows.at(-1)
  const end = (last?.at ?? 0) + widthMs
  const lines = [
    `${rows.length} rows of ${widthMs / minute} minutes, ${timeOf(first?.at ?? 0)} to ${timeOf(end)} UTC`,
  ]
  if (sortedFrom !== undefined)
    lines.push(`not in order: sorted; line ${sortedFrom} is the first that was not`)
  const [gap] = gaps
  if (gap !== undefined) {
    const missing = gaps.reduce((sum, { from, to }) => sum + (to - from) / widthMs, 0)
    lines.push(
      `${gaps.length} gaps, ${missing} rows missing: taken as unobserved, not as calm; ` +
        `the first from ${timeOf(gap.from)} to ${timeOf(gap.to)}, before line ${gap.line}`,
    )
  }
  return `${lines.join('\n')}\n`
}

/** To the second, as rows may begin at any. */
export function timeOf(at: number): string {
  const text = new Date(at).toISOString()
  return text.slice(0, text.slice(17, 19) === '00' ? 16 : 19).replace('T', ' ')
}
