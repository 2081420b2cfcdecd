import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openEmbeddedLog } from '../log/embedded/open-embedded-log.ts'
import type { Log } from '../log/index.ts'
import { openEmbeddedStore, type Store } from '../store/index.ts'
import { ManualClock } from '../time/index.ts'
import type { ConfigChange } from './config-state.ts'
import { type ConfigView, configPartition, createConfigView } from './config-view.ts'
import { type ConfigItem, publishConfig } from './publish-config.ts'
import { inPublishingTurn } from './publishing-turn.ts'

let folder: string
let log: Log
let store: Store
let clock: ManualClock
const views: ConfigView[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nabiz-config-view-'))
  clock = new ManualClock(1_700_000_000_000)
  log = await openEmbeddedLog({ folder: join(folder, 'log'), clock, fsync: false })
  store = await openEmbeddedStore({ folder: join(folder, 'store'), clock, fsync: false })
})
afterEach(async () => {
  for (const view of views.splice(0)) await view.stop()
  await store.close()
  await log.close()
  await rm(folder, { recursive: true, force: true })
})

describe('publishConfig', () => {
  it('writes what differs from what is in force, and nothing else', async () => {
    const view = await aView()
    expect(await publish(view, [plan('night', 1), plan('day', 1)])).toHaveLength(2)
    const written = await end()
    expect(await publish(view, [plan('night', 1), plan('day', 1)])).toEqual([])
    expect(await end()).toBe(written)
    const moved = await publish(view, [plan('night', 1), plan('day', 3)])
    expect(moved.map((entry) => entry.id)).toEqual(['day'])
    expect(view.plan('day')?.content.repeats).toBe(3)
  })

  it('removes an entry whose item has no content, once', async () => {
    const view = await aView()
    await publish(view, [plan('night', 1)])
    expect(await publish(view, [{ kind: 'plan', id: 'night' }])).toMatchObject([{ version: null }])
    expect(view.plan('night')).toBeUndefined()
    expect(await publish(view, [{ kind: 'plan', id: 'night' }])).toEqual([])
  })

  it('gives each later change of an entry a greater offset', async () => {
    const view = await aView()
    const offsets: number[] = []
    for (const repeats of [1, 2, 3]) {
      const [moved] = await publish(view, [plan('night', repeats)])
      offsets.push(moved?.offset ?? -1)
      expect(view.plan('night')?.offset).toBe(moved?.offset)
    }
    expect(offsets).toEqual([...offsets].sort((a, b) => a - b))
    expect(new Set(offsets).size).toBe(3)
  })
})

describe('inPublishingTurn', () => {
  it('lets processes that start with the same config write it once', async () => {
    const views = await Promise.all([aView(), aView(), aView()])
    const items = [plan('night', 1), plan('day', 1)]
    const published = await inTime(
      Promise.all(
        views.map((view, index) =>
          inPublishingTurn({ store, clock, holder: `member ${index}` }, () => publish(view, items)),
        ),
      ),
    )
    expect(published.map((moved) => moved.length).sort()).toEqual([0, 0, 2])
    expect(await end()).toBe(4)
    for (const view of views) await view.refresh()
    expect(new Set(views.map((view) => view.plan('night')?.offset)).size).toBe(1)
  })

  it('leaves one truth, of whoever came last, when they differ', async () => {
    const views = await Promise.all([aView(), aView()])
    const published = await inTime(
      Promise.all(
        views.map((view, index) =>
          inPublishingTurn({ store, clock, holder: `member ${index}` }, () =>
            publish(view, [plan('night', index + 1)]),
          ),
        ),
      ),
    )
    const offsets = published.flat().map((moved) => moved.offset)
    for (const view of views) {
      await view.refresh()
      expect(view.plan('night')?.offset).toBe(Math.max(...offsets))
    }
  })

  it('goes on without its turn when another process died in its own', async () => {
    const view = await aView()
    await store.acquireLease('config/publishing', 'dead', 3_600_000)
    const work = inPublishingTurn({ store, clock, holder: 'alive' }, () => publish(view, [plan('night', 1)]))
    expect(await inTime(work)).toHaveLength(1)
  })
})

describe('createConfigView', () => {
  it('knows what was published before it started', async () => {
    await publish(await aView(), [plan('night', 1), plan('night', 2)])
    expect((await aView()).plan('night')?.content.repeats).toBe(2)
  })

  it('follows what others publish and tells of each change once', async () => {
    const changes: ConfigChange[] = []
    const follower = await aView()
    follower.onChange((change) => changes.push(change))
    await publish(await aView(), [plan('night', 1), plan('day', 1)])
    expect(follower.plan('night')).toBeUndefined()
    for (let i = 0; i < 200 && changes.length < 2; i++) {
      clock.advance(1_000)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    await follower.refresh()
    expect(changes.map((change) => change.id).sort()).toEqual(['day', 'night'])
    expect(follower.all().map((entry) => entry.id)).toEqual(['day', 'night'])
  })

  it('stands by what it knows when a record of config is unreadable', async () => {
    const view = await aView()
    await publish(view, [plan('night', 1)])
    const value = new TextEncoder().encode('{"v":1')
    await log.append([{ topic: 'config', key: 'plan/night', value, partition: configPartition }])
    await view.refresh()
    expect(view.plan('night')).toBeDefined()
    expect([...view.faults().keys()]).toEqual(['plan/night'])
  })
})

/** Lets the clock run until the work is done. */
async function inTime<T>(work: Promise<T>): Promise<T> {
  let isDone = false
  const done = work.finally(() => {
    isDone = true
  })
  while (!isDone) {
    clock.advance(100)
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  return done
}

async function aView(): Promise<ConfigView> {
  const view = createConfigView(log, { clock })
  await view.start()
  views.push(view)
  return view
}

function publish(view: ConfigView, items: readonly ConfigItem[]) {
  return publishConfig(log, view, items, 'test', clock.now())
}

function plan(id: string, repeats: number): ConfigItem {
  const steps = [{ channels: ['pager'], escalateAfterMinutes: 5 }]
  return { kind: 'plan', id, content: { id, repeats, steps } }
}

async function end(): Promise<number> {
  const bounds = await log.bounds('config')
  return bounds.reduce((sum, entry) => sum + entry.end, 0)
}
