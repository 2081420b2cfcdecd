import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Emission, EngineInput } from './engine.ts'
import { anEngine, minute, Story } from './testing/story.ts'

it('gives the same bytes whatever checkpoints lie between', () => {
  const records = aLongLog()
  const undisturbed = run(records, () => false)
  fc.assert(
    fc.property(fc.array(fc.nat(records.length - 1), { minLength: 1, maxLength: 25 }), (points) => {
      const cuts = new Set(points)
      expect(run(records, (at) => cuts.has(at))).toEqual(undisturbed)
    }),
    { numRuns: 8 },
  )
})

it('is asked about episodes, late ones among them, revised counts and stored baselines', () => {
  const { emissions, values } = run(aLongLog(), () => false)
  for (const part of [
    '"opened"',
    '"recovered"',
    '"late":true',
    '"revision":1',
    '"observed":false',
    '"joins"',
    '"signal":"engagement","transition":"opened"',
  ]) {
    expect(emissions).toContain(part)
  }
  expect(values.some((value) => value.startsWith('b/'))).toBe(true)
})

it('writes what changed since a checkpoint that was lost together with what changed after it', () => {
  const records = aLongLog().slice(0, 3_000)
  const engine = anEngine()
  const state = engine.create()
  const values = new Map<string, Uint8Array>()
  records.forEach((record, at) => {
    engine.apply(state, record, () => undefined)
    if (at === 1_000) engine.encode(state)
    if (at === 2_000) store(values, engine.encode(state))
    if (at === 2_100) engine.markDurable(state)
  })
  store(values, engine.encode(state))
  expect(hashed(values)).toEqual(run(records, () => false).values)
})

it('gives the same emissions when a partition is read twice', () => {
  const records = aLongLog()
  expect(run(records, () => false).emissions).toBe(run(records, () => false).emissions)
})

/** Two brands, two platforms, two storms, a late one, deleted mentions, a gap, a blind platform, config changes. */
function aLongLog(): EngineInput[] {
  const story = new Story()
  const seen = [...story.connectors, { platform: 'video', account: 'a', condition: 'ok' as const }]
  story.connectors = seen
  story.brand('kuzey')
  story.brand('bora', { zoneOffsets: [{ from: 0, minutes: 0 }] }, 1)
  story.thresholds({ recoverMinutes: 10 }, 2)
  story.mention({ brand: 'bora' })
  story.heartbeat()
  for (let at = 0; at < 1_720; at += 1) {
    story.heartbeat(story.now + (at === 1_480 ? 200 : 1) * minute)
    const roll = (Math.imul(at, 2_654_435_761) >>> 8) % 100
    const isStorm = (at > 1_580 && at < 1_590) || (at > 1_690 && at < 1_698)
    for (let left = isStorm ? 30 : roll < 30 ? 2 : 0; left > 0; left -= 1) {
      story.mention({
        brand: roll % 3 === 0 ? 'bora' : 'kuzey',
        platform: left % 2 === 0 ? 'forum' : 'video',
        label: roll < 15 || isStorm ? 'negative' : 'positive',
        terms: [`w${roll % 7}`, `v${left % 5}`],
        createdAt: story.now - (roll % 11 === 0 ? roll * 10 * minute : 0),
      })
    }
    if (at === 1_485 || at === 1_487) {
      const createdAt = story.now - (at - 1_385) * minute
      for (let left = 200; left > 0; left -= 1) story.mention({ createdAt })
    }
    if (at % 5 === 0) {
      story.metric(at === 1_600 ? 4_000 : 5 + (roll % 9) - (roll === 40 ? 30 : 0), {
        id: `likes/${at - (at % 10)}/p1`,
      })
    }
    if (at % 60 === 7)
      story.metric(900 + roll, { platform: 'video', counter: 'views', since: story.now - 60 * minute })
    if (roll === 5) story.mention({ operation: 'delete', id: `m${at}` })
    if (at === 1_600) story.thresholds({ recoverMinutes: 12 }, 3)
    if (at === 1_500) story.connectors = [{ platform: 'forum', account: 'main', condition: 'blind' }]
    if (at === 1_510) story.connectors = seen
  }
  return story.inputs
}

function run(records: readonly EngineInput[], isCut: (at: number) => boolean) {
  const engine = anEngine()
  let state = engine.create()
  const values = new Map<string, Uint8Array>()
  const emissions: Emission[] = []
  records.forEach((record, at) => {
    engine.apply(state, record, (emission) => emissions.push(emission))
    if (!isCut(at)) return
    store(values, engine.encode(state))
    engine.markDurable(state)
    state = engine.decode(new Map(values))
  })
  store(values, engine.encode(state))
  return { emissions: JSON.stringify(emissions), values: hashed(values) }
}

function store(
  values: Map<string, Uint8Array>,
  { puts, deletes }: { puts: Map<string, Uint8Array>; deletes: string[] },
): void {
  for (const [name, bytes] of puts) values.set(name, bytes)
  for (const name of deletes) values.delete(name)
}

function hashed(values: ReadonlyMap<string, Uint8Array>): string[] {
  return [...values].map(([name, bytes]) => `${name} ${Buffer.from(bytes).toString('base64')}`).sort()
}
