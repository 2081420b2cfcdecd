import { createEngine, createLexiconEngine, type EngineInput, type PartitionState } from '@nabiz/scoring'
import { minute } from '@nabiz/shared/time'
import { createSeeded } from '../tests/crash/seeded.ts'
import { coreSeconds } from './core-time.ts'
import type { Figure } from './figure.ts'
import { fillBrands, onePartition, ratePerHour, readBaselines } from './fill-brands.ts'

const brandCount = 10_000
/** Minutes in which each brand is talked about as usual, after one that is not measured; buckets of the baseline among them. */
const usualMinutes = 11
const warmingMentions = 100_000
/** So many in one minute that every brand has a crisis of its own. */
const stormMentions = 600_000
const countedMinutes = 600_000
/** Minutes that are closed for every brand while the storms last; two buckets of the baseline among them. */
const closedMinutes = 10
/** Checkpoints after which the figures are taken: the first also writes what is new. */
const checkpoints = 3

const engine = createEngine({
  confusion: () => undefined,
  engineId: createLexiconEngine().id,
  build: 'bench',
})

/** The engine alone, without log, store and texts: one partition with 10,000 brands of 15 days each; core time. */
export async function engineAlone(): Promise<Figure[]> {
  const begin = Math.floor(Date.now() / minute) * minute
  const state = onePartition(fillBrands(begin), brandCount)
  // They are read when a brand is judged for the first time, which is a member's first minute and no other.
  readBaselines(state)
  const run = createRun(state, begin)
  const usual = asUsual()
  let usualCount = 0
  let usualMs = 0
  const closingUsual: number[] = []
  for (let at = 0; at <= usualMinutes; at += 1) {
    const mentions = someMentions(usual.length, begin + at * minute, 10 + at, usual)
    const perMention = run.time(mentions)
    const closing = run.time([aHeartbeat(begin + (at + 1) * minute)])
    if (at === 0) continue
    usualCount += mentions.length
    usualMs += perMention * mentions.length
    closingUsual.push(closing)
  }
  const end = begin + (usualMinutes + 1) * minute
  run.time(someMentions(warmingMentions, end, 1))
  const perStormMention = run.time(someMentions(stormMentions, end, 2))
  const perCount = run.time(someCounts(countedMinutes, end, 3))
  const closingStorm: number[] = []
  const perFirstCount: number[] = []
  for (let at = 1; at <= closedMinutes; at += 1) {
    closingStorm.push(run.time([aHeartbeat(end + at * minute)]))
    perFirstCount.push(run.time(someCounts(brandCount, end + at * minute, 3 + at)))
  }
  const steps: number[] = []
  let whole = 0
  let bytes = 0
  for (let round = 1; round <= checkpoints; round += 1) {
    run.time([aHeartbeat(end + (closedMinutes + round) * minute)])
    steps.length = 0
    const from = coreMs()
    const encoding = engine.encodeSteps(state)
    for (;;) {
      const before = coreMs()
      const step = encoding.next()
      steps.push(coreMs() - before)
      if (!step.done) continue
      bytes = [...step.value.puts.values()].reduce((sum, value) => sum + value.length, 0)
      break
    }
    whole = coreMs() - from
    engine.markDurable(state)
  }
  return [
    {
      name: 'engine_counts',
      what: 'recorded counts into the engine, 10,000 brands, a second of core time',
      value: 1_000 / perCount,
      unit: 'counts/s',
      aim: 1_000_000,
      better: 'more',
      note: `${countedMinutes.toLocaleString('en')} counts of a minute of one brand and platform, brands at random; one count or so a brand and minute: ${Math.round(1_000 / median(perFirstCount)).toLocaleString('en')} counts/s`,
    },
    {
      name: 'engine_mentions',
      what: 'mentions into the engine, 10,000 brands talked about as usual, a second of core time',
      value: (1_000 * usualCount) / usualMs,
      unit: 'mentions/s',
      better: 'more',
      note: 'each new, with an author and three terms; sentiment and reading are not in it',
    },
    {
      name: 'engine_minute',
      what: 'closing a minute of 10,000 brands talked about as usual',
      value: median(closingUsual),
      unit: 'ms',
      better: 'less',
      note: `median of ${closingUsual.length}, of 60,000 ms there are; longest, which closes five minutes too, ${Math.max(...closingUsual).toFixed(0)} ms`,
    },
    {
      name: 'engine_storm_mentions',
      what: 'the same mentions, while each of the 10,000 brands has a crisis of its own',
      value: 1_000 / perStormMention,
      unit: 'mentions/s',
      better: 'more',
      note: `${Math.round(stormMentions / brandCount)} a brand in one minute: every brand's breaches are opened and told in it`,
    },
    {
      name: 'engine_storm_minute',
      what: 'closing a minute while each of 10,000 brands has a crisis of its own',
      value: median(closingStorm),
      unit: 'ms',
      better: 'less',
      note: `median of ${closedMinutes}, of 60,000 ms there are; longest ${Math.max(...closingStorm).toFixed(0)} ms`,
    },
    {
      name: 'engine_checkpoint',
      what: 'longest step of a checkpoint of 10,000 brands in one partition',
      value: Math.max(...steps),
      unit: 'ms',
      aim: 100,
      better: 'less',
      note: `${steps.length.toLocaleString('en')} steps, ${whole.toFixed(0)} ms together, ${(bytes / 2 ** 20).toFixed(0)} MiB; a minute had closed for every brand`,
    },
  ]
}

/** Brands of which a minute's mentions are as usual: each as often as it is talked about, in an order at random. */
function asUsual(): number[] {
  const random = createSeeded(9)
  const tickets = Array.from({ length: brandCount }, (_, index) => index).flatMap((index) =>
    new Array<number>(ratePerHour(index)).fill(index),
  )
  const drawn = Math.round(tickets.length / 60)
  return Array.from({ length: drawn }, () => tickets[Math.floor(random() * tickets.length)] ?? 0)
}

/** Applies records and says how long one took, ms. */
function createRun(state: PartitionState, end: number) {
  let offset = 0
  const heard = aHeartbeat(end)
  engine.apply(state, heard, () => undefined)
  return {
    time(inputs: readonly EngineInput[]): number {
      const from = coreMs()
      for (const input of inputs) {
        const result = engine.apply(state, { ...input, offset: offset++ } as EngineInput, () => undefined)
        if (result.kind === 'dropped') throw new Error(`a record of the bench was dropped: ${result.reason}`)
      }
      return (coreMs() - from) / inputs.length
    },
  }
}

function aHeartbeat(at: number): EngineInput {
  const connectors = [{ platform: 'simulator', account: 'main', condition: 'ok' as const }]
  const heartbeat = { v: 1 as const, type: 'heartbeat' as const, at, source: 'bench', connectors }
  return { kind: 'heartbeat', heartbeat, offset: 0, timestamp: at }
}

/** `brands`: of which brand each is; of any at random unless given. */
function someMentions(count: number, at: number, seed: number, brands?: readonly number[]): EngineInput[] {
  const random = createSeeded(seed)
  const words = ['teşekkür', 'kargo', 'geç', 'iade', 'fiyat', 'indirim', 'uçuş', 'bagaj', 'destek', 'hat']
  return Array.from({ length: count }, (_, index) => {
    const isNegative = random() < 0.2
    const author = { id: `k1:${Math.floor(random() * 1e6)}`, followers: Math.floor(random() * 2_000) }
    const mention = {
      v: 1 as const,
      type: 'mention' as const,
      id: `${seed}/${index}`,
      platform: 'simulator',
      kind: 'post' as const,
      brand: `brand-${brands?.[index] ?? Math.floor(random() * brandCount)}`,
      text: '',
      createdAt: at,
      receivedAt: at,
      operation: 'upsert' as const,
      visibility: 'public' as const,
      own: false,
      author,
    }
    const sentiment = {
      label: isNegative ? ('negative' as const) : ('neutral' as const),
      score: 0,
      language: 'tr',
    }
    const terms = Array.from({ length: 3 }, () => words[Math.floor(random() * words.length)] as string)
    const scored = { mention, offset: index, sentiment, terms }
    return { kind: 'mention', scored, offset: index, timestamp: at }
  })
}

function someCounts(count: number, at: number, seed: number): EngineInput[] {
  const random = createSeeded(seed)
  return Array.from({ length: count }, () => ({
    kind: 'count',
    count: {
      brand: `brand-${Math.floor(random() * brandCount)}`,
      platform: 'simulator',
      minute: at,
      mentions: 1,
    },
    offset: 0,
    timestamp: at,
  }))
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

function coreMs(): number {
  return 1_000 * coreSeconds()
}
