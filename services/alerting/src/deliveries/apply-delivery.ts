import type { DeliveryResult } from '../channels/channel.ts'
import { climb, hasStepAbove } from '../escalation/climb.ts'
import type { ApplyContext } from '../incidents/context.ts'
import type { Draft } from '../incidents/draft.ts'
import { type Delivery, type Incident, isOutstanding } from '../incidents/incident.ts'
import { backOffMs, maxAttempts } from './back-off.ts'

/** Names one delivery: (incident, channel, sequence). */
export interface DeliveryName {
  incident: string
  channel: string
  sequence: number
}

/** Notes that a try begins, before it does: whoever finds it unfinished knows that it may be a repeat. */
export function beginDelivery(
  draft: Draft,
  name: DeliveryName,
  token: number | undefined,
): Delivery | undefined {
  const found = editDelivery(draft, name)
  if (found?.delivery.status !== 'pending') return undefined
  found.delivery.status = 'sending'
  found.delivery.attempts++
  if (token !== undefined) found.delivery.token = token
  return found.delivery
}

/** Takes the result of a try: done, to be tried again after a wait, or failed, which makes the next step due at once. */
export function applyDelivery(
  draft: Draft,
  name: DeliveryName,
  result: DeliveryResult,
  context: ApplyContext,
  random: () => number,
): Delivery | undefined {
  const found = editDelivery(draft, name)
  if (found?.delivery.status !== 'sending') return undefined
  const { incident, delivery } = found
  const { channel, step } = delivery
  if (result.kind === 'failed' && delivery.attempts < maxAttempts) {
    delivery.status = 'pending'
    delivery.detail = result.detail
    if (result.mayHaveArrived) delivery.maybeRepeat = true
    delivery.nextTryAt = context.now + backOffMs(delivery.attempts, random, result.retryAfterMs)
    return delivery
  }
  delivery.status = result.kind
  delivery.finishedAt = context.now
  if (result.detail === undefined) delete delivery.detail
  else delivery.detail = result.detail
  const change = result.kind === 'delivered' ? 'delivered' : 'delivery_failed'
  draft.record(incident, change, context.now, 'nabiz', {
    channel,
    step,
    ...(result.detail === undefined ? {} : { detail: result.detail }),
  })
  if (result.kind !== 'delivered') nextStepAtOnce(draft, incident, delivery, context)
  return delivery
}

/** After the store lost what it had acknowledged, whatever waits in the outbox may have arrived. */
export function markOutstanding(draft: Draft): void {
  for (const known of [...draft.incidents()]) {
    if (!known.deliveries.some(isOutstanding)) continue
    for (const delivery of draft.edit(known).deliveries)
      if (isOutstanding(delivery)) delivery.maybeRepeat = true
  }
}

/** A try that was under way when its sender ended goes back to the outbox, marked: it may have arrived. */
export function reclaimDeliveries(draft: Draft, now: number): void {
  for (const known of [...draft.incidents()]) {
    if (!known.deliveries.some((delivery) => delivery.status === 'sending')) continue
    for (const delivery of draft.edit(known).deliveries) {
      if (delivery.status !== 'sending') continue
      delivery.status = 'pending'
      delivery.maybeRepeat = true
      delivery.nextTryAt = now
    }
  }
}

/** A page or escalation that cannot be delivered must not cost the minutes of its step; going round again waits. */
function nextStepAtOnce(draft: Draft, incident: Incident, delivery: Delivery, context: ApplyContext): void {
  if (incident.state !== 'open' || incident.ladder?.step !== delivery.step) return
  if (delivery.kind !== 'page' && delivery.kind !== 'escalation') return
  if (hasStepAbove(incident, context)) climb(draft, incident, context)
}

function editDelivery(
  draft: Draft,
  name: DeliveryName,
): { incident: Incident; delivery: Delivery } | undefined {
  const known = draft.incident(name.incident)
  if (!known) return undefined
  const incident = draft.edit(known)
  const delivery = incident.deliveries.find(
    (entry) => entry.channel === name.channel && entry.sequence === name.sequence,
  )
  return delivery && { incident, delivery }
}
