import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openEmbeddedStore, type Store } from '@nabiz/shared/store'
import { day, ManualClock } from '@nabiz/shared/time'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SeenItem } from '../ports.ts'
import { createStoreSeenItems } from './store-seen-items.ts'

let folder: string
let store: Store
let clock: ManualClock

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nabiz-seen-'))
  clock = new ManualClock(1_700_000_000_000)
  store = await openEmbeddedStore({ folder, clock, fsync: false })
})
afterEach(async () => {
  await store.close()
  await rm(folder, { recursive: true, force: true })
})

describe('createStoreSeenItems', () => {
  it('remembers what nobody changed meanwhile, and says what is remembered of the rest', async () => {
    const [one, other] = [createStoreSeenItems(store, day), createStoreSeenItems(store, day)]
    expect(await one.remember(new Map([entry('a', undefined, ['']), entry('b', undefined, [''])]))).toEqual(
      new Map(),
    )
    expect(await other.remember(new Map([entry('a', [''], ['', '2'])]))).toEqual(new Map())
    const changed = await one.remember(
      new Map([entry('a', [''], ['', '!delete']), entry('b', [''], ['', '2'])]),
    )
    expect(changed).toEqual(new Map([['a', item(['', '2'])]]))
    expect(await one.get(['a', 'b', 'c'])).toEqual([item(['', '2']), item(['', '2']), undefined])
  })

  it('forgets after its time, and then says that nothing is remembered', async () => {
    const seen = createStoreSeenItems(store, day)
    await seen.remember(new Map([entry('a', undefined, [''])]))
    clock.advance(day - 1)
    expect(await seen.get(['a'])).toEqual([item([''])])
    clock.advance(1)
    expect(await seen.remember(new Map([entry('a', [''], ['', '2'])]))).toEqual(new Map([['a', undefined]]))
  })
})

function item(versions: string[]): SeenItem {
  return { brands: ['kuzey-air'], versions }
}

function entry(key: string, base: string[] | undefined, next: string[]) {
  return [key, { base: base && item(base), next: item(next) }] as const
}
