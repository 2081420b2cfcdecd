import type { NoticeKind } from '../channels/channel.ts'
import { planOf } from '../escalation/plan-of.ts'
import type { ApplyContext } from './context.ts'
import { type Draft, signalsOf } from './draft.ts'
import type { Delivery, Incident } from './incident.ts'

/** Puts one notice for each channel into the outbox, under the sequence of the change that caused it. */
export function queue(
  incident: Incident,
  kind: NoticeKind,
  channels: readonly string[],
  sequence: number,
  step: number,
  at: number,
  context: ApplyContext,
): void {
  for (const channel of new Set(channels)) {
    const delivery: Delivery = {
      channel,
      kind,
      sequence,
      step,
      at,
      severity: incident.severity,
      peakSeverity: incident.peakSeverity,
      signals: signalsOf(incident),
      leading: incident.leading,
      queuedAt: context.now,
      status: 'pending',
      attempts: 0,
      nextTryAt: context.now,
      maybeRepeat: context.mayRepeat,
    }
    incident.deliveries.push(delivery)
  }
}

/** Tells the opening: the first step of the plan, and the ladder begins. Waits for the end of a silence. */
export function page(draft: Draft, incident: Incident, at: number, context: ApplyContext): void {
  if (context.catchingUp) return
  const silence = draft.brand(incident.brand)
  if (!incident.probe && !incident.drill && silence.silencedUntil > context.now) {
    draft.record(incident, 'silenced', at, silence.silencedBy ?? 'nabiz')
    return
  }
  incident.told = true
  delete incident.exhausted
  incident.openings++
  incident.toldSeverity = Math.max(incident.toldSeverity, incident.severity)
  tellStep(draft, incident, 'page', 0, 0, at, context)
}

/** Tells one step of the plan and sets the time at which the next is due. */
export function tellStep(
  draft: Draft,
  incident: Incident,
  kind: NoticeKind,
  step: number,
  round: number,
  at: number,
  context: ApplyContext,
): void {
  const entry = planOf(incident, context).steps[step]
  if (!entry) return
  const sequence = draft.record(incident, 'notified', context.now, 'nabiz', { step })
  queue(incident, kind, entry.channels, sequence, step, at, context)
  incident.ladder = { step, round, dueAt: context.now + Math.round(entry.escalateAfterMinutes * 60_000) }
}

/** Channels people were or are being told on in this opening, in the order of their first notice. */
export function channelsTold(incident: Incident): string[] {
  const reached = incident.deliveries.filter(
    (delivery) =>
      delivery.status !== 'refused' && delivery.status !== 'failed' && delivery.status !== 'cancelled',
  )
  return [...new Set(reached.map((delivery) => delivery.channel))]
}
