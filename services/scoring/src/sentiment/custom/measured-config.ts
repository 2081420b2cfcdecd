import { z } from 'zod'

const texts = z.int().min(0).max(1_000_000_000)
const row = z.tuple([texts, texts, texts])

/** Counts of judged texts whose label people had set: row = truth, column = verdict; negative, neutral, positive. */
const confusionCounts = z
  .tuple([row, row, row])
  .refine(
    (rows) => rows.every((counts) => counts.some((count) => count > 0)),
    'at least one text in every row',
  )

/** What every engine of somebody's own may say of its errors. */
export const measured = {
  /**
   * How the model errs, by language: with it the negative share is corrected and gets an error. Without it the share is
   * taken at the model's word.
   */
  confusion: z.record(z.string().min(2).max(35), confusionCounts).default({}),
}
