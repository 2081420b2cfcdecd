/** Partitions of every keyed topic; fixed for the life of a log. */
export const partitionCount = 64

/** The topics of the stream. `keptMs`: retention; `compacted`: only the last record of a key stays. */
export const topics = {
  mentions: { keptDays: 15 },
  'mentions.dead': { keptDays: 15 },
  judgements: { keptDays: 15 },
  counts: { keptDays: 400 },
  signals: { keptDays: 90 },
  breaches: { keptDays: 730 },
  incidents: { keptDays: 730 },
  config: { compacted: true },
} as const satisfies Record<string, { keptDays: number } | { compacted: true }>

export type Topic = keyof typeof topics

export const topicNames = Object.keys(topics) as Topic[]
