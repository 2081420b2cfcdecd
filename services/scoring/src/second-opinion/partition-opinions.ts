import type { Mention, SecondOpinion, Transition } from '@nabiz/shared/contracts'
import { minute as minuteMs } from '@nabiz/shared/time'
import type { Emission } from '../engine/index.ts'
import { type CarriedIn, putPosition, readPosition } from '../judgements/carried-records.ts'
import type { ConfusionMatrix } from '../sentiment/sentiment-engine.ts'
import type { AskOpinion } from './ask-opinion.ts'
import { CarriedOpinions } from './carried-opinions.ts'
import { estimateShare } from './estimate-share.ts'
import { MentionSampler, type SampledMention } from './mention-sampler.ts'
import { readSampledTexts } from './sampled-texts.ts'

/** Name of the checkpoint's value that says where opinions are read on; the engine's own names differ. */
const positionName = 'o'
/** Longest window whose texts are sampled, minutes; of a whole day its last hour is. */
const longestMinutes = 60
/** A signal that was pending longer ago, in a log that is read again, is settled by now. */
const readAheadMs = minuteMs

export interface PartitionOpinionsOptions extends CarriedIn {
  /** Undefined: none is asked for, but what stands in the log is carried. */
  asked: AskOpinion | undefined
  /** ms; decides nothing but whether it is worth reading ahead. */
  now(): number
  /** How an engine in force errs. */
  confusion(language: string, engine: string): ConfusionMatrix | undefined
}

/** Second opinions on one partition's breaches: asked for before a breach is written, and carried in the log. */
export class PartitionOpinions {
  readonly #options: PartitionOpinionsOptions
  readonly #carried: CarriedOpinions
  readonly #sampler: MentionSampler | undefined
  /** What is behind each breach that is not written yet. */
  readonly #samples = new Map<string, { name: string; mentions: readonly SampledMention[] }>()

  /** `values`: those of the partition's checkpoint. */
  constructor(values: ReadonlyMap<string, Uint8Array>, options: PartitionOpinionsOptions) {
    this.#options = options
    this.#sampler = options.asked && new MentionSampler(options.asked.sampleSize)
    this.#carried = new CarriedOpinions(readPosition(values, positionName), options)
  }

  /** A mention was counted. `at`: partition time, ms. */
  counted(
    { brand }: Mention,
    offset: number,
    sentiment: { label: string; language: string },
    at: number,
  ): void {
    const { label, language } = sentiment
    const minute = Math.floor(at / minuteMs)
    this.#sampler?.counted({ brand, offset, minute, language, isNegative: label === 'negative' })
  }

  deleted({ platform, id }: Mention): void {
    this.#sampler?.deleted(platform, id)
  }

  /** Draws the sample of a breach, or has that of a signal read ahead which may be one soon. `time`: of the partition, ms. */
  emitted({ topic, value }: Emission, time: number): void {
    const { asked } = this.#options
    if (asked === undefined) return
    if (topic === 'breaches' && isAskedAbout(value)) {
      // What came late was written in another hour than it came in.
      const minutes = value.late === true ? longestMinutes : value.window.minutes
      const mentions = this.#sampleOf(value.brand, time, minutes)
      this.#samples.set(value.id, { name: `${value.brand} ${minutes} ${time}`, mentions })
    }
    const isLive = this.#options.now() - time <= readAheadMs
    if (topic === 'signals' && value.state === 'pending' && value.shadow !== true && isLive) {
      const loudest = value.windows.reduce((most, each) => (each.severity > most.severity ? each : most))
      const mentions = this.#sampleOf(value.brand, time, loudest.minutes)
      asked.prepare(value.brand, (signal) => this.#texts(mentions, signal))
    }
  }

  /** Puts into each breach that opens or escalates what the other engine says, once that stands in the log. */
  async attach(emissions: readonly Emission[], next: number, signal: AbortSignal): Promise<void> {
    const waiting = emissions.flatMap(({ topic, value }) =>
      topic === 'breaches' && isAskedAbout(value) && value.evidence.secondOpinion === undefined
        ? [value]
        : [],
    )
    const unheard: Transition[] = []
    for (const breach of waiting)
      if ((await this.#carried.find(breach.id, signal)) === undefined) unheard.push(breach)
    const { asked } = this.#options
    if (asked !== undefined && unheard.length > 0) {
      const found = await this.#ask(unheard, asked, signal)
      await this.#carried.write({ opinions: found, before: next }, signal)
    }
    for (const breach of waiting) {
      const opinion = await this.#carried.find(breach.id, signal)
      if (opinion) breach.evidence.secondOpinion = opinion
      this.#samples.delete(breach.id)
    }
  }

  /** Adds to a checkpoint of the state before `next` where to read on. */
  encode(puts: Map<string, Uint8Array>, next: number): void {
    this.#carried.used(next)
    putPosition(puts, positionName, this.#carried.positionFor(next))
  }

  /** Signals of one brand that page at one moment share an answer; all are asked at once. */
  #ask(
    breaches: readonly Transition[],
    asked: AskOpinion,
    signal: AbortSignal,
  ): Promise<{ breach: string; opinion: SecondOpinion }[]> {
    const answers = new Map<string, Promise<SecondOpinion>>()
    const found = breaches.map(async ({ id, engine }) => {
      const { name, mentions } = this.#samples.get(id) ?? { name: id, mentions: [] }
      const answer = answers.get(name) ?? this.#opinionOn(mentions, engine, asked, signal)
      answers.set(name, answer)
      return { breach: id, opinion: await answer }
    })
    return Promise.all(found)
  }

  async #opinionOn(
    sampled: readonly SampledMention[],
    engineInForce: string,
    asked: AskOpinion,
    signal: AbortSignal,
  ): Promise<SecondOpinion> {
    const { engine } = asked
    const answer = await asked.ask((within) => this.#texts(sampled, within), signal)
    if (answer.kind === 'absent') return { engine: engine.id, absent: answer.absent }
    const theirs = answer.results.map(({ label, language }) => ({
      language,
      isNegative: label === 'negative',
    }))
    return {
      engine: engine.id,
      mentions: answer.mentions.length,
      theirs: estimateShare(theirs, (language) => engine.confusion(language)),
      ours: estimateShare(answer.mentions, (language) => this.#options.confusion(language, engineInForce)),
    }
  }

  #sampleOf(brand: string, time: number, minutes: number): SampledMention[] {
    const minute = Math.floor(time / minuteMs)
    return this.#sampler?.sample(brand, minute, Math.min(minutes, longestMinutes)) ?? []
  }

  async #texts(mentions: readonly SampledMention[], signal: AbortSignal) {
    if (!this.#sampler) return []
    return readSampledTexts(mentions, { ...this.#options, sampler: this.#sampler }, signal)
  }
}

function isAskedAbout({ transition, probe }: Transition): boolean {
  return transition !== 'recovered' && probe !== true
}
