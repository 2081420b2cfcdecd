import type { Channel } from '@nabiz/alerting'
import { createSimulation, demoBrands } from '@nabiz/ingest'
import type { Logger } from '@nabiz/shared/logging'
import { day, ManualClock, minute } from '@nabiz/shared/time'
import type { NabizConfig } from '../config/nabiz-config.ts'
import { openDrivers } from '../drivers.ts'
import { type ReplayedIncident, readIncidents } from '../replay/read-incidents.ts'
import { startVirtualRun } from '../virtual/virtual-run.ts'
import { demoSeed } from './demo-config.ts'
import { demoDataDir } from './demo-data-dir.ts'

/** Days of history: one more than the baseline looks back. */
export const historyDays = 15

/** Virtual minutes between two settlements. */
const stepMinutes = 60

export interface MadeHistory {
  mentions: number
  /** Where the history ends and real time goes on, ms. */
  end: number
  seconds: number
  /** What the history itself set off. */
  incidents: ReplayedIncident[]
}

/** Passes the simulated history through every stage into the demonstration's log, up to the present minute. */
export async function makeHistory(
  config: NabizConfig,
  options: {
    now(): number
    logger: Logger
    stopping: AbortSignal
    onProgress(share: number, at: number, mentions: number): void
  },
): Promise<MadeHistory> {
  const startedAt = options.now()
  const first = Math.floor((startedAt - historyDays * day) / minute) * minute
  const clock = new ManualClock(first)
  const drivers = await openDrivers({ dataDir: demoDataDir, fsync: false, clock, logger: options.logger })
  try {
    const simulation = createSimulation({ seed: demoSeed, brands: demoBrands })
    const run = await startVirtualRun({
      config,
      drivers,
      clock,
      platform: 'simulator',
      logger: options.logger,
      channels: [silent],
      simulated: true,
    })
    try {
      let mentions = 0
      let at = first
      for (; at + minute <= options.now() && !options.stopping.aborted; at += minute) {
        const receipt = await run.minute(at, simulation.items(at))
        mentions += receipt.mentions
        if (((at - first) / minute) % stepMinutes !== 0) continue
        await run.settle()
        options.onProgress((at - first) / (historyDays * day), at, mentions)
      }
      await run.settle()
      const seconds = (options.now() - startedAt) / 1_000
      return { mentions, end: at, seconds, incidents: await readIncidents(drivers.log) }
    } finally {
      await run.stop()
    }
  } finally {
    await drivers.close()
  }
}

/** What paged in the history is history: nobody is told. */
const silent: Channel = { id: 'log', type: 'silent', deliver: () => Promise.resolve({ kind: 'delivered' }) }
