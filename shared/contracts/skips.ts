import { z } from 'zod'

/** Every skip record stands in this partition of `config`, beside the config itself: few, kept for good, soon read. */
export const skipPartition = 1

/** Key of the skip record of a record of `mentions`. */
export const skipKey = (partition: number, offset: number) => `skip/${partition}/${offset}`

/** A person's decision to pass over a record of `mentions` that our own code cannot process; a replay skips it too. */
export const skip = z.object({
  v: z.literal(1),
  type: z.literal('skip'),
  /** Of `mentions`: a topic that was made again has other records at these offsets. */
  topicId: z.string().min(1),
  partition: z.int().min(0),
  offset: z.int().min(0),
  reason: z.string().min(1).max(500),
  by: z.string().min(1).max(128),
})
export type Skip = z.infer<typeof skip>
