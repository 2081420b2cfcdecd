import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { partitionCount } from '@nabiz/shared/contracts'
import { type EmbeddedStore, openEmbeddedStore } from '@nabiz/shared/store'
import { hour, ManualClock, second } from '@nabiz/shared/time'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { beatFaults, rememberInstallation, rememberProbePage } from './earn-beat.ts'

const start = Date.UTC(2026, 10, 2)
let folder: string
let store: EmbeddedStore

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nabiz-beat-'))
  store = await openEmbeddedStore({ folder, clock: new ManualClock(start), fsync: false })
  await rememberInstallation(store, start)
})
afterEach(async () => {
  await store.close()
  await rm(folder, { recursive: true })
})

describe('beatFaults', () => {
  it('finds none while time and probe are fresh, a clock a little ahead included', async () => {
    await watchedAt(start + 4 * second)
    await rememberProbePage(store, start)
    expect(await beatFaults(store, start)).toEqual([])
  })

  it('finds partition time that stands still because a clock had run ahead', async () => {
    await watchedAt(start + hour)
    await rememberProbePage(store, start)
    expect(await beatFaults(store, start)).toEqual([
      `time of ${partitionCount} partitions is ahead of the clock (3600 s at worst): it stands still until then`,
    ])
  })

  it('takes no page of the probe for proof that is dated in the future', async () => {
    await watchedAt(start)
    await rememberProbePage(store, start + 3 * hour)
    expect(await beatFaults(store, start)).toEqual([
      "the probe brand's last page is dated 180 min ahead of the clock",
    ])
  })
})

async function watchedAt(partitionTime: number): Promise<void> {
  const states = store.partitions('scoring')
  const rest = { topicId: 't', epoch: 0, offset: 0, stateVersion: 1, build: 'b', model: '', writer: 'w' }
  for (let partition = 0; partition < partitionCount; partition += 1) {
    const next = { ...rest, partitionTime, writtenAt: start }
    expect(await states.commit({ partition, base: undefined, next, puts: new Map() })).toBe(true)
  }
}
