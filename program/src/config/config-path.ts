import { existsSync } from 'node:fs'

/** The file that is read where none is named. */
export const defaultConfigPath = 'nabiz.yaml'

/** The path to read: the one named, or nabiz.yaml where it stands; undefined: no config at all. */
export function findConfig(named: string | undefined): string | undefined {
  return named ?? (existsSync(defaultConfigPath) ? defaultConfigPath : undefined)
}
