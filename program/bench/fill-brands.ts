import { createSimulation, demoBrands, type SimulatedBrand } from '@nabiz/ingest'
import { createEngine, createSentimentEngine, type PartitionState, tokensForTerms } from '@nabiz/scoring'
import { thresholdsConfig } from '@nabiz/shared/contracts'
import { partitionOf } from '@nabiz/shared/log'
import { day, hour, minute } from '@nabiz/shared/time'
import { createSeeded } from '../tests/crash/seeded.ts'

/** Kinds of brands: mentions an hour, and how many of a hundred brands are of the kind. */
export const kinds = [
  { perHour: 2, share: 50 },
  { perHour: 20, share: 40 },
  { perHour: 100, share: 10 },
] as const

/** The values a filled brand has in a checkpoint, without its name. */
export interface FilledBrand {
  perHour: number
  config: Uint8Array
  hot: Uint8Array
  baselines: ReadonlyMap<string, Uint8Array>
}

const engine = createEngine({
  confusion: () => undefined,
  engineId: createSentimentEngine().id,
  build: 'bench',
})

/** One brand of each kind after 15 days of the simulator's mentions up to `end` (a whole minute), minute by minute through the engine. */
export function fillBrands(end: number): { brands: FilledBrand[]; partition: Uint8Array } {
  const sentimentEngine = createSentimentEngine()
  const state = engine.create()
  const simulated = kinds.map(({ perHour }, index): SimulatedBrand => {
    const like = demoBrands[index % demoBrands.length] as SimulatedBrand
    return { ...like, id: `kind-${index}`, ratePerHour: perHour }
  })
  const simulation = createSimulation({ seed: 'bench', brands: simulated })
  let offset = 0
  const apply = (input: Parameters<typeof engine.apply>[1]) => engine.apply(state, input, () => undefined)
  for (const [index, { id }] of simulated.entries()) {
    for (const [kind, name, content] of [
      ['brand', id, { thresholds: 'default', id, name: id, zoneOffsets: [{ from: 0, minutes: 180 }] }],
      ['thresholds', 'default', thresholdsConfig.parse({ id: 'default' })],
    ] as const) {
      const copy = {
        v: 1,
        type: 'config',
        kind,
        id: name,
        version: 'bench',
        brand: id,
        active: true,
      } as const
      apply({
        kind: 'config',
        copy: { ...copy, configOffset: index, content },
        offset: offset++,
        timestamp: end,
      })
    }
  }
  for (let at = end - 15 * day; at <= end; at += minute) {
    const condition = { platform: 'simulator', account: 'main', condition: 'ok' } as const
    apply({
      kind: 'heartbeat',
      heartbeat: { v: 1, type: 'heartbeat', at, source: 'bench', connectors: [condition] },
      offset: offset++,
      timestamp: at,
    })
    if (at === end) break
    for (const { item, brand } of simulation.minute(at)) {
      if (item.operation !== 'upsert' || item.revision !== undefined || item.own) continue
      const { id, kind, text, author, visibility, operation, own, createdAt = at } = item
      const sentiment = sentimentEngine.score(text, item.language)
      const mention = {
        v: 1,
        type: 'mention',
        id,
        platform: 'simulator',
        kind,
        brand,
        text,
        createdAt,
      } as const
      const scored = {
        mention: {
          ...mention,
          receivedAt: createdAt,
          operation,
          visibility,
          own,
          ...(author ? { author } : {}),
        },
        offset: offset++,
        sentiment,
        terms: tokensForTerms(text, sentiment.language),
      }
      apply({ kind: 'mention', scored, offset: scored.offset, timestamp: at })
    }
  }
  const { puts } = engine.encode(state)
  const bytesOf = (name: string) => puts.get(name) ?? new Uint8Array()
  const brands = simulated.map(({ id }, index) => ({
    perHour: kinds[index]?.perHour ?? 0,
    config: bytesOf(`c/${id}`),
    hot: bytesOf(`h/${id}`),
    baselines: new Map(
      [...puts]
        .filter(([name]) => name.startsWith(`b/${id}/`))
        .map(([name, value]) => [name.slice(`b/${id}/`.length), value]),
    ),
  }))
  return { brands, partition: bytesOf('p') }
}

/** Checkpoint values of each partition for `count` brands made after the filled ones, each with bytes of its own. */
export function spreadBrands(
  filled: ReturnType<typeof fillBrands>,
  count: number,
  end: number,
): Map<number, { state: PartitionState; values: Map<string, Uint8Array> }> {
  return new Map(
    [...eachPartition(filled, count, end)].map(({ partition, state, values }) => [
      partition,
      { state, values },
    ]),
  )
}

/** The same, one partition at a time. */
export function* eachPartition(filled: ReturnType<typeof fillBrands>, count: number, end: number) {
  const brandsOf = new Map<number, number[]>()
  for (let index = 0; index < count; index += 1) {
    const partition = partitionOf(`brand-${index}`)
    brandsOf.set(partition, [...(brandsOf.get(partition) ?? []), index])
  }
  for (const [partition, indices] of brandsOf) {
    const values = new Map([['p', filled.partition]])
    let perHour = 0
    for (const index of indices) {
      const id = `brand-${index}`
      const like = filled.brands[kindOf(index)]
      if (!like) continue
      values.set(`c/${id}`, like.config.slice())
      values.set(`h/${id}`, like.hot.slice())
      for (const [signal, bytes] of like.baselines) values.set(`b/${id}/${signal}`, bytes.slice())
      perHour += like.perHour
    }
    const state = engine.decode(values)
    addFingerprints(state, perHour, end, partition)
    // Only the fingerprints are new; the brands are as they were decoded.
    for (const [name, value] of engine.encode(state).puts) values.set(name, value)
    engine.markDurable(state)
    yield { partition, state, values }
  }
}

/** Has the baselines of a decoded state read, which stay bytes until somebody asks for them. */
export function readBaselines(state: PartitionState): void {
  for (const brand of state.brands.values()) {
    for (const { next } of Object.values(brand.baselines))
      if (next === undefined) throw new Error(`${brand.id}: a filled brand without a baseline`)
  }
}

/** All of `count` such brands in the state of one partition; no fingerprints. */
export function onePartition(filled: ReturnType<typeof fillBrands>, count: number): PartitionState {
  const values = new Map([['p', filled.partition]])
  for (let index = 0; index < count; index += 1) {
    const id = `brand-${index}`
    const like = filled.brands[kindOf(index)]
    if (!like) continue
    values.set(`c/${id}`, like.config)
    values.set(`h/${id}`, like.hot)
    for (const [signal, bytes] of like.baselines) values.set(`b/${id}/${signal}`, bytes)
  }
  return engine.decode(values)
}

/** What 48 hours of mentions leave behind so that each is counted once. */
function addFingerprints(state: PartitionState, perHour: number, end: number, seed: number): void {
  const random = createSeeded(seed)
  const now = Math.floor(end / hour)
  for (let at = now - 47; at <= now; at += 1) {
    for (let left = perHour; left > 0; left -= 1)
      state.fingerprints.add((random() * 2 ** 32) | 0, (random() * 2 ** 32) | 0, at)
  }
}

/** Mentions an hour of the brand that is made at this position. */
export function ratePerHour(index: number): number {
  return kinds[kindOf(index)]?.perHour ?? 0
}

function kindOf(index: number): number {
  let rest = index % 100
  for (const [kind, { share }] of kinds.entries()) {
    if (rest < share) return kind
    rest -= share
  }
  return 0
}
