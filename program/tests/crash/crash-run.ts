import { join } from 'node:path'
import { createEmbeddedVictim } from './embedded-victim.ts'
import { startFeed } from './feed.ts'
import { createFeeder } from './feeder.ts'
import { type Outcome, untilCounted } from './read-outcome.ts'
import { createReceiver, type Received, type Receiver } from './receiver.ts'
import { createSeeded } from './seeded.ts'
import type { Victim } from './victim.ts'

export interface CrashRunOptions {
  folder: string
  kills: number
  seed: number
  /** The installation that is broken; pages go to the receiver. Default: embedded drivers, one process. */
  createVictim?: (folder: string, receiver: Receiver) => Promise<Victim>
  onProgress(line: string): void
}

/** What a run of kills left, beside what an undisturbed one left of the same feed. */
export interface CrashRunResult {
  kills: number
  /** Times each exact point was hit; `before-answer`: as a page had arrived and was not answered. */
  points: Readonly<Record<string, number>>
  /** Mentions sent, and by `brand minute`. */
  sent: number
  sentByMinute: Record<string, number>
  /** Tries of the feeder that were not answered. */
  unanswered: number
  killed: Outcome & { received: Received[] }
  undisturbed: Outcome & { received: Received[] }
  /** Exit codes of the orderly ends. */
  exits: (number | string)[]
  /** What went on in the broken one that must not. */
  faults: readonly string[]
}

/**
 * Feeds two installations alike, breaks one of them over and over, and reads what stands in both at the end. The other
 * runs on the embedded drivers, whatever the broken one runs on: the result must be the same.
 */
export async function crashRun(options: CrashRunOptions): Promise<CrashRunResult> {
  const random = createSeeded(options.seed)
  const receivers = [await createReceiver(), await createReceiver()] as const
  const createVictim = options.createVictim ?? createEmbeddedVictim
  const victims: Victim[] = []
  try {
    const killed = await createVictim(join(options.folder, 'killed'), receivers[0])
    victims.push(killed)
    const undisturbed = await createEmbeddedVictim(join(options.folder, 'undisturbed'), receivers[1])
    victims.push(undisturbed)
    for (const victim of victims) await victim.start()
    const feeders = victims.map((victim) => createFeeder(victim.pushUrls))
    const feed = startFeed(feeders, random)
    try {
      const plan = killed.plan(options.kills, random)
      for (const [index, blow] of plan.entries()) {
        await blow.strike(feed.storm)
        options.onProgress(`blow ${index + 1} of ${plan.length}: ${blow.name}, ${feed.sent()} mentions`)
      }
      feed.stop()
      await killed.recover()
      await Promise.all(feeders.map((feeder) => feeder.done()))
      await untilCounted(
        victims.map((victim) => () => victim.outcome()),
        feed.sent(),
      )
      const exits = (await Promise.all(victims.map((victim) => victim.end()))).flat()
      return {
        kills: plan.reduce((sum, { kills }) => sum + kills, 0),
        points: killed.points,
        sent: feed.sent(),
        sentByMinute: feed.byMinute,
        unanswered: feeders[0]?.unanswered ?? 0,
        killed: { ...(await killed.outcome()), received: receivers[0].received },
        undisturbed: { ...(await undisturbed.outcome()), received: receivers[1].received },
        exits,
        faults: killed.faults,
      }
    } finally {
      feed.stop()
      for (const feeder of feeders) feeder.stop()
    }
  } finally {
    for (const victim of victims) await victim.close()
    for (const receiver of receivers) await receiver.close()
  }
}
