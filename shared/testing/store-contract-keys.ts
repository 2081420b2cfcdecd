import { describe, expect, it } from 'vitest'
import type { StoreBench } from './store-contract.ts'
import { bytes, pattern, text } from './store-contract-values.ts'

export function describeKeyedValues(bench: StoreBench): void {
  describe('keyed values', () => {
    it('reads back what was set, after a restart too', async () => {
      await bench.store().set('cursor/a', bytes('1'))
      await bench.store().setMany([
        { key: 'cursor/b', value: bytes('2') },
        { key: 'leer', value: new Uint8Array(0) },
      ])
      const store = await bench.reopen()
      const found = await store.getMany(['leer', 'cursor/a', 'none', 'cursor/b', 'cursor/a'])
      expect(found.map(text)).toEqual(['', '1', undefined, '2', '1'])
      expect(text(await store.get('cursor/b'))).toBe('2')
      expect(await store.get('none')).toBeUndefined()
    })

    it('keeps every byte of a value, also of one larger than a piece', async () => {
      const value = pattern(2 ** 20 + 17)
      await bench.store().set('big', value)
      expect(Buffer.compare((await bench.store().get('big')) ?? bytes(''), value)).toBe(0)
    })

    it('gives a value that the caller may keep and change', async () => {
      await bench.store().set('k', bytes('abc'))
      const first = await bench.store().get('k')
      first?.fill(0)
      expect(text(await bench.store().get('k'))).toBe('abc')
    })

    it('deletes, and takes no offence at what is not there', async () => {
      await bench.store().set('a', bytes('1'))
      await bench.store().set('b', bytes('1'))
      await bench.store().delete(['a', 'none'])
      expect((await bench.store().getMany(['a', 'b'])).map(text)).toEqual([undefined, '1'])
    })

    it('sets the last of equal keys within one write', async () => {
      await bench.store().setMany([
        { key: 'k', value: bytes('first'), ttlMs: 10 },
        { key: 'k', value: bytes('last') },
      ])
      bench.clock().advance(100)
      expect(text(await bench.store().get('k'))).toBe('last')
    })

    it('lists keys with a prefix by their UTF-8 bytes, with their values', async () => {
      // U+FF5A sorts before U+1F600 as UTF-8 and as code points, after it as UTF-16.
      const names = ['p/b', 'p/a', 'p/', 'p/\u{1f600}', 'p/ｚ', 'p', 'p0', 'q/a', 'p/ş']
      await bench.store().setMany(names.map((key) => ({ key, value: bytes(key) })))
      const listed = await bench.store().list('p/')
      expect(listed.map(({ key }) => key)).toEqual(['p/', 'p/a', 'p/b', 'p/ş', 'p/ｚ', 'p/\u{1f600}'])
      expect(listed.map(({ value }) => text(value))).toEqual(listed.map(({ key }) => key))
      expect(await bench.store().list('')).toHaveLength(names.length)
      expect(await bench.store().list('none')).toEqual([])
    })

    it('forgets a value when its time is up by the store’s clock, not before', async () => {
      await bench.store().set('k', bytes('1'), { ttlMs: 1_000 })
      bench.clock().advance(999)
      expect(text(await bench.store().get('k'))).toBe('1')
      bench.clock().advance(1)
      expect(await bench.store().get('k')).toBeUndefined()
      expect(await bench.store().getMany(['k'])).toEqual([undefined])
      expect(await bench.store().list('')).toEqual([])
      expect(await bench.store().compareAndSet('k', undefined, bytes('2'))).toBe(true)
      bench.clock().advance(1_000_000)
      expect(text(await bench.store().get('k'))).toBe('2')
    })

    it('takes the time of the last write: longer, shorter, or none', async () => {
      const store = bench.store()
      await store.setMany(
        ['longer', 'shorter', 'none'].map((key) => ({ key, value: bytes('1'), ttlMs: 100 })),
      )
      await store.set('longer', bytes('2'), { ttlMs: 200 })
      await store.set('shorter', bytes('2'), { ttlMs: 50 })
      await store.set('none', bytes('2'))
      bench.clock().advance(100)
      const found = await (await bench.reopen()).getMany(['longer', 'shorter', 'none'])
      expect(found.map(text)).toEqual(['2', undefined, '2'])
    })

    it('refuses keys of more than 512 bytes, empty ones and broken text, naming what was found', async () => {
      const store = bench.store()
      await store.set('ş'.repeat(256), bytes('fits'))
      expect(text(await store.get('ş'.repeat(256)))).toBe('fits')
      await expect(store.set(`${'ş'.repeat(256)}a`, bytes('1'))).rejects.toThrow(/513 bytes.*512/)
      await expect(store.getMany(['ok', ''])).rejects.toThrow('empty')
      await expect(store.set('a\ud800', bytes('1'))).rejects.toThrow('surrogate')
    })

    it('refuses a time to live that is none', async () => {
      await expect(bench.store().set('k', bytes('1'), { ttlMs: 0 })).rejects.toThrow('ttlMs')
      await expect(bench.store().set('k', bytes('1'), { ttlMs: Number.NaN })).rejects.toThrow('ttlMs')
    })

    it('compares all bytes, absence included, before it sets', async () => {
      const store = bench.store()
      expect(await store.compareAndSet('k', bytes('a'), bytes('b'))).toBe(false)
      expect(await store.compareAndSet('k', undefined, bytes('a'))).toBe(true)
      expect(await store.compareAndSet('k', undefined, bytes('b'))).toBe(false)
      expect(await store.compareAndSet('k', bytes('ab'), bytes('b'))).toBe(false)
      expect(await store.compareAndSet('k', bytes(''), bytes('b'))).toBe(false)
      expect(text(await store.get('k'))).toBe('a')
      expect(await store.compareAndSet('k', bytes('a'), undefined)).toBe(true)
      expect(await store.get('k')).toBeUndefined()
      expect(await store.compareAndSet('k', undefined, undefined)).toBe(true)
    })

    it('compares many in one write, each by itself, and says which were set', async () => {
      const store = bench.store()
      await store.setMany([
        { key: 'a', value: bytes('1') },
        { key: 'b', value: bytes('1') },
      ])
      const many = Array.from({ length: 2_500 }, (_, i) => ({ key: `many/${i}`, next: bytes(String(i)) }))
      expect(
        await store.compareAndSetMany([
          { key: 'a', expected: bytes('1'), next: bytes('2') },
          { key: 'b', expected: bytes('other'), next: bytes('2') },
          { key: 'c', expected: undefined, next: bytes('2'), ttlMs: 1_000 },
          { key: 'd', expected: undefined, next: undefined },
          ...many.map((entry) => ({ ...entry, expected: undefined })),
        ]),
      ).toEqual([true, false, true, true, ...many.map(() => true)])
      expect((await store.getMany(['a', 'b', 'c', 'd', 'many/2499'])).map(text)).toEqual([
        ...['2', '1', '2'],
        undefined,
        '2499',
      ])
      expect(await store.compareAndSetMany([{ key: 'a', expected: bytes('2'), next: undefined }])).toEqual([
        true,
      ])
      bench.clock().advance(1_000)
      expect((await store.getMany(['a', 'c'])).map(text)).toEqual([undefined, undefined])
      expect(await store.compareAndSetMany([])).toEqual([])
      await expect(
        store.compareAndSetMany([{ key: 'k', expected: undefined, next: bytes('1'), ttlMs: 0 }]),
      ).rejects.toThrow('ttlMs')
    })

    it('lets exactly one of 50 concurrent callers win each round', async () => {
      const store = bench.store()
      let current: Uint8Array | undefined
      for (let round = 0; round < 20; round++) {
        const base = current
        const won = await Promise.all(
          Array.from({ length: 50 }, (_, i) => store.compareAndSet('k', base, bytes(`${round}/${i}`))),
        )
        expect(won.filter(Boolean)).toHaveLength(1)
        current = await store.get('k')
        expect(text(current)).toBe(`${round}/${won.indexOf(true)}`)
      }
    })

    it('loses no step of 50 concurrent counters', async () => {
      const store = bench.store()
      async function count(): Promise<void> {
        for (;;) {
          const found = await store.get('n')
          if (await store.compareAndSet('n', found, bytes(String(Number(text(found) ?? 0) + 1)))) return
        }
      }
      await Promise.all(Array.from({ length: 50 }, count))
      expect(text(await store.get('n'))).toBe('50')
    })

    it('refuses everything once closed, with the code closed', async () => {
      const store = bench.store()
      await bench.reopen()
      await expect(store.get('k')).rejects.toMatchObject({ code: 'closed' })
      await expect(store.set('k', bytes('1'))).rejects.toMatchObject({ code: 'closed' })
      await expect(store.partitions('s').load(0)).rejects.toMatchObject({ code: 'closed' })
      await store.close()
    })

    it('settles what was asked for before it closed', async () => {
      const writes = Array.from({ length: 20 }, (_, i) => bench.store().set(`k${i}`, bytes('1')))
      const store = await bench.reopen()
      await Promise.all(writes)
      expect(await store.list('k')).toHaveLength(20)
    })
  })
}
