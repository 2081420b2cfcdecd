import { z } from 'zod'

/** ms since the Unix epoch, UTC. */
export const timestamp = z.int().min(0).max(8.64e15)

/** Brand ids: lower-case words with dashes; they become keys, labels and file names. */
export const brandId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'lower-case letters, digits and dashes, at most 63')

/** Platform names: `telegram`, `webhook`, `simulator`; they become labels. */
export const platformName = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,31}$/, 'lower-case letters, digits and underscores, at most 32')

/** Languages we answer people in. */
export const pageLanguage = z.enum(['tr', 'en'])

/** What a text can say of something, in the order of every table of them. */
export const sentimentLabels = ['negative', 'neutral', 'positive'] as const
export const sentimentLabel = z.enum(sentimentLabels)
export type SentimentLabel = z.infer<typeof sentimentLabel>

/** What is measured per brand; `engagement` where a platform sends counters. */
export const signalNames = ['volume', 'negative', 'negativity', 'authors', 'reach', 'engagement'] as const
export const signalName = z.enum(signalNames)
export type SignalName = z.infer<typeof signalName>

/** Sliding windows a signal is evaluated over, in minutes, longest first. */
export const windowMinutes = [60, 15, 5] as const
export type WindowMinutes = (typeof windowMinutes)[number]

/** The window of a whole day that `negative` is evaluated over as well; it moves by the hour. */
export const dayWindowMinutes = 1_440

/** What platforms count without texts. */
export const counterNames = ['likes', 'shares', 'comments', 'views', 'followers'] as const
export const counterName = z.enum(counterNames)
export type CounterName = z.infer<typeof counterName>

export const signalStates = ['warming', 'ok', 'pending', 'firing', 'recovering', 'blind'] as const
export const signalState = z.enum(signalStates)
export type SignalState = z.infer<typeof signalState>

/** What a person says an incident was; `confirmed`: a crisis, `new_normal`: from now on it is always like this. */
export const incidentMarks = ['confirmed', 'expected', 'false_alarm', 'new_normal', 'duplicate'] as const
export const incidentMark = z.enum(incidentMarks)
export type IncidentMark = z.infer<typeof incidentMark>

/** How well a platform was observed over the time a record speaks of. */
export const platformCoverage = z.object({
  platform: platformName,
  /** Share of the window's minutes that were observed, 0..1. */
  observed: z.number().min(0).max(1),
  /** Why it was not, when known: the connector's condition. */
  reason: z.string().max(200).optional(),
})
export type PlatformCoverage = z.infer<typeof platformCoverage>
