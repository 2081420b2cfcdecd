import { writeFileSync } from 'node:fs'
import { ConfigError } from '@nabiz/shared/errors'

/** Writes a report; ConfigError where it cannot be written. */
export function writeReport(path: string, html: string): void {
  try {
    writeFileSync(path, html)
  } catch {
    throw new ConfigError(path, [
      {
        path: '--report',
        found: 'a place that cannot be written to',
        expected: 'a file in a folder that exists',
      },
    ])
  }
}
