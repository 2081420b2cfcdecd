import { isDeepStrictEqual } from 'node:util'
import { Secret } from '@nabiz/shared/config'
import { type DeadMention, type Mention, type Metric, mention } from '@nabiz/shared/contracts'
import { DependencyError } from '@nabiz/shared/errors'
import type { NewRecord } from '@nabiz/shared/log'
import { createSilentLogger } from '@nabiz/shared/logging'
import { createRegistry } from '@nabiz/shared/metrics'
import { day, ManualClock } from '@nabiz/shared/time'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Item } from './connectors/connector.ts'
import { createBrandMatcher } from './matching/brand-matcher.ts'
import { createAccept, type PipelineOptions } from './pipeline.ts'
import type { KnownTotal, SeenItem } from './ports.ts'
import { createPseudonymise } from './steps/pseudonymise.ts'
import { createTelemetry } from './telemetry.ts'

const now = Date.UTC(2026, 10, 2)

describe('createAccept', () => {
  it('accounts for everything received: passed, dropped or dead, in the receipt and in the metrics', async () => {
    const items = fc.array(
      fc.record({
        id: fc.constantFrom('1', '2', '3', '', 'x'.repeat(600)),
        text: fc.constantFrom('Kuzey Air', 'nothing', 'Kuzey Air and Lokmajet', ''),
        operation: fc.constantFrom('upsert' as const, 'delete' as const, 'hide' as const),
        revision: fc.option(fc.constantFrom('a', 'b'), { nil: undefined }),
      }),
    )
    await fc.assert(
      fc.asyncProperty(items, fc.nat(3), fc.nat(3), async (shapes, unreadable, ignored) => {
        const { accept, metric, mentions } = setup()
        const dead = { reason: 'schema' as const, detail: 'x', payload: new Uint8Array() }
        const delivery = {
          items: shapes.map(({ revision, ...shape }) =>
            anItem({ ...shape, ...(revision ? { revision } : {}) }),
          ),
          unreadable: Array.from({ length: unreadable }, () => dead),
          ignored: Array.from({ length: ignored }, () => 'not_content' as const),
        }
        const receipt = await accept(delivery)
        const dropped = Object.values(receipt.dropped).reduce((sum, count) => sum + count, 0)
        expect(receipt.received).toBe(shapes.length + unreadable + ignored)
        expect(receipt.passed + dropped + receipt.deadLettered).toBe(receipt.received)
        expect(receipt.mentions).toBe(mentions().length)
        const total = async (name: string) => metric(`nabiz_ingest_items_${name}_total`)
        expect((await total('passed')) + (await total('dropped')) + (await total('dead_lettered'))).toBe(
          await total('received'),
        )
      }),
      { numRuns: 50 },
    )
  })

  it('remembers only after the write, so that a delivery the log refused comes through when repeated', async () => {
    const { accept, mentions, seen, fail } = setup()
    fail(true)
    await expect(accept({ items: [anItem()] })).rejects.toBeInstanceOf(DependencyError)
    expect(seen.size).toBe(0)
    fail(false)
    await accept({ items: [anItem()] })
    expect((await accept({ items: [anItem()] })).dropped).toEqual({ duplicate: 1 })
    expect(mentions()).toHaveLength(1)
  })

  it('drops a repeat within one delivery', async () => {
    const { accept, mentions } = setup()
    expect((await accept({ items: [anItem(), anItem()] })).dropped).toEqual({ duplicate: 1 })
    expect(mentions()).toHaveLength(1)
  })

  it('sends a delete to every brand the item was written for, though it has no text', async () => {
    const { accept, mentions } = setup()
    await accept({ items: [anItem({ text: 'Kuzey Air and Lokmajet' })] })
    await accept({ items: [anItem({ text: '', operation: 'delete' })] })
    expect(
      mentions()
        .map(({ brand, operation }) => `${brand} ${operation}`)
        .sort(),
    ).toEqual(['kuzey-air delete', 'kuzey-air upsert', 'lokmajet delete', 'lokmajet upsert'])
  })

  it('drops an item whose delete came first', async () => {
    const { accept, mentions } = setup()
    await accept({ items: [anItem({ text: '', operation: 'delete' })] })
    expect((await accept({ items: [anItem()] })).dropped).toEqual({ deleted: 1 })
    expect(mentions()).toEqual([])
  })

  it('keeps an edit for the brands of before, though its text no longer names them', async () => {
    const { accept, mentions } = setup()
    await accept({ items: [anItem()] })
    await accept({ items: [anItem({ text: 'Lokmajet', revision: '2' })] })
    expect(mentions().map(({ brand, revision }) => [brand, revision])).toEqual([
      ['kuzey-air', undefined],
      // For this brand it is a first mention, not an edit: scoring counts no edits.
      ['lokmajet', undefined],
      ['kuzey-air', '2'],
    ])
  })

  it('takes an edit of what nobody saw before for the mention, once, whenever the version before it comes', async () => {
    const { accept, mentions } = setup()
    await accept({ items: [anItem({ revision: '2' })] })
    expect((await accept({ items: [anItem(), anItem({ revision: '2' })] })).dropped).toEqual({ duplicate: 2 })
    await accept({ items: [anItem({ revision: '3' })] })
    expect(mentions().map(({ revision }) => revision)).toEqual([undefined, '3'])
  })

  it.each<[string, Partial<Item>]>([
    ['was written before the memory begins', { createdAt: now - 3 * day }],
    ['has no time', { createdAt: undefined }],
    ['has no text', { text: '', brands: ['kuzey-air'] }],
  ])('leaves an edit an edit when it %s: it may have been counted in its time', async (_, fields) => {
    const { accept, mentions } = setup()
    await accept({ items: [anItem({ revision: '2', ...fields })] })
    expect(mentions().map(({ revision }) => revision)).toEqual(['2'])
  })

  it('takes an edit for the mention when only a hide of it was seen', async () => {
    const { accept, mentions } = setup()
    await accept({ items: [anItem({ operation: 'hide', revision: '1', brands: ['kuzey-air'] })] })
    await accept({ items: [anItem({ revision: '2' })] })
    expect(mentions().map(({ operation, revision }) => [operation, revision])).toEqual([
      ['hide', '1'],
      ['upsert', undefined],
    ])
  })

  it('lets no id of a person into the log', async () => {
    const { accept, records } = setup()
    const item = anItem({ id: '4711/8', idIsPersonal: true, parent: '4711/7', author: { id: '4711' } })
    await accept({ items: [item] })
    expect(records().join()).not.toContain('4711')
  })

  it.each<Partial<Item>>([
    { language: 'x'.repeat(36) },
    { permalink: 'x'.repeat(2_049) },
    { parent: 'x'.repeat(513) },
    { revision: 'x'.repeat(129) },
    { media: ['x'.repeat(2_049)] },
    { author: { id: 'a', followers: 1.5 } },
    { engagement: { likes: -1 } },
  ])('buries what is beyond the limits of a record: %j', async (beyond) => {
    const { accept, mentions } = setup()
    const receipt = await accept({ items: [anItem(beyond)] })
    expect([receipt.passed, receipt.deadLettered]).toEqual([0, 1])
    expect(mentions()).toEqual([])
  })

  it('passes what is at the limits of a record', async () => {
    const { accept, mentions } = setup()
    const atLimits = {
      id: 'x'.repeat(512),
      language: 'x'.repeat(35),
      permalink: 'x'.repeat(2_048),
      parent: 'x'.repeat(512),
      revision: 'x'.repeat(128),
      media: ['x'.repeat(2_048)],
      author: { id: 'a', followers: 0 },
      engagement: { likes: 0, views: Number.MAX_SAFE_INTEGER },
    }
    const { revision, ...rest } = atLimits
    expect((await accept({ items: [anItem(rest), anItem(atLimits)] })).passed).toBe(2)
    const written = { ...rest, author: { followers: 0 } }
    expect(mentions()).toMatchObject([written, { ...written, revision }])
  })

  it('names only brands that are watched, however an item was placed', async () => {
    const { accept, mentions } = setup()
    await accept({ items: [anItem({ text: 'x', brands: ['kuzey-air', 'gone'] })] })
    expect(mentions().map(({ brand }) => brand)).toEqual(['kuzey-air'])
  })

  it('writes what a counter grew by, so that the deltas add up to its total over a crash', async () => {
    const { accept, metrics, fail } = setup()
    const likes = (total: number) =>
      accept({ items: [], counts: [{ subject: 'p1', counter: 'likes', total, brands: ['kuzey-air'] }] })
    await likes(10)
    await likes(14)
    fail(true)
    await expect(likes(20)).rejects.toBeInstanceOf(DependencyError)
    fail(false)
    await likes(25)
    await likes(25)
    expect(metrics().map(({ id, delta, total }) => [id, delta, total])).toEqual([
      ['likes/1/p1', 0, 10],
      ['likes/2/p1', 4, 14],
      ['likes/3/p1', 6, 20],
      ['likes/4/p1', 5, 25],
    ])
  })

  it('writes a delta again with the same id when it cannot tell whether the log has it', async () => {
    const { accept, metrics, loseAnswer } = setup()
    const likes = (total: number) =>
      accept({ items: [], counts: [{ subject: 'p1', counter: 'likes', total, brands: ['kuzey-air'] }] })
    await likes(10)
    loseAnswer()
    await expect(likes(20)).rejects.toBeInstanceOf(DependencyError)
    await likes(22)
    expect(metrics().map(({ id, delta }) => [id, delta])).toEqual([
      ['likes/1/p1', 0],
      ['likes/2/p1', 10],
      ['likes/2/p1', 10],
    ])
  })

  it('counts a counter that did not move, and one of no brand, as dropped', async () => {
    const { accept } = setup()
    const count = { subject: 'p1', counter: 'views', total: 3, isItemised: true } as const
    await accept({ items: [], counts: [{ ...count, brands: ['kuzey-air'] }] })
    const receipt = await accept({ items: [], counts: [{ ...count, brands: ['kuzey-air'] }, count] })
    expect(receipt).toMatchObject({ received: 2, passed: 0, dropped: { unchanged: 1, no_brand: 1 } })
  })

  it('takes a hide, its taking back and the next hide each as a version of its own', async () => {
    const { accept, mentions } = setup()
    await accept({ items: [anItem()] })
    for (const revision of ['1', '2']) {
      await accept({ items: [anItem({ operation: 'hide', revision })] })
      await accept({ items: [anItem({ operation: 'hide', revision })] })
    }
    expect(mentions().map(({ operation, revision }) => [operation, revision])).toEqual([
      ['upsert', undefined],
      ['hide', '1'],
      ['hide', '2'],
    ])
  })

  it('keeps 64 KiB of an unreadable payload and its true size', async () => {
    const { accept, dead } = setup()
    const unreadable = {
      reason: 'not_json' as const,
      detail: 'd'.repeat(5_000),
      payload: new Uint8Array(100_000),
    }
    await accept({ items: [], unreadable: [{ ...unreadable, position: 'line 3' }] })
    const [letter] = dead()
    expect(letter).toMatchObject({ source: 'test/main', payloadBytes: 100_000, position: 'line 3' })
    expect(Buffer.from(letter?.payload ?? '', 'base64')).toHaveLength(65_536)
    expect(letter?.detail).toHaveLength(2_000)
  })

  it('lets no id of a person into the log with an item that fits no schema', async () => {
    const { accept, dead } = setup()
    const author = { id: 'person-4711', followers: 3 }
    const language = 'x'.repeat(36)
    await accept({
      items: [
        anItem({ id: 'chat-815/1', idIsPersonal: true, parent: 'chat-815/0', author, language }),
        anItem({ id: 'post-2', author, language }),
      ],
    })
    const payloads = dead().map(({ payload }) => Buffer.from(payload, 'base64').toString())
    expect(payloads).toHaveLength(2)
    expect(payloads.join()).not.toMatch(/4711|815/)
    expect(JSON.parse(payloads[1] ?? '')).toMatchObject({ id: 'post-2', author: { followers: 3 }, language })
  })

  it('takes deliveries about one item one after the other, so that a delete in the same moment is not forgotten', async () => {
    const { accept, mentions, seen } = setup()
    await Promise.all([
      accept({ items: [anItem()] }),
      accept({ items: [anItem({ text: '', operation: 'delete' })] }),
      accept({ items: [anItem()] }),
    ])
    expect(mentions().map(({ operation }) => operation)).toEqual(['upsert', 'delete'])
    expect([...seen.values()]).toEqual([{ brands: ['kuzey-air'], versions: ['', '!delete'] }])
  })
})

describe('two replicas that take one item in the same moment', () => {
  it('remember what both wrote', async () => {
    const { accept, other, mentions, seen, meanwhile } = setup()
    meanwhile(() => other({ items: [anItem({ text: 'Lokmajet', revision: '2' })] }))
    await accept({ items: [anItem()] })
    const item = only(seen)
    expect([...item.versions].sort()).toEqual(['', '2'])
    expect([...item.brands].sort()).toEqual(['kuzey-air', 'lokmajet'])
    const written = mentions().length
    expect((await other({ items: [anItem()] })).dropped).toEqual({ duplicate: 1 })
    expect((await accept({ items: [anItem({ revision: '2' })] })).dropped).toEqual({ duplicate: 1 })
    expect(mentions()).toHaveLength(written)
  })

  it('write the delete for the brand that only the other knew, whichever of the two is remembered first', async () => {
    const item = anItem()
    const deletion = anItem({ text: '', operation: 'delete' })
    for (const [first, second] of [
      [item, deletion],
      [deletion, item],
    ] as const) {
      const { accept, other, mentions, seen, meanwhile } = setup()
      meanwhile(() => other({ items: [first] }))
      await accept({ items: [second] })
      expect(mentions().map(({ brand, operation }) => `${brand} ${operation}`)).toEqual([
        'kuzey-air upsert',
        'kuzey-air delete',
      ])
      expect(only(seen).brands).toEqual(['kuzey-air'])
      expect([...only(seen).versions].sort()).toEqual(['', '!delete'])
    }
  })

  it('write and remember once when both were given the same', async () => {
    const { accept, other, mentions, seen, meanwhile } = setup()
    meanwhile(() => other({ items: [anItem()] }))
    await accept({ items: [anItem()] })
    expect(mentions().map(({ operation }) => operation)).toEqual(['upsert', 'upsert'])
    expect(only(seen)).toEqual({ brands: ['kuzey-air'], versions: [''] })
  })

  it('do not answer when the memory never stands still', async () => {
    const { accept, seen, meanwhile } = setup()
    let changes = 0
    const change = async () => {
      changes += 1
      for (const key of [...seen.keys(), 'none'].slice(0, 1)) seen.set(key, aSeen(`edit ${changes}`))
      meanwhile(change)
    }
    await accept({ items: [anItem()] })
    meanwhile(change)
    await expect(accept({ items: [anItem({ revision: '9' })] })).rejects.toMatchObject({ retryable: true })
    expect(changes).toBe(8)
  })
})

function only(seen: ReadonlyMap<string, SeenItem>): SeenItem {
  const [item, ...others] = [...seen.values()]
  if (!item || others.length > 0) throw new Error(`${seen.size} items are remembered`)
  return item
}

function aSeen(version: string): SeenItem {
  return { brands: ['kuzey-air'], versions: [version] }
}

function setup() {
  const records: NewRecord[] = []
  const seen = new Map<string, SeenItem>()
  const totals = new Map<string, KnownTotal>()
  const registry = createRegistry()
  let isFailing = false
  let isAnswerLost = false
  let between: (() => Promise<unknown>) | undefined
  const of = <T>(topic: string) =>
    records
      .filter((record) => record.topic === topic)
      .map(({ value }) => JSON.parse(Buffer.from(value).toString()) as T)
  const options: PipelineOptions = {
    log: {
      async append(batch) {
        if (isFailing) throw new DependencyError('log_unavailable', 'away', { retryable: true })
        records.push(...batch)
        if (isAnswerLost) {
          isAnswerLost = false
          throw new DependencyError('log_unavailable', 'no answer', { retryable: true })
        }
        return []
      },
    },
    seen: {
      rememberedMs: 2 * day,
      get: async (keys) => keys.map((key) => seen.get(key)),
      async remember(entries) {
        const work = between
        between = undefined
        await work?.()
        const changed = [...entries].filter(([key, { base }]) => !isDeepStrictEqual(seen.get(key), base))
        for (const [key, { next }] of entries)
          if (!changed.some(([other]) => other === key)) seen.set(key, next)
        return new Map(changed.map(([key]) => [key, seen.get(key)]))
      },
    },
    totals: {
      get: async (keys) => keys.map((key) => totals.get(key)),
      async set(entries) {
        for (const [key, total] of entries) totals.set(key, total)
      },
    },
    clock: new ManualClock(now),
    pseudonymise: createPseudonymise(new Secret('key'), 1),
    telemetry: createTelemetry(registry, createSilentLogger()),
    matcher: () => matcher,
    isWatched: (brand) => brand !== 'gone',
  }
  return {
    accept: createAccept('test', 'main', options),
    /** The same pipeline in another replica. */
    other: createAccept('test', 'main', options),
    /** Happens once, between the next write and its being remembered. */
    meanwhile: (work: () => Promise<unknown>) => {
      between = work
    },
    seen,
    fail: (value: boolean) => {
      isFailing = value
    },
    /** The next append is taken and its answer lost. */
    loseAnswer: () => {
      isAnswerLost = true
    },
    metrics: () => of<Metric>('mentions').filter(({ type }) => type === 'metric'),
    mentions: () => of<Mention>('mentions').map((record) => mention.parse(record)),
    dead: () => of<DeadMention>('mentions.dead'),
    records: () => records.map(({ key, value }) => `${key} ${Buffer.from(value).toString()}`),
    async metric(name: string) {
      const found = await registry.getSingleMetric(name)?.get()
      return found?.values.reduce((sum, { value }) => sum + value, 0) ?? 0
    },
  }
}

const brand = { names: [], aliases: [], handles: [], hashtags: [], exclusions: [] }
const matcher = createBrandMatcher([
  { ...brand, id: 'kuzey-air', names: ['Kuzey Air'] },
  { ...brand, id: 'lokmajet', names: ['Lokmajet'] },
])

function anItem(overrides: Partial<Item> = {}): Item {
  return {
    id: '1',
    kind: 'post',
    text: 'Kuzey Air',
    createdAt: now,
    operation: 'upsert',
    visibility: 'public',
    own: false,
    ...overrides,
  }
}
