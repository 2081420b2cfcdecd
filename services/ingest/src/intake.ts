import { untilReachable } from '@nabiz/shared/pipeline'
import { second } from '@nabiz/shared/time'
import { seenKey } from './adapters/store-seen-items.ts'
import type { Accept, Delivery } from './connectors/connector.ts'
import { createTake, type PipelineOptions } from './pipeline.ts'

/** Two ways to hand over a delivery. Of one item, either way, the next delivery waits until the last is remembered. */
export interface Intake {
  /** Resolves when the log has accepted everything and it is remembered: for a cursor that moves after it. */
  accept: Accept
  /**
   * Resolves when the log has accepted everything: for an answer that somebody waits for. What is remembered follows, and is
   * tried until it succeeds; a crash in between repeats an item, if it comes again, and loses none.
   */
  acceptSoon: Accept
  /** Resolves when all is remembered, or could not be within a few seconds. */
  settle(): Promise<void>
}

/** Deliveries of an account that are written and not yet remembered; with more, answers wait for them. */
const mostRemembering = 1_000
/** A stop waits so long for the store, ms. */
const settleWithinMs = 5 * second

/** An intake of which only the patient way is needed. */
export function createAccept(platform: string, account: string, options: PipelineOptions): Accept {
  return createIntake(platform, account, options).accept
}

export function createIntake(platform: string, account: string, options: PipelineOptions): Intake {
  const { clock, random, telemetry } = options
  const take = createTake(platform, account, options)
  /** Items of deliveries under way, each with the end of the last delivery that holds it. */
  const underWay = new Map<string, Promise<unknown>>()
  /** Deliveries that are written, while it is remembered that they are. */
  const remembering = new Set<Promise<void>>()
  const stopping = new AbortController()

  function begin(delivery: Delivery, remember: (once: () => Promise<void>) => Promise<void>) {
    const keys = delivery.items.map((item) => seenKey(item.platform ?? platform, item.id))
    const before = keys.flatMap((key) => underWay.get(key) ?? [])
    // What is remembered of an item is read, extended and written: side by side, one of two would be forgotten.
    const written = Promise.allSettled(before).then(() => take(delivery, keys))
    const done = written.then((taken) => remember(taken.remember))
    const forget = () => {
      for (const key of keys) if (underWay.get(key) === done) underWay.delete(key)
    }
    for (const key of keys) underWay.set(key, done)
    done.then(forget, forget)
    return { written, done }
  }

  async function rememberInTheEnd(once: () => Promise<void>): Promise<void> {
    const onWait = (err: unknown) => telemetry.notRemembered(platform, err)
    await untilReachable(once, { clock, random, signal: stopping.signal, onWait }).catch(onWait)
  }

  return {
    async accept(delivery) {
      const { written, done } = begin(delivery, (once) => once())
      await done
      return (await written).receipt
    },
    async acceptSoon(delivery) {
      const { written, done } = begin(delivery, rememberInTheEnd)
      const settled = done.catch(() => undefined)
      remembering.add(settled)
      void settled.then(() => remembering.delete(settled))
      const { receipt } = await written
      if (remembering.size > mostRemembering) await settled
      return receipt
    },
    async settle() {
      const patience = new AbortController()
      const all = Promise.allSettled(remembering)
      await Promise.race([all, clock.sleep(settleWithinMs, patience.signal)])
      patience.abort()
      stopping.abort()
      await all
    },
  }
}
