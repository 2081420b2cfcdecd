import type { OpenedRecord } from '../steps/read-record.ts'
import type { MentionToJudge } from './carried-judgements.ts'

export interface MentionsToJudgeOptions {
  /** Mentions before this offset were applied already. */
  from: number | undefined
  /** Id of the engine that judges a brand's mentions. */
  engineOf(brand: string): string
  isSlow(engine: string): boolean
}

/**
 * The mentions of a batch that an engine which takes its time is to judge, and that may be counted: others need no
 * verdict, whatever they say.
 */
export function mentionsToJudge(
  records: readonly OpenedRecord[],
  { from = 0, engineOf, isSlow }: MentionsToJudgeOptions,
): MentionToJudge[] {
  const mentions: MentionToJudge[] = []
  for (const { record, outcome } of records) {
    const { offset } = record
    if (offset < from) continue
    if (outcome.kind !== 'pass' || outcome.value.type !== 'mention') continue
    const { operation, own, revision, text, language, brand } = outcome.value
    if (operation !== 'upsert' || own || revision !== undefined) continue
    const engine = engineOf(brand)
    if (isSlow(engine)) mentions.push({ offset, text, languageHint: language, engine })
  }
  return mentions
}
