import type { Drivers } from '../../src/drivers.ts'
import type { Figure } from '../figure.ts'
import { withDrivers, withFolder } from '../with-drivers.ts'
import { withBareHandler } from './bare-handler.ts'
import { withIngest } from './bench-ingest.ts'
import { pushesASecond, senders } from './push.ts'

const itemsOf = [1, 100]
/** Each is measured in turns, so that what else runs on the machine slows both. */
const turns = 3
const turnMs = 3_000

/** Signed webhooks a second through ingest into the log, to a bare handler that checks and appends the same. */
export async function webhooks(): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const items of itemsOf) {
    let ingest = 0
    let bare = 0
    for (let turn = 0; turn < turns; turn += 1) {
      ingest += await inFolder((drivers) => withIngest(drivers, (url) => pushesASecond(url, items, turnMs)))
      bare += await inFolder((drivers) =>
        withBareHandler(drivers, (url) => pushesASecond(url, items, turnMs)),
      )
    }
    figures.push({
      name: `webhooks_${items}`,
      what: `signed webhooks of ${items} item${items === 1 ? '' : 's'} through ingest into the log, to a bare handler`,
      value: ingest / bare,
      unit: 'times',
      aim: 0.6,
      better: 'more',
      note: `${Math.round(ingest / turns)} webhooks a second, bare ${Math.round(bare / turns)}; ${senders} senders in a process of their own, flushed`,
    })
  }
  return figures
}

function inFolder<T>(work: (drivers: Drivers) => Promise<T>): Promise<T> {
  return withFolder((folder) => withDrivers(folder, true, work))
}
