import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openEmbeddedStore, type Store } from '@nabiz/shared/store'
import { day, ManualClock, minute } from '@nabiz/shared/time'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SeenItem } from '../ports.ts'
import { createStoreSeenItems, olderKeysUntil, seenKey } from './store-seen-items.ts'

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
    const [one, other] = [setup(), setup()]
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
    const seen = setup()
    await seen.remember(new Map([entry('a', undefined, [''])]))
    clock.advance(day - 1)
    expect(await seen.get(['a'])).toEqual([item([''])])
    clock.advance(1)
    expect(await seen.remember(new Map([entry('a', [''], ['', '2'])]))).toEqual(new Map([['a', undefined]]))
  })
})

describe('seenKey', () => {
  it('keeps plain ids in their order, and hides a person’s', () => {
    expect(seenKey('x', { id: '42' })).toBe('seen/x/42')
    expect(seenKey('feed', { id: 'https://example.com/a?b=1' })).toBe('seen/feed/https://example.com/a?b=1')
    const hidden = seenKey('telegram', { id: '4711/8', idIsPersonal: true })
    expect(hidden).toMatch(/^seen\/[\w-]{22}$/)
  })

  it.each(['x'.repeat(65), 'ğ', 'a b', '', '\ud83d'])('is a key for any id, as for %j', (id) => {
    expect(seenKey('x', { id })).toMatch(/^seen\/[\w-]{22}$/)
  })
})

describe('what an older build remembered', () => {
  const [plain, olderKey] = [seenKey('x', { id: '42' }), seenKey('x', { id: '42', idIsPersonal: true })]

  it('is found under the key of today and goes on from there', async () => {
    await store.set(olderKey, Buffer.from('[["kuzey-air"],[""]]'))
    const seen = setup(clock.now() + day)
    expect(await seen.get([plain, plain, 'seen/x/43'])).toEqual([item(['']), item(['']), undefined])
    expect(await seen.remember(new Map([entry(plain, [''], ['', '!delete'])]))).toEqual(new Map())
    expect(await seen.get([plain])).toEqual([item(['', '!delete'])])
  })

  it('is no longer looked for when its time is over', async () => {
    await store.set(olderKey, Buffer.from('[["kuzey-air"],[""]]'))
    expect(await setup(clock.now()).get([plain])).toEqual([undefined])
  })

  it('can be there for as long as items are remembered, from the first start of a newer build', async () => {
    const first = await olderKeysUntil(store, logTo(7), clock.now(), day)
    expect(first).toBe(clock.now() + day)
    clock.advance(minute)
    expect(await olderKeysUntil(store, logTo(9), clock.now(), day)).toBe(first)
  })

  it('cannot be there where no mention was ever written', async () => {
    expect(await olderKeysUntil(store, logTo(0), clock.now(), day)).toBe(0)
    expect(await olderKeysUntil(store, logTo(9), clock.now(), day)).toBe(0)
  })
})

function logTo(end: number) {
  return { bounds: () => Promise.resolve([{ partition: 0, earliest: 0, end }]) }
}

function setup(olderUntil = 0) {
  return createStoreSeenItems({ store, clock, rememberedMs: day, olderUntil })
}

function item(versions: string[]): SeenItem {
  return { brands: ['kuzey-air'], versions }
}

function entry(key: string, base: string[] | undefined, next: string[]) {
  return [key, { base: base && item(base), next: item(next) }] as const
}
