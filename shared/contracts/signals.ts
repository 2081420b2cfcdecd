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
  /** Of engagement: the counter that this window speaks of, the loudest of the brand's. */
  counter: z.object({ platform: platformName, name: counterName }).optional(),
})
export type WindowEvaluation = z.infer<typeof windowEvaluation>

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
  /** Version of the thresholds in force. */
  config: z.string(),
  /** Sentiment engine in use. */
  engine: z.string(),
  /** By thresholds that are only tried: nobody is paged by it. */
  shadow: z.literal(true).optional(),
  /** Of a shadow: what people would have been told. */
  transition: z.enum(['opened', 'escalated', 'recovered']).optional(),
})
export type SignalRecord = z.infer<typeof signalRecord>
