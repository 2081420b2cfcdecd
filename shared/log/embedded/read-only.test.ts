import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { ManualClock } from '../../time/index.ts'
import { openEmbeddedLog } from './open-embedded-log.ts'

it('gives a reader an empty day where the day is noted and its file is not made yet', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'nabiz-read-only-'))
  const clock = new ManualClock(Date.UTC(2026, 0, 1))
  const writer = await openEmbeddedLog({ folder, clock, fsync: false })
  await writer.append([{ topic: 'breaches', key: 'kuzey', value: Buffer.from('x'), partition: 3 }])
  await writer.close()
  for (const name of await readdir(join(folder, 'breaches'))) await rm(join(folder, 'breaches', name))
  const reader = await openEmbeddedLog({ folder, clock, readOnly: true })
  expect((await reader.bounds('breaches'))[3]).toEqual({ partition: 3, earliest: 0, end: 0 })
  await reader.close()
  await rm(folder, { recursive: true })
})
