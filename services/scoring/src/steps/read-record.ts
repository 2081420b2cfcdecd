import { asKnownMention, type MentionsRecord, mentionsRecord } from '@nabiz/shared/contracts'
import type { LogRecord } from '@nabiz/shared/log'
import { deadLetter, type Outcome, pass } from '@nabiz/shared/pipeline'

/** What a record's bytes were found to be. */
export type RecordOutcome = Outcome<MentionsRecord, never, 'not_json' | 'schema' | 'unsupported_version'>

/** A record of the log with what was found in it, so that it is read once however many look at it. */
export interface OpenedRecord {
  readonly record: LogRecord
  readonly outcome: RecordOutcome
}

const decoder = new TextDecoder('utf-8', { fatal: true })

/** Opens records in order. */
export function openRecords(records: readonly LogRecord[]): OpenedRecord[] {
  return records.map((record) => ({ record, outcome: readRecord(record.value) }))
}

/** Bytes of a record to the record, or the reason why it is none: field, kind found, what would be right. */
export function readRecord(value: Uint8Array): RecordOutcome {
  let parsed: unknown
  try {
    parsed = JSON.parse(decoder.decode(value))
  } catch {
    return deadLetter('not_json', 'the value is not JSON in UTF-8')
  }
  const known = asKnownMention(parsed)
  if (known) return pass(known)
  const checked = mentionsRecord.safeParse(parsed)
  if (checked.success) return pass(checked.data)
  const version = typeof parsed === 'object' && parsed !== null && 'v' in parsed ? parsed.v : undefined
  if (typeof version === 'number' && version !== 1)
    return deadLetter('unsupported_version', `v: found ${version}, expected 1`)
  const issue = checked.error.issues[0]
  return deadLetter('schema', `${issue?.path.join('.') || 'record'}: ${issue?.message ?? 'does not fit'}`)
}
