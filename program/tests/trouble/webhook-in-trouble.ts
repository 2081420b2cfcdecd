import { randomUUID } from 'node:crypto'
import { signatureOf } from '../crash/feeder.ts'
import { signingSecret } from '../crash/installation.ts'
import type { PlatformInTrouble, TroubleOptions } from './platform-in-trouble.ts'
import { createSender } from './sender.ts'

/** Late by more than the longest window, ms. */
const lateMs = 2 * 3_600_000

/** Somebody's own push: some of it hours late, some of it twice. */
export async function webhook({ secret }: TroubleOptions): Promise<PlatformInTrouble> {
  const sender = createSender()
  let written = 0
  return {
    platform: 'webhook',
    account: { platform: 'webhook', secrets: [secret('push', signingSecret)] },
    write(text, pushUrl) {
      written += 1
      const at = new Date(Date.now() - (written % 3 === 0 ? lateMs : 0)).toISOString()
      const body = JSON.stringify({ id: randomUUID(), text, createdAt: at, author: { id: `a${written}` } })
      sender.send(async () => {
        const headers = { 'content-type': 'application/json', ...signatureOf(body) }
        const response = await fetch(pushUrl, {
          method: 'POST',
          headers,
          body,
          signal: AbortSignal.timeout(10_000),
        })
        await response.arrayBuffer()
        return response.status === 202
      })
    },
    trouble: () => undefined,
    calm: () => undefined,
    settled: sender.settled,
    faults: () => [],
    close: async () => sender.stop(),
  }
}
