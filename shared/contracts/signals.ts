import { z } from 'zod'
import {
  brandId,
  counterName,
  dayWindowMinutes,
  platformCoverage,
  platformName,
  signalName,
  signalState,
  timestamp,
} from './common.ts'

/** Why a severity stays just below the page boundary. */
export const severityLimits = [
  /** Fewer people wrote than the gate asks for: a storm of few accounts. */
  'few_authors',
  /** Loud people whom few follow in their complaint. */
  'few_complaints',
] as const

/** One window of one signal at one evaluation. Numbers are rounded to 6 significant digits so that bytes repeat. */
export const windowEvaluation = z.object({
  minutes: z.union([z.literal(dayWindowMinutes), z.literal(60), z.literal(15), z.literal(5)]),
  value: z.number(),
  expected: z.number(),
  sigma: z.number(),
  z: z.number(),
  /**
   * Value at which severity 1.0 is reached, floors included, in the signal's own unit: of negativity a share of 0 to 1,
   * which, like `value`, the mentions must exceed with confidence; of the others a count. Absent where it cannot be.
   */
  boundary: z.number().optional(),
  severity: z.number(),
  /** It holds less than expected, which was asked for: `boundary` is the greatest value that pages. Absent: more. */
  direction: z.literal('fall').optional(),
  /** Why the severity is a warning and no page, and what it would be. */
  limit: z
    .object({
      by: z.enum(severityLimits),
      severity: z.number(),
      /** Of few_authors: how many wrote. */
      authors: z.int().min(0).optional(),
    })
    .optional(),
  /** Of engagement: the counter that this window speaks of, the loudest of the brand's. */
  counter: z.object({ platform: platformName, name: counterName }).optional(),
})
export type WindowEvaluation = z.infer<typeof windowEvaluation>

/** When the next step of severity is reached if growth goes on; the ranges hold the truth four times in five. */
export const projection = z.object({
  severity: z.number(),
  at: timestamp,
  earliest: timestamp.optional(),
  /** Absent: more than a day away, or never. */
  latest: timestamp.optional(),
  /** Minutes in which what stands above the expected doubles. */
  doubling: z
    .object({ minutes: z.number().min(0), from: z.number().min(0), to: z.number().min(0) })
    .optional(),
})
export type Projection = z.infer<typeof projection>

/** An evaluation of one signal of one brand: when a value or state changed, and hourly otherwise. */
export const signalRecord = z.object({
  v: z.literal(1),
  id: z.string(),
  brand: brandId,
  signal: signalName,
  /** Event time of the evaluation: partition time, or the createdAt of the mention that reached the count. */
  at: timestamp,
  state: signalState,
  severity: z.number(),
  windows: z.array(windowEvaluation),
  coverage: z.array(platformCoverage),
  /** What there is to compare with: none, plain (the first days) or full; observed days, 14 at most. */
  history: z.object({ phase: z.enum(['none', 'plain', 'full']), days: z.number().min(0) }).optional(),
  /** From severity 0.5 on, where it grows. */
  projection: projection.optional(),
  /** Version of the thresholds in force. */
  config: z.string(),
  /** Sentiment engine in use. */
  engine: z.string(),
  /** By thresholds that are only tried: nobody is paged by it. */
  shadow: z.literal(true).optional(),
  /** Of a shadow: what people would have been told. */
  transition: z.enum(['opened', 'escalated', 'recovered']).optional(),
  /** Of such a transition: the platform that was judged by itself; absent: all platforms together. */
  scope: platformName.optional(),
})
export type SignalRecord = z.infer<typeof signalRecord>
