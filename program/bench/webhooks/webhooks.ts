import type { Drivers } from '../../src/drivers.ts'
import { coreSeconds } from '../core-time.ts'
import type { Figure } from '../figure.ts'
import { withDrivers, withFolder } from '../with-drivers.ts'
import { withBareHandler } from './bare-handler.ts'
import { withIngest } from './bench-ingest.ts'
import { pushTo, senders } from './push.ts'

const itemsOf = [1, 100]
/** Each is measured in turns, so that what else runs on the machine slows both. */
const turns = 3
const turnMs = 3_000

/** Signed webhooks a second through ingest into the log, to a bare handler that checks and appends the same. */
export async function webhooks(): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const items of itemsOf) {
    const ingest = createTally()
    const bare = createTally()
    for (let turn = 0; turn < turns; turn += 1) {
      await inFolder((drivers) => withIngest(drivers, (url) => ingest.push(url, items)))
      await inFolder((drivers) => withBareHandler(drivers, (url) => bare.push(url, items)))
    }
    figures.push({
      name: `webhooks_${items}`,
      what: `signed webhooks of ${items} item${items === 1 ? '' : 's'} through ingest into the log, to a bare handler`,
      value: ingest.aSecond() / bare.aSecond(),
      unit: 'times',
      aim: 0.6,
      better: 'more',
      note:
        `${Math.round(ingest.aSecond())} webhooks a second, bare ${Math.round(bare.aSecond())}; ` +
        `${Math.round(ingest.coreUs())} µs of core time each, bare ${Math.round(bare.coreUs())}; ` +
        `${senders} senders in a process of their own, flushed`,
    })
  }
  return figures
}

/** Sums up the turns of one handler. */
function createTally() {
  let aSecond = 0
  let answered = 0
  let core = 0
  return {
    async push(url: string, items: number): Promise<void> {
      const before = coreSeconds()
      const pushed = await pushTo(url, items, turnMs)
      core += coreSeconds() - before
      answered += pushed.answered
      aSecond += pushed.aSecond
    },
    aSecond: () => aSecond / turns,
    /** Core time of the main thread for a webhook, µs: what else runs on the machine stretches the clock, and this less. */
    coreUs: () => (core / answered) * 1e6,
  }
}

function inFolder<T>(work: (drivers: Drivers) => Promise<T>): Promise<T> {
  return withFolder((folder) => withDrivers(folder, true, work))
}
