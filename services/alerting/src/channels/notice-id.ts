import { createHash } from 'node:crypto'
import type { Notice } from './channel.ts'

/** The same for every try of a notice and no other: 32 hex digits of SHA-256 over incident, sequence and kind. */
export function noticeId(notice: Pick<Notice, 'incident' | 'sequence' | 'kind'>): string {
  return digest(['notice', notice.incident, notice.sequence, notice.kind])
}

/** The same for all notices of an incident, for threads. */
export function threadId(notice: Pick<Notice, 'incident'>): string {
  return digest(['thread', notice.incident])
}

function digest(parts: readonly (string | number)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)
}
