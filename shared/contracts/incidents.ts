import { z } from 'zod'
import { brandId, incidentMark, signalName, timestamp } from './common.ts'

export const incidentStates = ['open', 'acknowledged', 'resolved'] as const
export const incidentChanges = [
  'opened',
  'joined',
  'escalated',
  'acknowledged',
  'silenced',
  'resolved',
  'notified',
  'delivered',
  'delivery_failed',
  'missed_while_down',
  'marked',
] as const

/** Each change of an incident, and who made it. */
export const incidentRecord = z.object({
  v: z.literal(1),
  /** Hash of (incident, change, sequence): a repeat has the same id. */
  id: z.string().min(1),
  /** Hash of (brand, id of its first breach); the dedup_key on every channel. */
  incident: z.string().min(1),
  brand: brandId,
  sequence: z.int().min(0),
  change: z.enum(incidentChanges),
  state: z.enum(incidentStates),
  at: timestamp,
  /** `nabiz`, or who acted. */
  by: z.string().min(1).max(200),
  signals: z.array(signalName),
  severity: z.number(),
  peakSeverity: z.number(),
  openedAt: timestamp,
  resolvedAt: timestamp.optional(),
  /** The transitions (ids) it stands on. */
  breaches: z.array(z.string()),
  /** What a person said it was, from that change on. */
  mark: incidentMark.optional(),
  duplicateOf: z.string().optional(),
  channel: z.string().optional(),
  step: z.int().min(0).optional(),
  detail: z.string().max(500).optional(),
  simulated: z.boolean().optional(),
  drill: z.boolean().optional(),
  probe: z.boolean().optional(),
})
export type IncidentRecord = z.infer<typeof incidentRecord>
