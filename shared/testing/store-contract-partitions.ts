import { describe, expect, it } from 'vitest'
import type { Commit, Manifest } from '../store/index.ts'
import type { StoreBench } from './store-contract.ts'
import { aManifest, bytes, pattern, text } from './store-contract-values.ts'

export function describePartitionStates(bench: StoreBench): void {
  const states = (stage = 'scoring') => bench.store().partitions(stage)

  function commitOf(
    base: Manifest | undefined,
    next: Manifest,
    puts: Record<string, string>,
    rest = {},
  ): Commit {
    const values = new Map(Object.entries(puts).map(([name, value]) => [name, bytes(value)]))
    return { partition: 3, base, next, puts: values, ...rest }
  }

  async function loaded(
    partition = 3,
  ): Promise<{ manifest: Manifest | undefined; values: Record<string, string> }> {
    const { manifest, values } = await states().load(partition)
    return {
      manifest,
      values: Object.fromEntries([...values].map(([name, value]) => [name, text(value) ?? ''])),
    }
  }

  describe('partition states', () => {
    it('has neither manifest nor values before the first commit', async () => {
      expect(await states().manifest(3)).toBeUndefined()
      expect(await loaded()).toEqual({ manifest: undefined, values: {} })
      expect(await states().size(3)).toBe(0)
    })

    it('keeps values that a commit does not touch, over many commits and a restart', async () => {
      const first = aManifest({ offset: 10, partitionTime: 5, writtenAt: 7 })
      const names = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`brand-${i}`, `v${i}`]))
      expect(await states().commit(commitOf(undefined, first, names))).toBe(true)
      let base = first
      for (let i = 0; i < 20; i++) {
        const next = aManifest({ offset: 11 + i })
        expect(await states().commit(commitOf(base, next, { [`brand-${i}`]: `changed ${i}` }))).toBe(true)
        base = next
      }
      await bench.reopen()
      const found = await loaded()
      expect(found.manifest).toEqual(base)
      expect(Object.keys(found.values)).toHaveLength(200)
      expect(found.values['brand-19']).toBe('changed 19')
      expect(found.values['brand-20']).toBe('v20')
      expect(await states().manifest(3)).toEqual(base)
    })

    it('deletes names, puts them again, and counts the bytes of what is left', async () => {
      const a = aManifest({ offset: 1 })
      const b = aManifest({ offset: 2 })
      const c = aManifest({ offset: 3 })
      await states().commit(commitOf(undefined, a, { x: '12345', y: '123', z: '' }))
      expect(await states().size(3)).toBe(8)
      expect(await states().commit(commitOf(a, b, { y: '1' }, { deletes: ['x', 'none'] }))).toBe(true)
      expect(await loaded()).toEqual({ manifest: b, values: { y: '1', z: '' } })
      expect(await states().size(3)).toBe(1)
      await states().commit(commitOf(b, c, { x: 'ab' }))
      expect((await loaded()).values).toEqual({ x: 'ab', y: '1', z: '' })
      expect(await states().size(3)).toBe(3)
    })

    it('refuses a stale owner and changes nothing', async () => {
      const a = aManifest({ offset: 1 })
      const mine = aManifest({ offset: 5, writer: 'mine' })
      await states().commit(commitOf(undefined, a, { x: 'a', y: 'a' }))
      await states().commit(commitOf(a, mine, { x: 'mine' }))
      const stale = aManifest({ offset: 9, writer: 'stale' })
      expect(await states().commit(commitOf(a, stale, { x: 'stale', z: 'stale' }, { deletes: ['y'] }))).toBe(
        false,
      )
      expect(await states().commit(commitOf(undefined, stale, { x: 'stale' }))).toBe(false)
      expect(await loaded()).toEqual({ manifest: mine, values: { x: 'mine', y: 'a' } })
      expect(await states().size(3)).toBe(5)
    })

    it('refuses the stale owner that wrote at the very same position', async () => {
      const a = aManifest({ offset: 1 })
      await states().commit(commitOf(undefined, a, { x: 'a' }))
      const mine = aManifest({ offset: 5, writer: 'mine' })
      const stale = aManifest({ offset: 5, writer: 'stale' })
      expect(await states().commit(commitOf(a, mine, { x: 'mine', y: 'mine' }))).toBe(true)
      expect(await states().commit(commitOf(a, stale, { x: 'stale', y: 'stale', z: 'stale' }))).toBe(false)
      expect(await loaded()).toEqual({ manifest: mine, values: { x: 'mine', y: 'mine' } })
    })

    it.each<Partial<Manifest>>([
      { topicId: 'other' },
      { epoch: 1 },
      { offset: 4 },
      { partitionTime: 1 },
      { stateVersion: 2 },
      { build: 'other' },
      { model: 'other' },
      { writer: 'other' },
      { writtenAt: 1 },
    ])('refuses a base that differs in %o alone', async (difference) => {
      const first = aManifest({ offset: 5 })
      await states().commit(commitOf(undefined, first, { x: 'a' }))
      const base = { ...first, ...difference }
      expect(await states().commit(commitOf(base, aManifest({ epoch: 2, offset: 9 }), {}))).toBe(false)
      expect((await loaded()).manifest).toEqual(first)
    })

    it('lets exactly one of two writers with the same base win, whole', async () => {
      let base: Manifest | undefined
      for (let round = 0; round < 20; round++) {
        const next = ['a', 'b'].map((writer) => aManifest({ offset: round, writer }))
        const won = await Promise.all(
          next.map((manifest) =>
            states().commit(
              commitOf(base, manifest, { x: `${manifest.writer}${round}`, y: `${manifest.writer}${round}` }),
            ),
          ),
        )
        expect(won.filter(Boolean)).toHaveLength(1)
        base = next[won.indexOf(true)]
        const value = `${base?.writer}${round}`
        expect(await loaded()).toEqual({ manifest: base, values: { x: value, y: value } })
      }
    })

    it('shows a reader values with their manifest or never', async () => {
      let done = false
      const writing = (async () => {
        let base: Manifest | undefined
        for (let offset = 1; offset <= 60; offset++) {
          const next = aManifest({ offset })
          const values = new Map(Array.from({ length: 5 }, (_, i) => [`v${i}`, pattern(300_000, offset)]))
          await states().commit({ partition: 3, base, next, puts: values })
          base = next
        }
        done = true
      })()
      let seen = 0
      while (!done) {
        const { manifest, values } = await states().load(3)
        if (manifest === undefined) expect(values.size).toBe(0)
        else {
          const expected = pattern(300_000, manifest.offset)
          expect(values.size).toBe(5)
          for (const value of values.values()) expect(Buffer.compare(value, expected)).toBe(0)
          seen++
        }
        await new Promise((resolve) => setImmediate(resolve))
      }
      await writing
      expect(seen).toBeGreaterThan(0)
    })

    it('reads a large state as it stood when the reading began', async () => {
      const names = Array.from({ length: 8 }, (_, i) => `v${i}`)
      const first = aManifest({ offset: 1 })
      const next = aManifest({ offset: 2 })
      const values = (seed: number) =>
        new Map(names.map((name) => [name, new Uint8Array(5_000_000).fill(seed)]))
      await states().commit({ partition: 3, base: undefined, next: first, puts: values(1) })
      const [committed, found] = await Promise.all([
        states().commit({ partition: 3, base: first, next, puts: values(2) }),
        states().load(3),
      ])
      expect(committed).toBe(true)
      expect([...found.values.keys()]).toEqual(names)
      for (const value of found.values.values())
        expect(value.every((byte) => byte === found.manifest?.offset)).toBe(true)
    })

    it('keeps every byte of values of 5 MB, shrunk and grown again', async () => {
      let base: Manifest | undefined
      for (const [offset, length] of [5_000_000, 2 ** 20, 2 ** 20 + 1, 3, 0, 5_242_880].entries()) {
        const next = aManifest({ offset })
        const value = pattern(length, offset + 1)
        expect(await states().commit({ partition: 3, base, next, puts: new Map([['big', value]]) })).toBe(
          true,
        )
        base = next
        const found = (await states().load(3)).values.get('big')
        expect(found?.length).toBe(length)
        expect(Buffer.compare(found ?? bytes('?'), value)).toBe(0)
        expect(await states().size(3)).toBe(length)
      }
    })

    it('compares (epoch, offset): a rewind raises the epoch, going back without one is a fault', async () => {
      const a = aManifest({ epoch: 1, offset: 100 })
      await states().commit(commitOf(undefined, a, { x: 'a' }))
      const rewound = aManifest({ epoch: 2, offset: 10 })
      expect(await states().commit(commitOf(a, rewound, { x: 'rewound' }))).toBe(true)
      const back = states().commit(commitOf(rewound, aManifest({ epoch: 2, offset: 9 }), { x: 'back' }))
      await expect(back).rejects.toThrow(/epoch 2, offset 9.*epoch 2, offset 10/)
      await expect(
        states().commit(commitOf(rewound, aManifest({ epoch: 1, offset: 500 }), {})),
      ).rejects.toThrow(RangeError)
      const same = aManifest({ epoch: 2, offset: 10, writtenAt: 1 })
      expect(await states().commit(commitOf(rewound, same, { x: 'same' }))).toBe(true)
      expect(await loaded()).toEqual({ manifest: same, values: { x: 'same' } })
    })

    it('refuses a name both put and deleted, a name that is no key and a partition that is none', async () => {
      const next = aManifest()
      await expect(states().commit(commitOf(undefined, next, { x: '' }, { deletes: ['x'] }))).rejects.toThrow(
        '"x"',
      )
      await expect(states().commit(commitOf(undefined, next, { ['n'.repeat(513)]: '' }))).rejects.toThrow(
        '512',
      )
      await expect(states().load(-1)).rejects.toThrow('partition')
      await expect(states().commit(commitOf(undefined, aManifest({ offset: 0.5 }), {}))).rejects.toThrow(
        'offset',
      )
    })

    it('keeps partitions and stages apart', async () => {
      const a = aManifest({ writer: 'a' })
      const b = aManifest({ writer: 'b' })
      await states().commit({ partition: 3, base: undefined, next: a, puts: new Map([['x', bytes('a')]]) })
      await states().commit({ partition: 4, base: undefined, next: b, puts: new Map([['x', bytes('b')]]) })
      expect(await states('scoring2').manifest(3)).toBeUndefined()
      expect((await loaded(3)).values).toEqual({ x: 'a' })
      expect((await loaded(4)).values).toEqual({ x: 'b' })
    })

    it('has the older manifest and its values after the store was rolled back to a copy', async () => {
      const old = aManifest({ offset: 10 })
      await states().commit(commitOf(undefined, old, { x: 'old', y: 'old' }))
      const rollBack = await bench.copy()
      const newer = aManifest({ offset: 20 })
      await states().commit(commitOf(old, newer, { x: 'newer', z: 'newer' }, { deletes: ['y'] }))
      await rollBack()
      expect(await loaded()).toEqual({ manifest: old, values: { x: 'old', y: 'old' } })
      // The owner still has the newer manifest in memory: it is refused, and goes on from what stands.
      expect(await states().commit(commitOf(newer, aManifest({ offset: 30 }), { x: 'x' }))).toBe(false)
      expect(await states().commit(commitOf(old, newer, { x: 'newer' }))).toBe(true)
      expect(await loaded()).toEqual({ manifest: newer, values: { x: 'newer', y: 'old' } })
    })
  })
}
