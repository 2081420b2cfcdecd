import { messageOf } from '@nabiz/shared/errors'
import type { Store } from '@nabiz/shared/store'
import { type Clock, second } from '@nabiz/shared/time'
import type { Channel, DeliveryResult, Notice } from '../channels/channel.ts'
import { applyTimer, timersOf } from '../escalation/apply-timer.ts'
import type { BrandSettings } from '../incidents/context.ts'
import { type Delivery, type Incident, isOutstanding } from '../incidents/incident.ts'
import { PartitionLost, type PartitionOwner } from '../partition/partition-owner.ts'
import type { AlertingTelemetry } from '../telemetry.ts'
import { applyDelivery, beginDelivery, type DeliveryName } from './apply-delivery.ts'
import { buildNotice } from './build-notice.ts'
import type { SenderLeases } from './sender-lease.ts'
import type { Wake } from './wake.ts'

/** Longest time between two looks at the outbox and the timers, ms. */
const lookEveryMs = second
/** Tries under way at once, over all partitions. */
const maxUnderWay = 64

export interface SenderOptions {
  owners: ReadonlyMap<number, PartitionOwner>
  channels: ReadonlyMap<string, Channel>
  store: Store
  clock: Clock
  random: () => number
  /** One try may take this long, ms of the machine's clock; after that it failed for now. */
  tryTimeoutMs: number
  leases: SenderLeases
  wake: Wake
  telemetry: AlertingTelemetry
  settings(brand: string): BrandSettings
  /** Where the button of a notice leads; undefined when it gets none. */
  ackUrl(incident: Incident, delivery: Delivery): string | undefined
  /** A commit was refused: the partition has to be read again. */
  onLost(owner: PartitionOwner): void
  onDelivered(notice: Notice, delivery: Delivery): Promise<void>
}

/** Fires timers and empties the outbox: in order per incident and channel, everything else side by side. */
export interface Sender {
  run(signal: AbortSignal): Promise<void>
  /** Resolves when no try of the partition is under way and none will begin. */
  drain(partition: number): Promise<void>
  /** True when no try is under way and neither a timer nor a delivery is due. */
  isIdle(): boolean
}

export function createSender(options: SenderOptions): Sender {
  const { owners, channels, store, clock, random, leases, wake, telemetry } = options
  const underWay = new Map<string, { partition: number; done: Promise<void> }>()
  const draining = new WeakSet<PartitionOwner>()
  let aborted: AbortSignal = new AbortController().signal

  async function run(signal: AbortSignal): Promise<void> {
    aborted = signal
    while (!signal.aborted) {
      let next = clock.now() + lookEveryMs
      for (const owner of [...owners.values()]) {
        try {
          next = Math.min(next, await look(owner))
        } catch (err) {
          if (err instanceof PartitionLost) options.onLost(owner)
          else telemetry.failed('sender', err)
        }
      }
      report()
      // Time may have moved on during the look; then the next one is due now.
      await wake.wait(Math.max(0, next - clock.now()), signal)
    }
    await Promise.all([...underWay.values()].map((entry) => entry.done))
  }

  /** Does what is due in a partition; returns when to look again, alerting's clock, ms. */
  async function look(owner: PartitionOwner): Promise<number> {
    if (!owner.isLive || draining.has(owner)) return Number.POSITIVE_INFINITY
    let next = Number.POSITIVE_INFINITY
    for (const timer of timersOf(owner.state)) {
      if (timer.dueAt > clock.now()) {
        next = timer.dueAt
        break
      }
      // Written before it acts: what it causes is sent from what was written.
      await owner.change((draft, context) => applyTimer(draft, timer, context))
      telemetry.timerFired(timer.kind)
    }
    const due = dueDeliveries(owner, clock.now())
    next = Math.min(next, due.nextAt)
    if (due.now.length === 0) {
      if (owner.needsWrite && !hasUnderWay(owner)) await owner.change(() => undefined)
      return next
    }
    const right = await leases.right(owner.partition)
    if (right.kind === 'other' || draining.has(owner)) return next
    for (const name of due.now) {
      if (underWay.size >= maxUnderWay) return clock.now() + 100
      const key = keyOf(name)
      const done = send(owner, name, right.kind === 'held' ? right.token : undefined).then(
        () => {
          underWay.delete(key)
          wake.now()
        },
        (err: unknown) => {
          // No wake: what fails at once would be tried at once again, without end.
          underWay.delete(key)
          if (err instanceof PartitionLost) options.onLost(owner)
          else telemetry.failed('delivery', err)
        },
      )
      underWay.set(key, { partition: owner.partition, done })
    }
    return next
  }

  /** The first outstanding delivery of each incident and channel, if it is due. */
  function dueDeliveries(owner: PartitionOwner, now: number): { now: DeliveryName[]; nextAt: number } {
    const names: DeliveryName[] = []
    let nextAt = Number.POSITIVE_INFINITY
    for (const incident of owner.state.incidents.values()) {
      const seen = new Set<string>()
      for (const delivery of incident.deliveries) {
        if (!isOutstanding(delivery) || seen.has(delivery.channel)) continue
        seen.add(delivery.channel)
        const name = { incident: incident.id, channel: delivery.channel, sequence: delivery.sequence }
        if (underWay.has(keyOf(name)) || delivery.status !== 'pending') continue
        if (delivery.nextTryAt <= now) names.push(name)
        else nextAt = Math.min(nextAt, delivery.nextTryAt)
      }
    }
    return { now: names, nextAt }
  }

  async function send(owner: PartitionOwner, name: DeliveryName, token: number | undefined): Promise<void> {
    const begun = await owner.change((draft) => beginDelivery(draft, name, token))
    const incident = owner.state.incidents.get(name.incident)
    const delivery = begun.result
    if (!delivery || !incident) return
    const { result, notice } = await attempt(incident, delivery, begun.isSaved && token !== undefined)
    const { result: after } = await owner.change((draft, context) =>
      applyDelivery(draft, name, result, context, random),
    )
    const outcome = after?.status === 'pending' ? 'retry' : result.kind
    telemetry.delivered(incident, after ?? delivery, outcome, clock.now())
    if (result.kind === 'delivered' && notice)
      await options.onDelivered(notice, delivery).catch((err: unknown) => telemetry.waiting('delivered', err))
  }

  async function attempt(
    incident: Incident,
    delivery: Delivery,
    isSaved: boolean,
  ): Promise<{ result: DeliveryResult; notice?: Notice }> {
    const channel = channels.get(delivery.channel)
    if (!channel) return { result: { kind: 'refused', detail: 'no channel of this id is configured' } }
    const ackUrl = options.ackUrl(incident, delivery)
    try {
      const notice = await buildNotice({
        incident,
        delivery,
        settings: options.settings(incident.brand),
        ...(ackUrl === undefined ? {} : { ackUrl }),
        maybeRepeat: delivery.maybeRepeat || !isSaved,
        store,
        onSampleError: (err) => telemetry.waiting('samples', err),
      })
      const signal = AbortSignal.any([aborted, AbortSignal.timeout(options.tryTimeoutMs)])
      return { result: await within(channel.deliver(notice, signal), signal), notice }
    } catch (err) {
      // A channel throws only on faults of our own; people are told by the others, and this one is tried again.
      telemetry.failed(`channel ${delivery.channel}`, err)
      return {
        result: {
          kind: 'failed',
          detail: `fault in the channel: ${messageOf(err).slice(0, 200)}`,
          mayHaveArrived: true,
        },
      }
    }
  }

  function hasUnderWay(owner: PartitionOwner): boolean {
    return [...underWay.values()].some((entry) => entry.partition === owner.partition)
  }

  function report(): void {
    let open = 0
    let unanswered = 0
    let outbox = 0
    for (const owner of owners.values()) {
      for (const incident of owner.state.incidents.values()) {
        outbox += incident.deliveries.filter(isOutstanding).length
        if (incident.probe || incident.state === 'resolved') continue
        open++
        if (incident.exhausted) unanswered++
      }
    }
    telemetry.openIncidents(open, unanswered, outbox)
  }

  function isIdle(): boolean {
    const now = clock.now()
    return (
      underWay.size === 0 &&
      [...owners.values()].every(
        (owner) =>
          !owner.needsWrite &&
          (timersOf(owner.state)[0]?.dueAt ?? Number.POSITIVE_INFINITY) > now &&
          dueDeliveries(owner, now).now.length === 0,
      )
    )
  }

  return {
    run,
    isIdle,
    async drain(partition) {
      const owner = owners.get(partition)
      if (owner) draining.add(owner)
      const rest = [...underWay.values()].filter((entry) => entry.partition === partition)
      await Promise.all(rest.map((entry) => entry.done))
      await leases.release(partition)
    },
  }
}

function keyOf(name: DeliveryName): string {
  return `${name.incident}\n${name.channel}`
}

/** The result, or a failure for now when the channel does not heed its signal. */
function within(work: Promise<DeliveryResult>, signal: AbortSignal): Promise<DeliveryResult> {
  const givenUp = new Promise<DeliveryResult>((resolve) => {
    // The channel's own account of the end is better than ours, so it gets a moment to give it.
    const end = () =>
      setTimeout(
        () => resolve({ kind: 'failed', detail: 'gave no answer in time', mayHaveArrived: true }),
        200,
      )
    if (signal.aborted) end()
    else signal.addEventListener('abort', end, { once: true })
  })
  return Promise.race([work, givenUp])
}
