import type { Drivers } from '../../../src/drivers.ts'
import { exitCodes } from '../../../src/exit-codes.ts'
import { readOutcome } from '../read-outcome.ts'
import type { Receiver } from '../receiver.ts'
import type { Victim } from '../victim.ts'
import { createClusterInstallation } from './cluster-installation.ts'
import { startClusterServers } from './cluster-servers.ts'
import { planBlows } from './plan-blows.ts'
import { createStrikes } from './strikes.ts'

/** Two processes of each service on a broker and a Redis of their own, and every way to break them. */
export async function createClusterVictim(folder: string, receiver: Receiver): Promise<Victim> {
  const servers = await startClusterServers()
  const installation = await createClusterInstallation({
    folder,
    receiverUrl: receiver.url,
    drivers: servers.config,
    count: { ingest: 2, scoring: 2, alerting: 2 },
  })
  const strikes = createStrikes(installation, servers, receiver)
  let reading: Drivers | undefined
  return {
    pushUrls: installation.pushUrls,
    points: strikes.points,
    get faults() {
      // A member whose log is away for long ends by itself, to be started again; any other end is a fault.
      return installation.members.flatMap(({ name, ownExits }) =>
        ownExits
          .filter((exit) => exit !== exitCodes.dependency)
          .map((exit) => `${name} ended by itself with ${exit}`),
      )
    },
    start: () => installation.startAll(),
    plan: (kills, random) => planBlows(kills, random, strikes),
    async recover() {
      for (const member of installation.members) member.start()
      await installation.untilReady()
    },
    end: () => installation.stopAll(),
    async outcome() {
      reading ??= await installation.open()
      return readOutcome(reading)
    },
    async close() {
      await installation.killAll()
      await reading?.close()
      await servers.stop()
    },
  }
}
