import {
  type BreachRecord,
  breachRecord,
  type DeadLetterReason,
  type DeadMention,
} from '@nabiz/shared/contracts'
import type { LogRecord, NewRecord } from '@nabiz/shared/log'
import { deadLetter, type Outcome, pass } from '@nabiz/shared/pipeline'

/** Dead payloads are cut at this length, bytes. */
const payloadLimit = 65_536

/** Reads one record of `breaches`; what its schema refuses is a dead letter that names the field. */
export function readBreach(record: LogRecord): Outcome<BreachRecord, never, DeadLetterReason> {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(record.value)
  } catch {
    return deadLetter('encoding', 'value: found bytes that are no UTF-8; expected JSON in UTF-8')
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return deadLetter('not_json', `value: found ${record.value.length} bytes that are no JSON; expected JSON`)
  }
  const version = typeof value === 'object' && value !== null && 'v' in value ? value.v : undefined
  if (typeof version === 'number' && version !== 1)
    return deadLetter('unsupported_version', `v: found ${version}; expected 1`)
  const parsed = breachRecord.safeParse(value)
  if (parsed.success) return pass(parsed.data)
  const issue = parsed.error.issues[0]
  return deadLetter('schema', `${issue?.path.join('.') ?? 'record'}: ${issue?.message ?? 'unreadable'}`)
}

/** The dead letter of a record of our own stream, for `mentions.dead`. `now`: alerting's clock, ms. */
export function deadRecord(
  record: LogRecord,
  reason: DeadLetterReason,
  detail: string,
  now: number,
): NewRecord {
  const source = `${record.topic}/${record.partition}`
  const dead: DeadMention = {
    v: 1,
    source,
    reason,
    detail: detail.slice(0, 2_000),
    receivedAt: now,
    payload: Buffer.from(record.value.subarray(0, payloadLimit)).toString('base64'),
    payloadBytes: record.value.length,
    position: String(record.offset),
  }
  return { topic: 'mentions.dead', key: source, value: new TextEncoder().encode(JSON.stringify(dead)) }
}
