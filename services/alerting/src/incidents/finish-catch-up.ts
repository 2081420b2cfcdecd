import { day } from '@nabiz/shared/time'
import { planOf } from '../escalation/plan-of.ts'
import type { ApplyContext } from './context.ts'
import type { Draft } from './draft.ts'
import type { Incident } from './incident.ts'
import { page, queue } from './tell.ts'

/** An ended episode of a log older than this installation is told only if it ended within this time, ms. */
const historyToldMs = day

/**
 * Once the partition was read to its end: pages what is open and untold, and gives one notice, 'missed', for each
 * incident that opened and closed before anybody could be told.
 */
export function finishCatchUp(draft: Draft, context: ApplyContext): void {
  for (const known of [...draft.incidents()]) {
    if (known.state !== 'resolved') {
      if (!known.told && known.state === 'open') {
        const incident = draft.edit(known)
        page(draft, incident, incident.openedAt, context)
      }
      continue
    }
    if (!known.told || neverTried(known)) tellMissed(draft, draft.edit(known), context)
  }
}

function tellMissed(draft: Draft, incident: Incident, context: ApplyContext): void {
  const isSilenced = draft.brand(incident.brand).silencedUntil > context.now
  const isHistory = incident.history && context.now - (incident.resolvedAt ?? 0) > historyToldMs
  incident.told = true
  for (const delivery of incident.deliveries) {
    if (delivery.status !== 'pending') continue
    delivery.status = 'cancelled'
    delivery.finishedAt = context.now
  }
  incident.toldSeverity = Math.max(incident.toldSeverity, incident.peakSeverity)
  const sequence = draft.record(incident, 'missed_while_down', context.now, 'nabiz')
  const first = planOf(incident, context).steps[0]
  if (isSilenced || isHistory || !first) return
  queue(incident, 'missed', first.channels, sequence, 0, incident.openedAt, context)
}

/** Its opening waits in the outbox and no channel was ever tried. */
function neverTried(incident: Incident): boolean {
  const pages = incident.deliveries.filter((delivery) => delivery.kind === 'page')
  return (
    pages.length > 0 &&
    incident.deliveries.every((delivery) => delivery.attempts === 0 && delivery.kind !== 'missed') &&
    incident.deliveries.some((delivery) => delivery.status === 'pending')
  )
}
