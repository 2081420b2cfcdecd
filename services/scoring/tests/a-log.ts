import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Log, openEmbeddedLog } from '@nabiz/shared/log'
import { systemClock } from '@nabiz/shared/time'
import { onTestFinished } from 'vitest'

/** An empty embedded log in a folder of its own; both are gone when the test is over. */
export async function aLog(): Promise<Log> {
  const folder = await mkdtemp(join(tmpdir(), 'nabiz-scoring-'))
  const log = await openEmbeddedLog({ folder: join(folder, 'log'), clock: systemClock, fsync: false })
  onTestFinished(async () => {
    await log.close()
    await rm(folder, { recursive: true, force: true })
  })
  return log
}
