import { DependencyError } from '@nabiz/shared/errors'
import type { Log, LogRecord } from '@nabiz/shared/log'
import { readRecord } from '../steps/read-record.ts'
import type { SampledText } from './ask-opinion.ts'
import type { MentionSampler, SampledMention } from './mention-sampler.ts'

/** Records between two wanted ones that are read over; a new read costs more than so many. */
const readOver = 1_000

export interface SampledTextsOptions {
  log: Log
  partition: number
  sampler: MentionSampler
}

/** The texts of sampled mentions (by offset, ascending), read back from the log; what was taken back since is left out. */
export async function readSampledTexts(
  mentions: readonly SampledMention[],
  { log, partition, sampler }: SampledTextsOptions,
  signal: AbortSignal,
): Promise<SampledText<SampledMention>[]> {
  const wanted = new Map(mentions.map((mention) => [mention.offset, mention]))
  const texts: SampledText<SampledMention>[] = []
  for (const { from, to } of rangesOf(mentions)) {
    signal.throwIfAborted()
    try {
      for await (const records of log.read({ topic: 'mentions', partition, from, to })) {
        signal.throwIfAborted()
        for (const record of records) {
          const mention = wanted.get(record.offset)
          const text = mention && textOf(record, mention, sampler)
          if (text) texts.push(text)
        }
      }
    } catch (err) {
      // Retention has passed these.
      if (!(err instanceof DependencyError && err.code === 'offset_out_of_range')) throw err
    }
  }
  return texts
}

function textOf(
  record: LogRecord,
  mention: SampledMention,
  sampler: MentionSampler,
): SampledText<SampledMention> | undefined {
  const outcome = readRecord(record.value)
  if (outcome.kind !== 'pass' || outcome.value.type !== 'mention') return undefined
  const { platform, id, text, language } = outcome.value
  return sampler.isDeleted(platform, id) ? undefined : { text, languageHint: language, mention }
}

function rangesOf(mentions: readonly SampledMention[]): { from: number; to: number }[] {
  const ranges: { from: number; to: number }[] = []
  for (const { offset } of mentions) {
    const last = ranges.at(-1)
    if (last && offset - last.to <= readOver) last.to = offset + 1
    else ranges.push({ from: offset, to: offset + 1 })
  }
  return ranges
}
