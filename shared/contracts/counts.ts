import { z } from 'zod'
import { brandId, platformName, timestamp } from './common.ts'

/** One closed minute of one brand and platform; a higher revision replaces a lower one. No text, no ids. */
export const count = z.object({
  v: z.literal(1),
  brand: brandId,
  platform: platformName,
  /** Start of the minute, UTC. */
  minute: timestamp,
  revision: z.int().min(0),
  mentions: z.int().min(0),
  /** Negative mentions by language, uncorrected. */
  negatives: z.record(z.string(), z.int().min(0)),
  /** Mentions by language: the denominators of `negatives`. */
  languages: z.record(z.string(), z.int().min(0)),
  authors: z.object({
    /** Estimate of distinct authors in the minute. */
    distinct: z.int().min(0),
    /** Exact 64-bit author hashes up to 64 of them (hex), or an HLL with p = 10 (base64). */
    sketch: z.string(),
  }),
  /** Sum of followers of the authors of negative mentions, each mention counting at least 1. */
  reach: z.int().min(0),
  /** False: nobody could see this platform in this minute; a zero then means nothing. */
  observed: z.boolean(),
})
export type Count = z.infer<typeof count>
