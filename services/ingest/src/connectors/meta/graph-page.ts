import { z } from 'zod'
import { faultsOf, type Reading } from '../shared/reading.ts'

const pageShape = z.looseObject({
  data: z.array(z.unknown()),
  paging: z
    .looseObject({
      next: z.unknown().optional(),
      cursors: z.looseObject({ after: z.string().nullish() }).nullish(),
    })
    .nullish(),
})

/** Where a listing goes on, and the oldest time on the page, ms; 0 when it could not be read. */
export interface GraphPage {
  after: string | undefined
  oldest: number
}

/** Reads a page of a Graph listing, entry by entry; `readEntry` gives the entry's time, ms, where it has one. */
export function readGraphList(
  value: unknown,
  reading: Reading,
  readEntry: (entry: unknown, index: number) => number | undefined,
): GraphPage {
  const page = pageShape.safeParse(value)
  if (!page.success) {
    reading.unreadable('schema', faultsOf(page.error, 'answer'), value)
    return { after: undefined, oldest: 0 }
  }
  let oldest = Number.POSITIVE_INFINITY
  for (const [index, entry] of page.data.data.entries()) {
    const at = readEntry(entry, index)
    if (at !== undefined) oldest = Math.min(oldest, at)
  }
  const { next, cursors } = page.data.paging ?? {}
  // The last page has a cursor as well, and no next.
  return { after: next ? (cursors?.after ?? undefined) : undefined, oldest }
}
