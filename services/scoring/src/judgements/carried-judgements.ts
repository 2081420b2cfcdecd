import { judgements, judgementsKey, type Verdict } from '@nabiz/shared/contracts'
import type { Log, LogRecord } from '@nabiz/shared/log'
import type { SentimentResult } from '../sentiment/sentiment-engine.ts'
import type { TextToJudge } from '../sentiment/slow-engine.ts'
import type { JudgeTexts } from './judge-texts.ts'

/** A mention's text and where it stands. */
export interface MentionToJudge extends TextToJudge {
  offset: number
}

export interface CarriedJudgementsOptions {
  log: Log
  partition: number
  judgeTexts: JudgeTexts
  /** Repeats a call until what it needs can be reached. */
  reach<T>(what: string, call: () => Promise<T>, signal: AbortSignal): Promise<T>
}

/**
 * The verdicts on a partition's mentions, from the log where they stand there, else asked for and written there before
 * they are used. So whoever reads the partition again, from a checkpoint or from its beginning, counts by the same.
 *
 * Two members may judge the same mentions for a while (one was taken for dead). The first verdict in the log holds for
 * both: who appends sees by the record's offset that another wrote in between, and reads that before using its own.
 */
export class CarriedJudgements {
  readonly #options: CarriedJudgementsOptions
  /** Verdicts read or written and not yet used, with the offset of their record in `judgements`. */
  readonly #known = new Map<number, { result: SentimentResult; at: number }>()
  /** The next record of `judgements` to read. */
  #next: number | undefined
  /** Whether all that stood there was read: from then on only this member and a stray one write. */
  #isAtEnd = false

  /** `position`: where a checkpoint said to go on reading `judgements`; undefined: at its beginning. */
  constructor(position: number | undefined, options: CarriedJudgementsOptions) {
    this.#next = position
    this.#options = options
  }

  /** Where whoever goes on after the mention before `offset` must read `judgements` from; undefined: nothing was read. */
  positionFor(offset: number): number | undefined {
    let position = this.#next
    for (const [mention, { at }] of this.#known) {
      if (mention >= offset && position !== undefined) position = Math.min(position, at)
    }
    return position
  }

  /** Forgets the verdicts on mentions before `offset`. */
  used(offset: number): void {
    for (const mention of this.#known.keys()) if (mention < offset) this.#known.delete(mention)
  }

  /** The verdict on each mention, in order; once this resolves, all of them stand in the log. */
  async of(mentions: readonly MentionToJudge[], signal: AbortSignal): Promise<SentimentResult[]> {
    const last = mentions.at(-1)
    if (!last) return []
    if (!this.#isAtEnd) await this.#readUntil(last.offset, signal)
    const missing = mentions.filter(({ offset }) => !this.#known.has(offset))
    if (missing.length > 0) await this.#judge(missing, signal)
    return mentions.map(({ offset }) => {
      const verdict = this.#known.get(offset)
      if (!verdict) throw new Error(`no verdict on offset ${offset} of partition ${this.#options.partition}`)
      return verdict.result
    })
  }

  async #judge(missing: readonly MentionToJudge[], signal: AbortSignal): Promise<void> {
    const { log, partition, judgeTexts, reach } = this.#options
    const results = await reach('sentiment engine', () => judgeTexts(missing, signal), signal)
    const verdicts = missing.map(({ offset }, index): Verdict => {
      const result = results[index]
      if (!result) throw new Error(`no result for offset ${offset} of partition ${partition}`)
      const { label, score, confidence, language, engine } = result
      return { offset, label, score, confidence, language, engine }
    })
    const value = Buffer.from(JSON.stringify({ v: 1, type: 'judgements', verdicts }), 'utf8')
    const record = { topic: 'judgements', key: judgementsKey, partition, value } as const
    const [appended] = await reach('log', () => log.append([record]), signal)
    if (!appended) throw new Error('the log gave no offset for an appended record')
    const { offset } = appended
    if (this.#next !== undefined && offset > this.#next) await this.#read(this.#next, offset, signal)
    this.#keep(verdicts, appended.offset)
    this.#next = appended.offset + 1
  }

  /** Reads on until the verdict on `offset` was passed, or the end. */
  async #readUntil(offset: number, signal: AbortSignal): Promise<void> {
    const { log, partition, reach } = this.#options
    const all = await reach('log', () => log.bounds('judgements'), signal)
    const bounds = all.find((one) => one.partition === partition)
    if (!bounds) return
    // What retention took is older than the mentions it speaks of.
    const from = Math.max(this.#next ?? 0, bounds.earliest)
    this.#isAtEnd = await this.#read(Math.min(from, bounds.end), bounds.end, signal, offset)
  }

  /** True when it came to `to`; false when it stopped because a record was only about mentions after `past`. */
  async #read(
    from: number,
    to: number,
    signal: AbortSignal,
    past = Number.POSITIVE_INFINITY,
  ): Promise<boolean> {
    const { log, partition, reach } = this.#options
    this.#next = from
    const readOn = async () => {
      const range = { topic: 'judgements', partition, from: this.#next ?? from, to } as const
      for await (const records of log.read(range)) {
        for (const record of records) {
          const verdicts = verdictsOf(record)
          this.#next = record.offset + 1
          this.#keep(verdicts, record.offset)
          if (verdicts.length > 0 && verdicts.every((one) => one.offset > past)) return false
        }
      }
      this.#next = to
      return true
    }
    return reach('log', readOn, signal)
  }

  #keep(verdicts: readonly Verdict[], at: number): void {
    for (const { offset, ...result } of verdicts) {
      if (!this.#known.has(offset)) this.#known.set(offset, { result, at })
    }
  }
}

/** Verdicts of a record; none where no schema understands it: then the engine is asked again. */
function verdictsOf(record: LogRecord): readonly Verdict[] {
  try {
    const parsed = judgements.safeParse(JSON.parse(Buffer.from(record.value).toString('utf8')))
    return parsed.success ? parsed.data.verdicts : []
  } catch {
    return []
  }
}
