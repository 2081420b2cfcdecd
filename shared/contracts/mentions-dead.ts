import { z } from 'zod'
import { timestamp } from './common.ts'

export const deadLetterReasons = [
  'not_json',
  'schema',
  'too_large',
  'unsupported_version',
  'encoding',
  'line_too_long',
  'csv_row',
] as const

/** What an authentic source sent and no schema understands, with the reason. */
export const deadMention = z.object({
  v: z.literal(1),
  /** Connector and account: `webhook/main`; or the topic and partition a record was read from. */
  source: z.string().min(1).max(256),
  reason: z.enum(deadLetterReasons),
  /** Field, kind of the value found, what would be right. */
  detail: z.string().max(2_000),
  receivedAt: timestamp,
  /** The bytes as they came, base64, cut at 64 KiB. */
  payload: z.string(),
  payloadBytes: z.int().min(0),
  /** Where in its source it stood: a line number, an offset. */
  position: z.string().max(128).optional(),
})
export type DeadMention = z.infer<typeof deadMention>
export type DeadLetterReason = (typeof deadLetterReasons)[number]
