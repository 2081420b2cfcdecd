import { z } from 'zod'
import { brandId, incidentMark, platformCoverage, signalName, timestamp } from './common.ts'
import { projection, windowEvaluation } from './signals.ts'

const share = z.object({
  name: z.string().max(200),
  mentions: z.int().min(0),
  share: z.number().min(0).max(1),
})

/** A share of negative, corrected for how its engine errs, and the range that holds the truth 19 times in 20. */
export const estimatedShare = z.object({
  share: z.number().min(0).max(1),
  low: z.number().min(0).max(1),
  high: z.number().min(0).max(1),
})
export type EstimatedShare = z.infer<typeof estimatedShare>

/** Why a second opinion that was asked for is absent. */
export const opinionAbsences = [
  /** No answer within the bound. */
  'timeout',
  /** The engine cannot be reached, or is left alone after failures. */
  'unavailable',
  /** The engine answered with something else than verdicts. */
  'refused',
  /** Other breaches of the last minute have used up the time that pages may wait. */
  'busy',
  /** No mention of the window is at hand: this process was just started. */
  'no_mentions',
] as const
export type OpinionAbsence = (typeof opinionAbsences)[number]

/** What another sentiment engine makes of a sample of the mentions behind a breach. */
export const secondOpinion = z.union([
  z.object({
    /** Id of the other engine. */
    engine: z.string().min(1).max(200),
    /** Mentions it read. */
    mentions: z.int().min(1),
    theirs: estimatedShare,
    /** Of the same mentions, by the engine in force. */
    ours: estimatedShare,
  }),
  z.object({ engine: z.string().min(1).max(200), absent: z.enum(opinionAbsences) }),
])
export type SecondOpinion = z.infer<typeof secondOpinion>

/** The proof a breach carries. No text: samples are ids, resolved when shown. */
export const evidence = z.object({
  /** 5-minute counts of the signal over the last two hours, oldest first. */
  buckets: z.array(z.object({ at: timestamp, value: z.number(), expected: z.number() })),
  windows: z.array(windowEvaluation),
  terms: z.array(share),
  platforms: z.array(share),
  languages: z.array(share),
  authors: z.object({
    distinct: z.int().min(0),
    mentions: z.int().min(0),
    topShare: z.number().min(0).max(1),
  }),
  /** How many mentions of the last hour repeat one text, links and small changes aside; absent where hardly any do. */
  repeats: z.object({ mentions: z.int().min(0), of: z.int().min(0) }).optional(),
  /** Ids under which sample texts wait in the store, most telling first; at most 3. */
  samples: z
    .array(
      z.object({
        platform: z.string(),
        id: z.string(),
        permalink: z.string().optional(),
        private: z.boolean(),
      }),
    )
    .max(3),
  coverage: z.array(platformCoverage),
  /** Where an engine is configured that is asked for one. */
  secondOpinion: secondOpinion.optional(),
  /** When the next severity step is reached if growth goes on; absent when it does not grow. */
  projection: projection.optional(),
  /** The known day that widened the boundaries, and by how much. */
  event: z
    .object({ names: z.object({ tr: z.string().max(100), en: z.string().max(100) }), factor: z.number() })
    .optional(),
  /** How sure: high (full baseline, full coverage), medium, low (warming or half blind). */
  confidence: z.enum(['high', 'medium', 'low']),
})
export type Evidence = z.infer<typeof evidence>

export const breachTransitions = ['opened', 'escalated', 'recovered'] as const

/** A state transition of one signal with its evidence. Repeats have the same id. */
export const transition = z.object({
  v: z.literal(1),
  type: z.literal('transition'),
  /** Hash of (brand, scope, signal, config version, evaluation time, transition). */
  id: z.string().min(1),
  /** Id of the episode's opening transition; equal to `id` on it. */
  episode: z.string().min(1),
  brand: brandId,
  /** `all`, or one platform's name. */
  scope: z.string(),
  signal: signalName,
  transition: z.enum(breachTransitions),
  /** Event time at which it was known. */
  at: timestamp,
  /** Event time at which the rise began. */
  since: timestamp,
  severity: z.number(),
  peakSeverity: z.number(),
  /** The window that decided. */
  window: windowEvaluation,
  config: z.string(),
  engine: z.string(),
  /** Found in mentions that came late. */
  late: z.boolean().optional(),
  /** A re-opening within the join time of this episode. */
  joins: z.string().optional(),
  simulated: z.boolean().optional(),
  drill: z.boolean().optional(),
  /** The internal probe brand's hourly page: goes to the recording channel alone. */
  probe: z.boolean().optional(),
  evidence,
})
export type Transition = z.infer<typeof transition>

/** What a person did about a brand or an incident. */
export const act = z.object({
  v: z.literal(1),
  type: z.literal('act'),
  id: z.string().min(1),
  brand: brandId,
  act: z.enum(['acknowledge', 'resolve', 'silence', 'mark', 'drill']),
  incident: z.string().optional(),
  by: z.string().min(1).max(200),
  at: timestamp,
  /** For silence: until when. */
  until: timestamp.optional(),
  /** For mark: what it was; a note alone marks nothing. */
  mark: incidentMark.optional(),
  /** For a duplicate: the incident it repeats. */
  duplicateOf: z.string().max(200).optional(),
  note: z.string().max(2_000).optional(),
})
export type Act = z.infer<typeof act>

export const breachRecord = z.discriminatedUnion('type', [transition, act])
export type BreachRecord = z.infer<typeof breachRecord>
