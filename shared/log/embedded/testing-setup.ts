import { mkdtempSync, rmSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { hour, ManualClock } from '../../time/index.ts'
import type { EmbeddedLog } from './embedded-log.ts'
import { type OpenEmbeddedLogOptions, openEmbeddedLog } from './open-embedded-log.ts'

/** A folder for one test; what is opened in it is closed, and the folder removed, when the test is over. */
export function setup() {
  const parent = mkdtempSync(join(tmpdir(), 'nabiz-log-'))
  const folder = join(parent, 'log')
  const clock = new ManualClock(Date.UTC(2025, 0, 1) + 12 * hour)
  const logs: EmbeddedLog[] = []
  onTestFinished(async () => {
    for (const log of logs) await log.close()
    rmSync(parent, { recursive: true, force: true })
  })
  const openLog = async (options: Partial<OpenEmbeddedLogOptions> = {}) => {
    const log = await openEmbeddedLog({ folder, clock, ...options })
    logs.push(log)
    return log
  }
  /** The topic's day files, ascending. */
  const files = async (topic: string) =>
    (await readdir(join(folder, topic))).filter((name) => name.endsWith('.mdb')).sort()
  return { folder, clock, openLog, files }
}

export async function reopen(log: EmbeddedLog, openLog: () => Promise<EmbeddedLog>): Promise<EmbeddedLog> {
  await log.close()
  return openLog()
}
