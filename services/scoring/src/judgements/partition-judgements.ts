import type { ModelShelf } from '../sentiment/model-shelf.ts'
import type { SentimentResult } from '../sentiment/sentiment-engine.ts'
import { modelSegments } from '../steps/model-segments.ts'
import type { OpenedRecord } from '../steps/read-record.ts'
import { CarriedJudgements, type CarriedJudgementsOptions } from './carried-judgements.ts'
import { putPosition, readPosition } from './carried-records.ts'
import { mentionsToJudge } from './mentions-to-judge.ts'

/** Name of the checkpoint's value that says where `judgements` is read on; the engine's own names differ. */
const positionName = 'j'

export interface PartitionJudgementsOptions extends Omit<CarriedJudgementsOptions, 'judgeTexts'> {
  models: ModelShelf
  /** Id of the engine that judges a brand's mentions now. */
  engineOf(brand: string): string
}

/** What engines that take their time say of one partition's mentions: asked for before a batch is applied. */
export class PartitionJudgements {
  readonly #options: PartitionJudgementsOptions
  readonly #carried: CarriedJudgements
  /** With quick engines alone nothing need be known of what comes. */
  readonly #isAnySlow: boolean
  #verdicts: ReadonlyMap<number, SentimentResult> = new Map()

  /** `values`: those of the partition's checkpoint. */
  constructor(values: ReadonlyMap<string, Uint8Array>, options: PartitionJudgementsOptions) {
    const { models } = options
    this.#options = options
    this.#isAnySlow = models.ids().some((id) => models.isSlow(id))
    this.#carried = new CarriedJudgements(readPosition(values, positionName), {
      ...options,
      judgeTexts: (texts, signal) => models.judgeTexts(texts, signal),
    })
  }

  /** A batch in parts, each judged by the engines in force at its beginning. */
  segments(records: readonly OpenedRecord[]): readonly (readonly OpenedRecord[])[] {
    return this.#isAnySlow ? modelSegments(records) : [records]
  }

  /** Has every mention of a segment from the offset `from` on judged, and the verdicts in the log. */
  async ahead(
    records: readonly OpenedRecord[],
    from: number | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    if (!this.#isAnySlow) return
    const { models, engineOf } = this.#options
    const isSlow = (id: string) => models.isSlow(id)
    const mentions = mentionsToJudge(records, { from, engineOf, isSlow })
    const results = await this.#carried.of(mentions, signal)
    this.#verdicts = new Map(results.map((result, index) => [mentions[index]?.offset ?? -1, result] as const))
  }

  verdictOn(offset: number): SentimentResult | undefined {
    return this.#verdicts.get(offset)
  }

  /** Adds to a checkpoint of the state before `next` where to read on. */
  encode(puts: Map<string, Uint8Array>, next: number): void {
    putPosition(puts, positionName, this.#carried.positionFor(next))
  }

  /** Mentions before this offset were applied. */
  used(offset: number): void {
    this.#carried.used(offset)
  }
}
