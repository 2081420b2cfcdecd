import type { z } from 'zod'

/** A cursor of JSON as it was stored; undefined where there is none, or one nobody can read any more (an older version's). */
export function readCursor<T>(shape: z.ZodType<T>, stored: string | undefined): T | undefined {
  if (stored === undefined) return undefined
  try {
    return shape.safeParse(JSON.parse(stored)).data
  } catch {
    return undefined
  }
}
