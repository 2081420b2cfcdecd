import { setTimeout as sleep } from 'node:timers/promises'

/** Sends as a platform does: each delivery again until it is taken, twice now and then, one after the other. */
export interface Sender {
  send(deliver: () => Promise<boolean>): void
  settled(): Promise<void>
  stop(): void
}

/** Every so many deliveries are sent twice, as by a platform that never saw the answer. */
const repeatEvery = 4
const betweenTriesMs = 100

export function createSender(): Sender {
  const waiting: { deliver(): Promise<boolean>; again: number }[] = []
  let sent = 0
  let isStopped = false
  const running = run()

  async function run(): Promise<void> {
    while (!isStopped) {
      const next = waiting[0]
      const isTaken = next ? await next.deliver().catch(() => false) : false
      if (next && isTaken && next.again > 0) next.again -= 1
      else if (next && isTaken) waiting.shift()
      else await sleep(betweenTriesMs)
    }
  }

  return {
    send(deliver) {
      sent += 1
      waiting.push({ deliver, again: sent % repeatEvery === 0 ? 1 : 0 })
    },
    async settled() {
      while (waiting.length > 0 && !isStopped) await sleep(betweenTriesMs)
    },
    stop() {
      isStopped = true
      void running
    },
  }
}
