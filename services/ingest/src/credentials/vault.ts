import type { Part } from '@nabiz/shared/pipeline'
import { type Clock, minute } from '@nabiz/shared/time'
import type { Credential } from './credential.ts'

/** Tokens are looked at this often, also those that nobody uses just now. */
const lookEveryMs = 10 * minute

/** Every credential of this process: looked at regularly, so that one that nobody uses is renewed and warned of, too. */
export interface Vault extends Part {
  add(credential: Credential): Credential
}

export function createVault(clock: Clock, onError: (err: unknown) => void): Vault {
  const credentials: Credential[] = []
  const stopping = new AbortController()
  let running: Promise<void> | undefined

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      for (const credential of credentials) {
        await credential.token(stopping.signal).catch((err: unknown) => {
          if (!stopping.signal.aborted) onError(err)
        })
      }
      await clock.sleep(lookEveryMs, stopping.signal)
    }
  }

  return {
    name: 'credentials',
    add(credential) {
      credentials.push(credential)
      return credential
    },
    async start() {
      running = run()
    },
    async stop() {
      stopping.abort()
      await running
    },
  }
}
