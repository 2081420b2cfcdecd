import type { OpenedRecord } from '../steps/read-record.ts'
import type { PlainReading } from './read-text.ts'
import type { TextThreads } from './text-threads.ts'

/** A reading, and the engine by which it was made: another may be in force by the time the mention is counted. */
export interface AheadReading {
  engine: string
  reading: PlainReading
}

export interface ReadAheadOptions {
  threads: Pick<TextThreads, 'read'>
  /** Mentions before this offset were applied already. */
  from: number | undefined
  /** Id of the engine that judges a brand's mentions now. */
  engineOf(brand: string): string
  /** Its verdicts come by another way. */
  isSlow(engine: string): boolean
}

/** Has the texts of a batch's mentions read on other threads; by offset, what they read. */
export async function readAhead(
  records: readonly OpenedRecord[],
  { threads, from = 0, engineOf, isSlow }: ReadAheadOptions,
): Promise<ReadonlyMap<number, AheadReading>> {
  const byEngine = new Map<string, { offsets: number[]; texts: string[]; hints: (string | undefined)[] }>()
  for (const { record, outcome } of records) {
    if (record.offset < from || outcome.kind !== 'pass' || outcome.value.type !== 'mention') continue
    const { text, language, brand } = outcome.value
    const engine = engineOf(brand)
    if (isSlow(engine)) continue
    const asked = byEngine.get(engine) ?? { offsets: [], texts: [], hints: [] }
    byEngine.set(engine, asked)
    asked.offsets.push(record.offset)
    asked.texts.push(text)
    asked.hints.push(language)
  }
  const found = new Map<number, AheadReading>()
  await Promise.all(
    [...byEngine].map(async ([engine, { offsets, texts, hints }]) => {
      const readings = await threads.read({ engine, texts, hints })
      readings?.forEach((reading, at) => {
        found.set(offsets[at] ?? -1, { engine, reading })
      })
    }),
  )
  return found
}
