import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Lease, Manifest, Store } from '../store/index.ts'
import type { ManualClock } from '../time/index.ts'
import type { StoreBench } from './store-contract.ts'
import { aManifest, bytes, text } from './store-contract-values.ts'

/** What the store should hold, in plain maps. */
interface Model {
  now: number
  values: Map<string, { value: string; until: number }>
  timers: Map<string, number>
  lease: { holder: string; token: number; until: number } | undefined
  lastToken: number
  manifest: Manifest | undefined
  state: Map<string, string>
}

interface Real {
  store: Store
  clock: ManualClock
  reopen(): Promise<Store>
  leases: Lease[]
}

type Step = (model: Model, real: Real) => Promise<void>

const keys = ['a', 'a/1', 'a/2', 'b', 'ş']
const key = fc.constantFrom(...keys)
const value = fc.string({ maxLength: 6 })
const ttlMs = fc.option(fc.integer({ min: 1, max: 50 }), { nil: undefined })
const holder = fc.constantFrom('x', 'y', 'z')
const entry = fc.record({ key, value, ttlMs })

function current(model: Model, name: string): string | undefined {
  const found = model.values.get(name)
  return found !== undefined && found.until > model.now ? found.value : undefined
}

function until(model: Model, ttl: number | undefined): number {
  return ttl === undefined ? Number.POSITIVE_INFINITY : model.now + ttl
}

function lasting(ttl: number | undefined): { ttlMs?: number } {
  return ttl === undefined ? {} : { ttlMs: ttl }
}

const steps: fc.Arbitrary<{ name: string; run: Step }>[] = [
  fc.array(entry, { maxLength: 4 }).map((entries) => ({
    name: `setMany(${JSON.stringify(entries)})`,
    async run(model, { store }) {
      await store.setMany(entries.map((e) => ({ key: e.key, value: bytes(e.value), ...lasting(e.ttlMs) })))
      for (const e of entries) model.values.set(e.key, { value: e.value, until: until(model, e.ttlMs) })
    },
  })),
  fc.array(key, { maxLength: 3 }).map((names) => ({
    name: `delete(${names})`,
    async run(model, { store }) {
      await store.delete(names)
      for (const name of names) model.values.delete(name)
    },
  })),
  fc
    .tuple(key, fc.option(value, { nil: undefined }), fc.boolean(), ttlMs)
    .map(([name, next, right, ttl]) => ({
      name: `compareAndSet(${name}, ${right ? 'right' : 'wrong'}, ${next}, ${ttl})`,
      async run(model, { store }) {
        const found = current(model, name)
        const expected = right ? found : `${found ?? ''}?`
        const won = await store.compareAndSet(
          name,
          expected === undefined ? undefined : bytes(expected),
          next === undefined ? undefined : bytes(next),
          lasting(ttl),
        )
        expect(won).toBe(right)
        if (!right) return
        if (next === undefined) model.values.delete(name)
        else model.values.set(name, { value: next, until: until(model, ttl) })
      },
    })),
  fc.integer({ min: 1, max: 60 }).map((ms) => ({
    name: `advance(${ms})`,
    async run(model, { clock }) {
      clock.advance(ms)
      model.now += ms
    },
  })),
  fc.constant({
    name: 'reopen()',
    async run(_model, real) {
      real.store = await real.reopen()
    },
  }),
  fc.tuple(key, fc.integer({ min: -5, max: 100 })).map(([id, dueAt]) => ({
    name: `schedule(${id}, ${dueAt})`,
    async run(model, { store }) {
      await store.schedule([{ queue: 'q', id, dueAt }])
      model.timers.set(id, dueAt)
    },
  })),
  key.map((id) => ({
    name: `unschedule(${id})`,
    async run(model, { store }) {
      await store.unschedule([{ queue: 'q', id }])
      model.timers.delete(id)
    },
  })),
  fc.tuple(holder, fc.integer({ min: 1, max: 50 })).map(([who, ttl]) => ({
    name: `acquireLease(${who}, ${ttl})`,
    async run(model, real) {
      const lease = await real.store.acquireLease('l', who, ttl)
      const held = model.lease !== undefined && model.lease.until > model.now ? model.lease : undefined
      expect(lease !== undefined).toBe(held === undefined || held.holder === who)
      if (lease === undefined) return
      if (held === undefined) expect(lease.token).toBeGreaterThan(model.lastToken)
      else expect(lease.token).toBe(held.token)
      model.lease = { holder: who, token: lease.token, until: model.now + ttl }
      model.lastToken = lease.token
      real.leases.push(lease)
    },
  })),
  fc.tuple(fc.nat({ max: 3 }), fc.boolean()).map(([back, release]) => ({
    name: `${release ? 'releaseLease' : 'renewLease'}(${back} back)`,
    async run(model, real) {
      const lease = real.leases.at(-1 - back)
      if (lease === undefined) return
      const held =
        model.lease !== undefined && model.lease.until > model.now && model.lease.token === lease.token
      if (release) {
        await real.store.releaseLease(lease)
        if (held) model.lease = undefined
      } else {
        expect(await real.store.renewLease(lease, 20)).toBe(held)
        if (held && model.lease !== undefined) model.lease.until = model.now + 20
      }
    },
  })),
  fc
    .tuple(fc.dictionary(key, value), fc.array(key), fc.nat({ max: 1 }), fc.boolean())
    .map(([puts, drop, on, right]) => ({
      name: `commit(${JSON.stringify(puts)}, ${drop}, ${on}, ${right ? 'right' : 'stale'})`,
      async run(model, { store }) {
        const deletes = drop.filter((name) => !(name in puts))
        const base = right ? model.manifest : aManifest({ writer: 'stale' })
        const next = aManifest({ offset: (model.manifest?.offset ?? 0) + on, writtenAt: model.now })
        const won = await store.partitions('s').commit({
          partition: 0,
          base,
          next,
          puts: new Map(Object.entries(puts).map(([name, put]) => [name, bytes(put)])),
          deletes,
        })
        expect(won).toBe(right)
        if (!right) return
        model.manifest = next
        for (const name of deletes) model.state.delete(name)
        for (const [name, put] of Object.entries(puts)) model.state.set(name, put)
      },
    })),
]

async function check(model: Model, { store }: Real): Promise<void> {
  expect((await store.getMany(keys)).map(text)).toEqual(keys.map((name) => current(model, name)))
  const listed = (await store.list('a')).map((found) => [found.key, text(found.value)])
  const present = keys.filter((name) => name.startsWith('a') && current(model, name) !== undefined)
  expect(listed).toEqual(present.map((name) => [name, current(model, name)]))
  const due = (await store.due('q', 50, 100)).map(({ id, dueAt }) => [id, dueAt])
  const expected = [...model.timers].filter(([, dueAt]) => dueAt <= 50)
  expect(due.map(([, dueAt]) => dueAt)).toEqual(expected.map(([, dueAt]) => dueAt).sort((a, b) => a - b))
  expect(new Map(due as [string, number][])).toEqual(new Map(expected))
  const { manifest, values } = await store.partitions('s').load(0)
  expect(manifest).toEqual(model.manifest)
  expect(new Map([...values].map(([name, found]) => [name, text(found)]))).toEqual(model.state)
  const bytesHeld = [...model.state.values()].reduce((sum, held) => sum + bytes(held).length, 0)
  expect(await store.partitions('s').size(0)).toBe(bytesHeld)
}

export function describeStoreModel(bench: StoreBench): void {
  describe('any sequence of calls', () => {
    it('answers as plain maps would', async () => {
      const commands = steps.map((arbitrary) =>
        arbitrary.map(
          ({ name, run }): fc.AsyncCommand<Model, Real> => ({
            check: () => true,
            async run(model, real) {
              await run(model, real)
              await check(model, real)
            },
            toString: () => name,
          }),
        ),
      )
      await fc.assert(
        fc.asyncProperty(fc.commands(commands, { maxCommands: 40 }), async (sequence) => {
          await fc.asyncModelRun(() => setup(bench), sequence)
        }),
        { numRuns: 60, interruptAfterTimeLimit: 20_000 },
      )
    })
  })
}

/** The place is the same for all runs of the property; it is emptied first, and its tokens go on growing. */
async function setup(bench: StoreBench): Promise<{ model: Model; real: Real }> {
  const store = bench.store()
  bench.clock().advance(1_000)
  await store.delete(keys)
  await store.unschedule(keys.map((id) => ({ queue: 'q', id })))
  const probe = await store.acquireLease('probe', 'setup', 1)
  const { manifest, values } = await store.partitions('s').load(0)
  const model: Model = {
    now: bench.clock().now(),
    values: new Map(),
    timers: new Map(),
    lease: undefined,
    lastToken: 0,
    manifest,
    state: new Map([...values].map(([name, value]) => [name, text(value) ?? ''])),
  }
  if (probe === undefined) throw new Error('the probe lease is held')
  return { model, real: { store, clock: bench.clock(), reopen: bench.reopen, leases: [] } }
}
