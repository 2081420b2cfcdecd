import { judgements, judgementsKey, type Verdict } from '@nabiz/shared/contracts'
import type { LogRecord } from '@nabiz/shared/log'
import type { ModelShelf, TextForEngine } from '../sentiment/model-shelf.ts'
import type { SentimentResult } from '../sentiment/sentiment-engine.ts'
import { type CarriedIn, CarriedRecords } from './carried-records.ts'

/** A mention's text, where it stands, and who is to judge it. */
export interface MentionToJudge extends TextForEngine {
  offset: number
}

export interface CarriedJudgementsOptions extends CarriedIn {
  judgeTexts: ModelShelf['judgeTexts']
}

/**
 * The verdicts on a partition's mentions, from the log where they stand there, else asked for and written there before
 * they are used. So whoever reads the partition again, from a checkpoint or from its beginning, counts by the same.
 */
export class CarriedJudgements {
  readonly #options: CarriedJudgementsOptions
  readonly #records: CarriedRecords<readonly Verdict[]>
  /** Verdicts read or written and not yet used, with the offset of their record in `judgements`. */
  readonly #known = new Map<number, { result: SentimentResult; at: number }>()

  /** `position`: where a checkpoint said to go on reading `judgements`; undefined: at its beginning. */
  constructor(position: number | undefined, options: CarriedJudgementsOptions) {
    this.#options = options
    this.#records = new CarriedRecords(position, options, (record) => {
      const verdicts = verdictsOf(record)
      this.#keep(verdicts, record.offset)
      return verdicts
    })
  }

  /** Where whoever goes on after the mention before `offset` must read `judgements` from; undefined: nothing was read. */
  positionFor(offset: number): number | undefined {
    const needed = [...this.#known].flatMap(([mention, { at }]) => (mention >= offset ? [at] : []))
    return this.#records.positionFor(needed)
  }

  /** Forgets the verdicts on mentions before `offset`. */
  used(offset: number): void {
    for (const mention of this.#known.keys()) if (mention < offset) this.#known.delete(mention)
  }

  /** The verdict on each mention, in order; once this resolves, all of them stand in the log. */
  async of(mentions: readonly MentionToJudge[], signal: AbortSignal): Promise<SentimentResult[]> {
    const last = mentions.at(-1)
    if (!last) return []
    // A record that is only about later mentions says that nothing more will come of these.
    await this.#records.readOn(
      signal,
      (verdicts) => verdicts.length > 0 && verdicts.every(({ offset }) => offset > last.offset),
    )
    const missing = mentions.filter(({ offset }) => !this.#known.has(offset))
    if (missing.length > 0) await this.#judge(missing, signal)
    return mentions.map(({ offset }) => {
      const verdict = this.#known.get(offset)
      if (!verdict) throw new Error(`no verdict on offset ${offset} of partition ${this.#options.partition}`)
      return verdict.result
    })
  }

  async #judge(missing: readonly MentionToJudge[], signal: AbortSignal): Promise<void> {
    const { partition, judgeTexts, reach } = this.#options
    const results = await reach('sentiment engine', () => judgeTexts(missing, signal), signal)
    const verdicts = missing.map(({ offset }, index): Verdict => {
      const result = results[index]
      if (!result) throw new Error(`no result for offset ${offset} of partition ${partition}`)
      const { label, score, confidence, language, engine } = result
      return { offset, label, score, confidence, language, engine }
    })
    const at = await this.#records.append(judgementsKey, { v: 1, type: 'judgements', verdicts }, signal)
    this.#keep(verdicts, at)
  }

  #keep(verdicts: readonly Verdict[], at: number): void {
    for (const { offset, ...result } of verdicts) {
      if (!this.#known.has(offset)) this.#known.set(offset, { result, at })
    }
  }
}

/** Verdicts of a record of `judgements`; none where no schema understands it: then the engine is asked again. */
export function verdictsOf(record: LogRecord): readonly Verdict[] {
  try {
    const parsed = judgements.safeParse(JSON.parse(Buffer.from(record.value).toString('utf8')))
    return parsed.success ? parsed.data.verdicts : []
  } catch {
    return []
  }
}
