import { sentimentModelId } from '@nabiz/shared/contracts'
import type { OpenedRecord } from './read-record.ts'

/**
 * A batch cut behind every copy of a model: the mentions after it may be judged by another engine, which only shows once
 * the copy is applied.
 */
export function modelSegments(records: readonly OpenedRecord[]): (readonly OpenedRecord[])[] {
  const segments: (readonly OpenedRecord[])[] = []
  let from = 0
  records.forEach(({ outcome }, index) => {
    if (outcome.kind !== 'pass' || outcome.value.type !== 'config') return
    if (outcome.value.kind !== 'model' || outcome.value.id !== sentimentModelId) return
    segments.push(records.slice(from, index + 1))
    from = index + 1
  })
  if (from < records.length) segments.push(records.slice(from))
  return segments
}
