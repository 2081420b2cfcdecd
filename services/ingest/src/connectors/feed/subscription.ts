import type { Secret } from '@nabiz/shared/config'
import { DependencyError } from '@nabiz/shared/errors'
import { day, hour, minute, second } from '@nabiz/shared/time'
import { z } from 'zod'
import type { ConnectorContext } from '../connector.ts'
import { parseJson } from '../shared/parse-json.ts'

const stateShape = z.object({
  hub: z.string(),
  topic: z.string(),
  /** When the hub is asked next: before the lease ends, or when it has not confirmed. */
  retryAt: z.number(),
  leaseUntil: z.number().optional(),
})
type State = z.infer<typeof stateShape>

/** Time a hub has to confirm, ms. */
const confirmWithinMs = 1 * minute
const afterFaultMs = 15 * minute
const afterDenialMs = 1 * day
const longestLeaseMs = 30 * day

export interface SubscriptionOptions {
  context: Pick<ConnectorContext, 'clock' | 'outgoing' | 'logger' | 'keep'>
  /** Where the hub calls us, with the key in its query. */
  callback: string
  secret: Secret
  leaseSeconds: number
}

/** A subscription at a feed's hub; its state is shared by replicas, since the hub may confirm at any of them. */
export interface Subscription {
  /** Asks the hub where there is no subscription, and again before its lease ends. Faults are logged, not thrown. */
  care(hub: string, topic: string, signal: AbortSignal): Promise<void>
  /** Whether this topic was asked for; then its lease begins, `leaseSeconds` long. */
  confirm(topic: string, leaseSeconds: number): Promise<boolean>
  /** The hub says no, or no longer; false: not a topic of ours. */
  deny(topic: string): Promise<boolean>
  isActive(): Promise<boolean>
}

export function createSubscription(options: SubscriptionOptions): Subscription {
  const { clock, outgoing, logger, keep } = options.context
  const kept = keep('websub')

  async function read(): Promise<State | undefined> {
    const text = await kept.get()
    return text === undefined ? undefined : stateShape.safeParse(parseJson(Buffer.from(text))).data
  }
  const write = (state: State) => kept.set(JSON.stringify(state))

  return {
    async care(hub, topic, signal) {
      const state = await read()
      const isSame = state?.hub === hub && state.topic === topic
      if (isSame && clock.now() < state.retryAt) return
      // A lease that is being renewed still holds.
      const next = { hub, topic, ...(isSame ? { leaseUntil: state.leaseUntil } : {}) }
      await write({ ...next, retryAt: clock.now() + confirmWithinMs })
      const fault = await ask(hub, topic, signal)
      if (fault === undefined) return
      await write({ ...next, retryAt: clock.now() + afterFaultMs })
      logger.warn({ reason: fault }, 'hub did not take the subscription')
    },
    async confirm(topic, leaseSeconds) {
      const state = await read()
      if (state?.topic !== topic) return false
      const leaseMs = Math.min(leaseSeconds * second, longestLeaseMs)
      const leaseUntil = clock.now() + leaseMs
      await write({ ...state, leaseUntil, retryAt: leaseUntil - Math.min(1 * hour, leaseMs / 2) })
      return true
    },
    async deny(topic) {
      const state = await read()
      if (state?.topic !== topic) return false
      const { hub } = state
      await write({ hub, topic, retryAt: clock.now() + afterDenialMs })
      logger.warn({}, 'hub denied the subscription')
      return true
    },
    async isActive() {
      const state = await read()
      return state?.leaseUntil !== undefined && clock.now() < state.leaseUntil
    },
  }

  /** Undefined: the hub has taken the request; what it confirms comes later. */
  async function ask(hub: string, topic: string, signal: AbortSignal): Promise<string | undefined> {
    const form = new URLSearchParams({
      'hub.callback': options.callback,
      'hub.mode': 'subscribe',
      'hub.topic': topic,
      'hub.lease_seconds': String(options.leaseSeconds),
      'hub.secret': options.secret.reveal(),
    })
    try {
      const { status } = await outgoing.request({
        method: 'POST',
        url: hub,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: form.toString(),
        signal,
      })
      return status >= 200 && status < 300 ? undefined : `status ${status}`
    } catch (err) {
      if (err instanceof DependencyError) return err.code
      throw err
    }
  }
}
