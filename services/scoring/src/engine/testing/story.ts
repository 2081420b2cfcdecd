import type {
  ConfigCopy,
  ConnectorCondition,
  Count,
  Mark,
  Mention,
  Metric,
  SignalRecord,
  Transition,
} from '@nabiz/shared/contracts'
import { createEngine } from '../create-engine.ts'
import type {
  ApplyResult,
  CountedMinute,
  Emission,
  Engine,
  EngineInput,
  EngineOptions,
  ScoredMention,
} from '../engine.ts'
import type { PartitionState } from '../partition-state.ts'

export const minute = 60_000
export const hour = 60 * minute
export const day = 24 * hour
/** A Monday, 00:00 UTC. */
export const monday = Date.UTC(2024, 0, 1)

/** What a test says about a mention; the rest is ordinary. */
export interface MentionOverrides extends Partial<Omit<Mention, 'author'>> {
  author?: Mention['author'] | undefined
  label?: 'negative' | 'neutral' | 'positive'
  terms?: readonly string[]
  sketch?: readonly number[]
}

export function anEngine(options: Partial<Pick<EngineOptions, 'signals' | 'confusion'>> = {}): Engine {
  return createEngine({ confusion: () => undefined, engineId: 'lexicon-1', build: 'test', ...options })
}

/** A mention of `kuzey` on `forum` by somebody new. */
export function aMention(sequence: number, overrides: MentionOverrides = {}): ScoredMention {
  const { label = 'neutral', terms = [], sketch, ...fields } = overrides
  const createdAt = overrides.createdAt ?? monday
  const mention: Mention = {
    v: 1,
    type: 'mention',
    id: `m${sequence}`,
    platform: 'forum',
    kind: 'post',
    brand: 'kuzey',
    text: `text ${sequence}`,
    createdAt,
    receivedAt: createdAt,
    operation: 'upsert',
    visibility: 'public',
    own: false,
    ...fields,
    author: overrides.author,
  } as Mention
  if (!('author' in overrides)) mention.author = { id: `k1:${sequence}`, followers: 10 }
  if (mention.author === undefined) delete mention.author
  return { mention, offset: sequence, sentiment: { label, score: 0, language: 'tr' }, terms, sketch }
}

/** A partition's records in the order of the log, and what came of them. */
export class Story {
  readonly engine: Engine
  state: PartitionState
  readonly emissions: Emission[] = []
  readonly inputs: EngineInput[] = []
  /** Conditions that heartbeats carry. */
  connectors: ConnectorCondition[] = [{ platform: 'forum', account: 'main', condition: 'ok' }]
  /** What checkpoints wrote. */
  readonly values = new Map<string, Uint8Array>()
  now = monday
  #offset = 0

  readonly #options: Partial<Pick<EngineOptions, 'signals' | 'confusion'>>

  constructor(options: Partial<Pick<EngineOptions, 'signals' | 'confusion'>> = {}) {
    this.#options = options
    this.engine = anEngine(options)
    this.state = this.engine.create()
  }

  apply(input: EngineInput): ApplyResult {
    this.inputs.push(input)
    return this.engine.apply(this.state, input, (emission) => this.emissions.push(emission))
  }

  brand(id = 'kuzey', content: Record<string, unknown> = {}, configOffset = 0, active = true): ApplyResult {
    return this.#config({
      kind: 'brand',
      id,
      brand: id,
      version: 'b1',
      configOffset,
      active,
      content: { id, name: id, zoneOffsets: [{ from: 0, minutes: 180 }], ...content },
    })
  }

  thresholds(content: Record<string, unknown>, configOffset = 1, brand = 'kuzey'): ApplyResult {
    return this.#config({
      kind: 'thresholds',
      id: 'default',
      brand,
      version: `t${configOffset}`,
      configOffset,
      active: true,
      content: { id: 'default', ...content },
    })
  }

  /** `kuzey` tries these beside those in force; mentions that follow are numbered as if it did not. */
  tryThresholds(content: Record<string, unknown>): ApplyResult {
    const copy = {
      v: 1,
      type: 'config',
      kind: 'thresholds',
      id: 'tried',
      brand: 'kuzey',
      version: 'tried',
      configOffset: 11,
      active: true,
      content: { id: 'tried', ...content },
    } as const
    this.apply({ kind: 'config', timestamp: this.now, offset: 0, copy })
    return this.brand('kuzey', { shadow: 'tried' }, 12)
  }

  /** The model of `kuzey`, with what its past looks like to it where that was rebuilt. */
  model(engine: string, configOffset: number, rebuilt?: Uint8Array): ApplyResult {
    return this.#config({
      kind: 'model',
      id: 'sentiment',
      brand: 'kuzey',
      version: `m${configOffset}`,
      configOffset,
      active: true,
      content: { engine, ...(rebuilt ? { rebuilt: Buffer.from(rebuilt).toString('base64') } : {}) },
    })
  }

  #config(copy: Omit<ConfigCopy, 'v' | 'type'>): ApplyResult {
    return this.apply({
      kind: 'config',
      timestamp: this.now,
      offset: this.#offset++,
      copy: { v: 1, type: 'config', ...copy },
    })
  }

  /** A heartbeat at `at`, accepted by the log at `timestamp`. */
  heartbeat(at: number = this.now, timestamp: number = at, source = 'ingest-0'): ApplyResult {
    this.now = Math.max(this.now, Math.min(at, timestamp))
    const heartbeat = { v: 1, type: 'heartbeat', at, source, connectors: this.connectors } as const
    return this.apply({ kind: 'heartbeat', timestamp, offset: this.#offset++, heartbeat })
  }

  mention(overrides: MentionOverrides = {}): ApplyResult {
    const scored = aMention(this.#offset++, { createdAt: this.now, ...overrides })
    return this.apply({ kind: 'mention', timestamp: this.now, offset: scored.offset, scored })
  }

  /** What a counter of `kuzey` on `forum` grew by in the five minutes before. */
  metric(delta: number, overrides: Partial<Metric> = {}): ApplyResult {
    const offset = this.#offset++
    const metric: Metric = {
      v: 1,
      type: 'metric',
      id: `likes/${offset}/p1`,
      platform: 'forum',
      brand: 'kuzey',
      counter: 'likes',
      subject: 'p1',
      delta,
      total: 1_000_000,
      observedAt: this.now,
      since: this.now - 5 * minute,
      receivedAt: this.now,
      ...overrides,
    }
    return this.apply({ kind: 'metric', timestamp: this.now, offset, metric })
  }

  /** A person's word for what happened to `kuzey` from one moment to another. */
  mark(mark: Mark['mark'], from: number, to: number, overrides: Partial<Mark> = {}): ApplyResult {
    const told: Mark = {
      v: 1,
      type: 'mark',
      brand: 'kuzey',
      incident: 'i',
      mark,
      from,
      to,
      by: 'elif',
      at: this.now,
      ...overrides,
    }
    return this.apply({ kind: 'mark', timestamp: this.now, offset: this.#offset++, mark: told })
  }

  /** Days in which a counter is looked at every five minutes and grows by about ten, up and down. */
  passCountedDays(days: number, overrides: Partial<Metric> = {}): void {
    const until = this.now + days * day
    while (this.now < until) {
      this.heartbeat(this.now + minute)
      const index = Math.floor(this.now / minute)
      if (index % 5 === 2) this.metric(6 + ((Math.imul(index, 2_654_435_761) >>> 8) % 9), overrides)
    }
  }

  /** So many mentions of one minute, of which nothing is known but the details, if any. */
  count(
    mentions: number,
    at: number = this.now,
    platform = 'forum',
    details?: NonNullable<CountedMinute['details']>,
  ): ApplyResult {
    const known = details === undefined ? {} : { details }
    const count = { brand: 'kuzey', platform, minute: at, mentions, ...known }
    return this.apply({ kind: 'count', timestamp: this.now, offset: this.#offset++, count })
  }

  /** One heartbeat a minute until `until`; `perMinute(minute index)` mentions are written in each. */
  pass(
    until: number,
    perMinute: (index: number) => number = () => 0,
    overrides: MentionOverrides = {},
  ): void {
    while (this.now < until) {
      this.heartbeat(this.now + minute)
      const index = Math.floor(this.now / minute)
      for (let left = perMinute(index); left > 0; left -= 1) this.mention(overrides)
    }
  }

  /** Days of about four mentions in ten minutes, regular but not even, a quarter of them negative. */
  passQuietDays(days: number): void {
    const until = this.now + days * day
    while (this.now < until) {
      this.heartbeat(this.now + minute)
      const index = Math.floor(this.now / minute)
      const roll = (Math.imul(index, 2_654_435_761) >>> 8) % 100
      if (roll < 40) this.mention({ label: roll < 10 ? 'negative' : 'neutral', terms: ['alışveriş'] })
    }
  }

  get breaches(): Transition[] {
    return this.emissions.flatMap((emission) => (emission.topic === 'breaches' ? [emission.value] : []))
  }

  breachesOf(signal: string): Transition[] {
    return this.breaches.filter((breach) => breach.signal === signal)
  }

  get signals(): SignalRecord[] {
    return this.emissions.flatMap((emission) => (emission.topic === 'signals' ? [emission.value] : []))
  }

  get counts(): Count[] {
    return this.emissions.flatMap((emission) => (emission.topic === 'counts' ? [emission.value] : []))
  }

  /** Another story with the same past, of which it has no record but the state. */
  fork(): Story {
    this.restore()
    const story = new Story(this.#options)
    story.connectors = this.connectors
    story.now = this.now
    story.#offset = this.#offset
    for (const [name, bytes] of this.values) story.values.set(name, bytes)
    story.state = story.engine.decode(new Map(this.values))
    return story
  }

  /** Goes on from a checkpoint, as another process would. */
  restore(): void {
    const { puts, deletes } = this.engine.encode(this.state)
    for (const [name, bytes] of puts) this.values.set(name, bytes)
    for (const name of deletes) this.values.delete(name)
    this.engine.markDurable(this.state)
    this.state = this.engine.decode(new Map(this.values))
  }
}

/** A story of one brand with so many quiet days behind it, at midnight UTC, without a breach. */
export function aWarmStory(days: number): Story {
  const story = new Story()
  story.brand()
  story.heartbeat()
  story.passQuietDays(days)
  if (story.breaches.length > 0) throw new Error('the quiet days of a story must not page')
  return story
}
