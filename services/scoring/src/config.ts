import { availableParallelism } from 'node:os'
import { z } from 'zod'

/** The `scoring` section of nabiz.yaml. */
export const scoringConfig = z.strictObject({
  host: z.string().default('127.0.0.1'),
  port: z.int().min(0).max(65_535).default(7_020),
  /** Time between two checkpoints of a partition; longer writes less, shorter reads less again after a crash. */
  checkpointEverySeconds: z.number().min(1).max(600).default(10),
  /** Records after which a partition is checkpointed before its time, so that catching up loses little. */
  checkpointEveryRecords: z.int().min(100).max(10_000_000).default(100_000),
  /** Threads that read the texts of large batches beside the one that counts; 0: none. */
  textThreads: z
    .int()
    .min(0)
    .max(16)
    .default(() => Math.min(1, availableParallelism() - 1)),
  /** Id of a sentiment engine that nobody has any more: states made with it go on with the default one. */
  acceptModelChangeFrom: z.string().optional(),
})
export type ScoringConfig = z.infer<typeof scoringConfig>
