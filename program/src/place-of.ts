import { configOf } from './config/config-of.ts'
import { demoDataDir } from './demo/demo-data-dir.ts'
import type { DriversPlace } from './drivers.ts'
import type { ProcessEdge } from './process-edge.ts'

/** Where log and store are: the folder named, else what the config says, else the demonstration's. */
export async function placeOf(
  config: string | undefined,
  dataDir: string | undefined,
  edge: ProcessEdge,
): Promise<DriversPlace> {
  return placeIn(dataDir === undefined ? await configOf(config, edge) : undefined, dataDir)
}

/** The same by a config that was read already. */
export async function placeIn(
  config: DriversPlace | undefined,
  dataDir: string | undefined,
): Promise<DriversPlace> {
  const { embeddedIn } = await import('./drivers.ts')
  if (dataDir !== undefined) return embeddedIn(dataDir)
  return config ?? embeddedIn(demoDataDir)
}
