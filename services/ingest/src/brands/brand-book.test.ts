import type { ActiveConfig, ConfigChange } from '@nabiz/shared/config-view'
import { type BrandVersion, brandConfig, type ConfigCopy } from '@nabiz/shared/contracts'
import { DependencyError } from '@nabiz/shared/errors'
import type { NewRecord } from '@nabiz/shared/log'
import { createSilentLogger } from '@nabiz/shared/logging'
import { createRegistry } from '@nabiz/shared/metrics'
import { day, ManualClock, second } from '@nabiz/shared/time'
import { afterEach, describe, expect, it } from 'vitest'
import { createTelemetry } from '../telemetry.ts'
import { type BrandBook, createBrandBook } from './brand-book.ts'

const books: BrandBook[] = []
afterEach(async () => {
  for (const book of books.splice(0)) await book.stop()
})

describe('createBrandBook', () => {
  it('names a brand only after its copy is in the log', async () => {
    const { book, change, gate, settle } = await setup()
    gate.close()
    change(aBrand('lokmajet'))
    await settle()
    expect(book.matcher().match('Lokmajet')).toEqual([])
    gate.open()
    await settle()
    expect(
      book
        .matcher()
        .match('Lokmajet')
        .map(({ brandId }) => brandId),
    ).toEqual(['lokmajet'])
    expect(book.isWatched('lokmajet')).toBe(true)
  })

  it('does not name a brand whose change came while another was relayed', async () => {
    const { book, change, gate, copies, settle } = await setup()
    gate.close()
    change(aBrand('lokmajet'))
    await settle()
    change(aBrand('tolvena'))
    gate.openOnce()
    await settle()
    expect(copies()).not.toContain('tolvena')
    expect(book.matcher().match('Tolvena')).toEqual([])
    expect(book.matcher().match('Lokmajet')).toHaveLength(1)
    gate.open()
    await settle()
    expect(copies()).toContain('tolvena')
    expect(book.matcher().match('Tolvena')).toHaveLength(1)
  })

  it('relays a change that comes while it starts', async () => {
    const { book, change, gate, copies, settle, starting } = await setup({ isClosed: true })
    await settle()
    change(aBrand('lokmajet'))
    gate.open()
    await starting
    await settle()
    expect(copies()).toContain('lokmajet')
    expect(book.matcher().match('Lokmajet')).toHaveLength(1)
  })

  it('tries again when the log is away, and loses no change', async () => {
    const { book, change, fail, clock, settle, errors } = await setup()
    fail(true)
    change(aBrand('lokmajet'))
    await settle()
    expect([errors.length, book.isWatched('lokmajet')]).toEqual([1, false])
    fail(false)
    clock.advance(5 * second)
    await settle()
    expect(book.isWatched('lokmajet')).toBe(true)
  })

  it('keeps the brands it has when a pattern cannot be matched, says so once, and takes the next change', async () => {
    const { book, change, clock, settle, errors } = await setup()
    change({ ...aBrand('x'), names: ['x'] })
    await settle()
    clock.advance(60 * second)
    await settle()
    expect(errors).toHaveLength(1)
    expect(book.matcher().match('Kuzey')).toHaveLength(1)
    change({ ...aBrand('x'), names: ['Xanadu'] })
    await settle()
    expect(book.matcher().match('Xanadu')).toHaveLength(1)
  })

  it('tells every brand of the model in force, and each that comes later', async () => {
    const { change, changeModel, copies, settle } = await setup()
    changeModel('other@2')
    await settle()
    expect(copies().filter((id) => id === 'sentiment')).toHaveLength(1)
    change(aBrand('lokmajet'))
    await settle()
    expect(copies().slice(-2)).toEqual(['lokmajet', 'sentiment'])
  })

  it('repeats the full config after a day', async () => {
    const { clock, copies, settle } = await setup()
    const before = copies().length
    clock.advance(day)
    await settle()
    expect(copies().length).toBe(2 * before)
  })
})

async function setup({ isClosed = false } = {}) {
  const clock = new ManualClock(Date.UTC(2026, 10, 2))
  const brands = new Map<string, ActiveConfig<BrandVersion>>()
  const listeners = new Set<(change: ConfigChange) => void>()
  const appended: NewRecord[] = []
  const errors: unknown[] = []
  let offset = 0
  let isFailing = false
  const gate = createGate(isClosed)
  const put = (content: BrandVersion): ConfigChange => {
    offset += 1
    const { id } = content
    const active = { kind: 'brand', id, version: `v${offset}`, offset, content, by: 'test', at: 0 } as const
    brands.set(id, active)
    return { kind: 'brand', id, offset, active }
  }
  let model: ActiveConfig | undefined
  put(aBrand('kuzey'))
  const book = createBrandBook({
    clock,
    telemetry: createTelemetry(createRegistry(), createSilentLogger()),
    onError: (err) => errors.push(err),
    log: {
      async append(records) {
        await gate.pass()
        if (isFailing) throw new DependencyError('log_unavailable', 'away', { retryable: true })
        appended.push(...records)
        return []
      },
    },
    view: {
      brands: () => [...brands.values()],
      thresholds: () => undefined,
      get: (kind) => (kind === 'model' ? model : undefined),
      removed: () => [],
      onChange(listener) {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
    },
  })
  books.push(book)
  const starting = book.start?.()
  if (!isClosed) await starting
  return {
    book,
    clock,
    errors,
    gate,
    starting,
    fail: (now: boolean) => {
      isFailing = now
    },
    change(content: BrandVersion) {
      const change = put(content)
      for (const listener of listeners) listener(change)
    },
    changeModel(engine: string) {
      offset += 1
      const found = { kind: 'model', id: 'sentiment', version: engine, offset, content: { engine } } as const
      model = { ...found, by: 'test', at: 0 }
      for (const listener of listeners) listener({ kind: 'model', id: 'sentiment', offset, active: model })
    },
    copies: () => appended.map(({ value }) => (JSON.parse(Buffer.from(value).toString()) as ConfigCopy).id),
    settle: () => new Promise((resolve) => setTimeout(resolve, 5)),
  }
}

/** Holds whoever passes until it is opened; `openOnce` lets those who wait pass and stays closed. */
function createGate(startsClosed: boolean) {
  let isClosed = startsClosed
  let waiting: (() => void)[] = []
  const release = () => {
    for (const go of waiting) go()
    waiting = []
  }
  return {
    close: () => {
      isClosed = true
    },
    open: () => {
      isClosed = false
      release()
    },
    openOnce: release,
    pass: () => (isClosed ? new Promise<void>((resolve) => waiting.push(resolve)) : Promise.resolve()),
  }
}

function aBrand(id: string): BrandVersion {
  const name = id.charAt(0).toUpperCase() + id.slice(1)
  return { ...brandConfig.parse({ id, name, names: [name] }), zoneOffsets: [{ from: 0, minutes: 0 }] }
}
