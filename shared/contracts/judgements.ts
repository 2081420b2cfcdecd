import { z } from 'zod'
import { secondOpinion } from './breaches.ts'
import { sentimentLabel } from './common.ts'

/** What was made of one mention's text. */
export const verdict = z.object({
  /** Offset of the mention in the same partition of `mentions`. */
  offset: z.int().min(0),
  label: sentimentLabel,
  /** -1 (worst) to 1 (best). */
  score: z.number().min(-1).max(1),
  /** 0 (nothing to go by) to 1. */
  confidence: z.number().min(0).max(1),
  /** BCP 47 primary subtag, `und` if unknown. */
  language: z.string().max(35),
  /** Id of the engine that judged: the one asked, or the one that stood in for it. */
  engine: z.string().min(1).max(200),
})
export type Verdict = z.infer<typeof verdict>

/**
 * What an engine outside this program said of mentions, before they are counted: asked again it might say something
 * else, so the log keeps the answer. No text. Of two verdicts on one mention the first in the log holds.
 */
export const judgements = z.object({
  v: z.literal(1),
  type: z.literal('judgements'),
  verdicts: z.array(verdict).min(1),
})
export type Judgements = z.infer<typeof judgements>

/** Second opinions, before the breaches that carry them. Of two on one breach the first in the log holds. */
export const opinions = z.object({
  v: z.literal(1),
  type: z.literal('opinions'),
  opinions: z
    .array(
      z.object({
        /** Id of the transition that carries it. */
        breach: z.string().min(1),
        opinion: secondOpinion,
      }),
    )
    .min(1),
  /** Offset in `mentions` before which the record lies that brought the breaches about. */
  before: z.int().min(0),
})
export type Opinions = z.infer<typeof opinions>

/** Key of verdicts in `judgements`; they stand in the partition of their mentions. */
export const judgementsKey = '#judgements'

/** Key of second opinions there. */
export const opinionsKey = '#opinions'
