import type { CrashRunResult } from './crash-run.ts'
import { crashBrands } from './installation.ts'
import { totalOf } from './read-outcome.ts'
import type { Received } from './receiver.ts'

/** Everything that must hold after kills and does not, in words; empty: all of it holds. */
export function crashFaults(result: CrashRunResult): string[] {
  const { killed, undisturbed } = result
  const faults: string[] = [...result.faults]
  const check = (holds: boolean, fault: string) => {
    if (!holds) faults.push(fault)
  }
  for (const [name, outcome] of [
    ['killed', killed],
    ['undisturbed', undisturbed],
  ] as const) {
    const counted = totalOf(outcome.counted)
    check(counted === result.sent, `${name}: ${counted} mentions counted of ${result.sent}`)
    for (const [minute, sent] of Object.entries(result.sentByMinute)) {
      const found = outcome.counted[minute] ?? 0
      check(found === sent, `${name}: ${found} counted of ${sent} in ${minute}`)
    }
    const inState = totalOf(outcome.inState)
    check(inState === result.sent, `${name}: ${inState} mentions in scoring's state of ${result.sent}`)
    check(outcome.contradictions.length === 0, `${name}: a revision told twice: ${outcome.contradictions[0]}`)
    check(
      new Set(outcome.opened).size === outcome.opened.length,
      `${name}: an episode opened twice: ${outcome.opened.join(', ')}`,
    )
    for (const brand of crashBrands) {
      const incidents = outcome.incidents[brand] ?? []
      check(incidents.length === 1, `${name}: ${incidents.length} incidents of ${brand}`)
      const pages = outcome.received.filter((page) => page.brand === brand && page.type === 'incident.page')
      check(pages.length > 0, `${name}: no page about ${brand}`)
      check(
        pages.every((page) => incidents.includes(page.incident)),
        `${name}: a page about ${brand} names an incident that is none of its own`,
      )
    }
    faults.push(...unmarkedRepeats(outcome.received).map((fault) => `${name}: ${fault}`))
  }
  check(
    killed.opened.join() === undisturbed.opened.join(),
    `other episodes: ${killed.opened.join(', ')} / ${undisturbed.opened.join(', ')}`,
  )
  check(
    result.exits.every((exit) => exit === 0),
    `ended with ${result.exits.join(', ')}`,
  )
  return faults
}

/**
 * A notice comes once; again only under the same message id, and saying itself that it may be a repeat. An incident is paged
 * once, and a page of another number, of a state that forgot the first, says the same.
 */
function unmarkedRepeats(received: readonly Received[]): string[] {
  const first = new Map<string, Received>()
  const paged = new Set<string>()
  const faults: string[] = []
  for (const notice of received) {
    if (notice.type === 'incident.page') {
      if (paged.has(notice.incident) && !notice.maybeRepeat)
        faults.push(`${notice.incident} was paged again and the page does not say so`)
      paged.add(notice.incident)
    }
    const name = `${notice.type} ${notice.incident} ${notice.sequence}`
    const before = first.get(name)
    if (!before) first.set(name, notice)
    else if (!notice.maybeRepeat) faults.push(`${name} came again and does not say so`)
    else if (notice.messageId !== before.messageId) faults.push(`${name} came again under another message id`)
  }
  return faults
}
