import type { LogRecord } from '@nabiz/shared/log'
import { readRecord } from '../steps/read-record.ts'
import type { MentionToJudge } from './carried-judgements.ts'

/** The mentions of a batch, from the offset `from` on, that may be counted: others need no verdict, whatever they say. */
export function mentionsToJudge(records: readonly LogRecord[], from = 0): MentionToJudge[] {
  const mentions: MentionToJudge[] = []
  for (const { offset, value } of records) {
    if (offset < from) continue
    const outcome = readRecord(value)
    if (outcome.kind !== 'pass' || outcome.value.type !== 'mention') continue
    const { operation, own, revision, text, language } = outcome.value
    if (operation !== 'upsert' || own || revision !== undefined) continue
    mentions.push({ offset, text, languageHint: language })
  }
  return mentions
}
