import type { MentionsRecord } from '@nabiz/shared/contracts'
import { DependencyError } from '@nabiz/shared/errors'
import type { Log, LogRecord } from '@nabiz/shared/log'
import { createEngine, namesIn } from './engine/index.ts'
import { mentionsToJudge } from './judgements/mentions-to-judge.ts'
import type { ModelShelf } from './sentiment/model-shelf.ts'
import type { SentimentResult } from './sentiment/sentiment-engine.ts'
import { openRecords } from './steps/read-record.ts'
import { readSkips } from './steps/read-skips.ts'

export interface RebuildPartitionOptions {
  log: Log
  partition: number
  /** Has the engine below. */
  models: ModelShelf
  /** Id of the engine whose view of the past is wanted. */
  engine: string
  /** Brands to tell about. */
  brands: readonly string[]
  build: string
  signal: AbortSignal
  /** Called now and then with the mentions judged so far. */
  onProgress?(mentions: number): void
}

/** What a partition's past looks like to an engine. */
export interface RebuiltPartition {
  /** By brand, for its model's config copy; a brand of which nothing is recorded is not there. */
  brands: Map<string, Uint8Array>
  /** Mentions that were judged. */
  mentions: number
}

/**
 * Judges the mentions that the log still holds by another engine and counts them anew, in a state of its own; nothing is
 * written. Rejects with DependencyError when the log or the engine cannot be reached.
 */
export async function rebuildPartition(options: RebuildPartitionOptions): Promise<RebuiltPartition> {
  const { log, partition, models, engine: id, signal } = options
  const engine = createEngine({
    confusion: (language) => models.confusion(language, id),
    engineId: id,
    build: options.build,
    signals: ['volume', 'negative', 'negativity', 'reach'],
  })
  const state = engine.create()
  const bounds = (await log.bounds('mentions')).find((one) => one.partition === partition)
  let mentions = 0
  if (!bounds || bounds.end === bounds.earliest) return { brands: new Map(), mentions }
  const skips = await readSkips(log, partition)

  async function apply(records: readonly LogRecord[]): Promise<void> {
    const opened = openRecords(records)
    const asked = mentionsToJudge(opened, {
      from: undefined,
      engineOf: () => id,
      isSlow: (each) => models.isSlow(each),
    })
    const judged = asked.length === 0 ? [] : await models.judgeTexts(asked, signal)
    const verdicts = new Map(asked.map(({ offset }, index) => [offset, judged[index]] as const))
    for (const { record, outcome } of opened) {
      if (outcome.kind !== 'pass' || skips.has(record.offset)) continue
      if (outcome.value.type === 'mention') mentions += 1
      applyOne(outcome.value, record, verdicts.get(record.offset))
    }
    options.onProgress?.(mentions)
  }

  function applyOne(
    value: MentionsRecord,
    { offset, timestamp }: LogRecord,
    verdict: SentimentResult | undefined,
  ) {
    const tell = () => undefined
    if (value.type === 'heartbeat') {
      engine.apply(state, { kind: 'heartbeat', heartbeat: value, offset, timestamp }, tell)
    } else if (value.type === 'config' && value.kind !== 'model') {
      engine.apply(state, { kind: 'config', copy: value, offset, timestamp }, tell)
    } else if (value.type === 'mention') {
      const reading = { languageHint: value.language, brand: namesIn(state, value.brand), engine: id }
      const sentiment = verdict ?? models.score(value.text, reading)
      const scored = { mention: value, offset, sentiment, terms: [] }
      engine.apply(state, { kind: 'mention', scored, offset, timestamp }, tell)
    }
  }

  const range = { topic: 'mentions', partition, from: bounds.earliest, to: bounds.end } as const
  for await (const records of log.read(range)) {
    if (signal.aborted) throw new DependencyError('closed', 'the rebuilding was ended', { retryable: false })
    await apply(records)
  }
  const brands = new Map<string, Uint8Array>()
  for (const brand of options.brands) {
    const rebuilt = engine.rebuilt(state, brand)
    if (rebuilt) brands.set(brand, rebuilt)
  }
  return { brands, mentions }
}
