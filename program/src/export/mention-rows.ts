import { type Mention, mentionsRecord } from '@nabiz/shared/contracts'
import type { Log } from '@nabiz/shared/log'
import { day } from '@nabiz/shared/time'
import { readValues } from '../recorded/read-values.ts'
import type { TimeRange } from '../recorded/time-range.ts'
import type { Column } from './column.ts'

/** Of what is exported. */
export interface Exported extends TimeRange {
  brand: string | undefined
}

/**
 * Mentions written in the time, in the order of their partitions. Texts of private messages and of what its platform took
 * back are left out; the latter's keys are the only thing that is held in memory.
 */
export async function* mentionRows(log: Log, { brand, from, to }: Exported): AsyncGenerator<Mention> {
  const wanted = { topic: 'mentions', brand, since: Math.max(0, from - day) } as const
  const gone = new Set<string>()
  for await (const record of readValues(log, wanted, mentionsRecord))
    if (record.type === 'mention' && record.operation !== 'upsert') gone.add(keyOf(record))
  for await (const record of readValues(log, wanted, mentionsRecord)) {
    if (record.type !== 'mention' || record.createdAt < from || record.createdAt >= to) continue
    if (brand !== undefined && record.brand !== brand) continue
    const { media: _media, ...rest } = record
    yield record.visibility === 'private' || gone.has(keyOf(record)) ? { ...rest, text: '' } : record
  }
}

function keyOf({ brand, platform, id }: Mention): string {
  return `${brand}\n${platform}\n${id}`
}

/** Named as `nabiz replay` guesses them. */
export const mentionColumns: readonly Column<Mention>[] = [
  { name: 'brand', type: 'STRING', of: ({ brand }) => brand },
  { name: 'platform', type: 'STRING', of: ({ platform }) => platform },
  { name: 'id', type: 'STRING', of: ({ id }) => id },
  { name: 'kind', type: 'STRING', of: ({ kind }) => kind },
  { name: 'operation', type: 'STRING', of: ({ operation }) => operation },
  { name: 'revision', type: 'STRING', of: ({ revision }) => revision },
  { name: 'createdAt', type: 'TIMESTAMP', of: ({ createdAt }) => createdAt },
  { name: 'receivedAt', type: 'TIMESTAMP', of: ({ receivedAt }) => receivedAt },
  { name: 'author', type: 'STRING', of: ({ author }) => author?.id },
  { name: 'followers', type: 'INT64', of: ({ author }) => author?.followers },
  { name: 'verified', type: 'BOOLEAN', of: ({ author }) => author?.verified },
  { name: 'language', type: 'STRING', of: ({ language }) => language },
  { name: 'text', type: 'STRING', of: ({ text }) => text },
  { name: 'permalink', type: 'STRING', of: ({ permalink }) => permalink },
  { name: 'parent', type: 'STRING', of: ({ parent }) => parent },
  { name: 'likes', type: 'INT64', of: ({ engagement }) => engagement?.likes },
  { name: 'shares', type: 'INT64', of: ({ engagement }) => engagement?.shares },
  { name: 'comments', type: 'INT64', of: ({ engagement }) => engagement?.comments },
  { name: 'views', type: 'INT64', of: ({ engagement }) => engagement?.views },
  { name: 'visibility', type: 'STRING', of: ({ visibility }) => visibility },
  { name: 'own', type: 'BOOLEAN', of: ({ own }) => own },
  { name: 'simulated', type: 'BOOLEAN', of: ({ simulated }) => simulated === true },
]
