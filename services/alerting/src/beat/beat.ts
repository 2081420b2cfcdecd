import type { Secret } from '@nabiz/shared/config'
import { messageOf } from '@nabiz/shared/errors'
import type { Outgoing } from '@nabiz/shared/http'
import type { Part } from '@nabiz/shared/pipeline'
import type { Store } from '@nabiz/shared/store'
import { type Clock, second } from '@nabiz/shared/time'
import type { AlertingTelemetry } from '../telemetry.ts'
import { beatFaults, rememberInstallation } from './earn-beat.ts'

export interface BeatOptions {
  store: Store
  clock: Clock
  outgoing: Outgoing
  telemetry: AlertingTelemetry
  /** Secret: such URLs hold a key. */
  url: Secret
  method: 'GET' | 'POST'
  everyMs: number
}

/** Sends the dead-man's beat while it is earned; where it is not, it stays away and the outside receiver pages. */
export interface Beat extends Part {
  /** Why the last beat was withheld or did not arrive; empty: it arrived. */
  faults(): readonly string[]
}

export function createBeat(options: BeatOptions): Beat {
  const { store, clock, outgoing, telemetry } = options
  const stopping = new AbortController()
  let faults: readonly string[] = ['no beat yet']
  let running: Promise<void> | undefined

  async function once(): Promise<void> {
    try {
      await rememberInstallation(store, clock.now())
      faults = await beatFaults(store, clock.now())
    } catch (err) {
      faults = [`the store cannot be read: ${messageOf(err)}`]
    }
    if (faults.length > 0) return telemetry.beat(faults, false, clock.now())
    try {
      const response = await outgoing.request({
        method: options.method,
        url: options.url.reveal(),
        timeoutMs: 10 * second,
        signal: stopping.signal,
      })
      if (response.status < 200 || response.status > 299)
        faults = [`the receiver answered ${response.status}`]
    } catch (err) {
      faults = [messageOf(err)]
    }
    telemetry.beat([], faults.length === 0, clock.now())
  }

  return {
    name: 'beat',
    faults: () => faults,
    async start() {
      running = (async () => {
        while (!stopping.signal.aborted) {
          await once()
          await clock.sleep(options.everyMs, stopping.signal)
        }
      })()
    },
    async stop() {
      stopping.abort()
      await running
    },
  }
}
