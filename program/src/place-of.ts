import { findConfig } from './config/config-path.ts'
import { demoDataDir } from './demo/demo-data-dir.ts'
import type { DriversPlace } from './drivers.ts'
import type { ProcessEdge } from './process-edge.ts'

/** Where log and store are: the folder named, else what the config says, else the demonstration's. */
export async function placeOf(
  config: string | undefined,
  dataDir: string | undefined,
  edge: ProcessEdge,
): Promise<DriversPlace> {
  const { embeddedIn } = await import('./drivers.ts')
  if (dataDir !== undefined) return embeddedIn(dataDir)
  const path = findConfig(config)
  if (path === undefined) return embeddedIn(demoDataDir)
  const { readConfig } = await import('./config/read-config.ts')
  return readConfig(path, edge.env)
}
