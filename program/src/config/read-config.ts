import { readFileSync } from 'node:fs'
import { loadConfig } from '@nabiz/shared/config'
import { ConfigError } from '@nabiz/shared/errors'
import { type NabizConfig, nabizConfig } from './nabiz-config.ts'

/** Reads and checks a config file; ConfigError with every fault at once. */
export function readConfig(path: string, env: Readonly<Record<string, string | undefined>>): NabizConfig {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    throw new ConfigError(path, [
      { path: 'file', found: 'nothing that can be read', expected: 'a YAML file' },
    ])
  }
  return loadConfig(nabizConfig, text, path, env)
}
