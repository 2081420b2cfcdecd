import type { ProcessEdge } from '../process-edge.ts'
import { findConfig } from './config-path.ts'
import type { NabizConfig } from './nabiz-config.ts'

/**
 * The config that is named, or nabiz.yaml where it stands; undefined: no config at all. ConfigError with every fault at
 * once. What a config may say of every service is not loaded where there is none.
 */
export async function configOf(
  named: string | undefined,
  { env }: Pick<ProcessEdge, 'env'>,
): Promise<NabizConfig | undefined> {
  const path = findConfig(named)
  if (path === undefined) return undefined
  const { readConfig } = await import('./read-config.ts')
  return readConfig(path, env)
}
