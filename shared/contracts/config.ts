import { z } from 'zod'
import { brandId, pageLanguage, type SignalName, signalName, timestamp } from './common.ts'

const patterns = z.array(z.string().min(1).max(200)).max(500)

/** Zones that were found to be there: asking takes a good part of a millisecond, and ten thousand brands share a few. */
const knownZones = new Set<string>()

function isTimeZone(timeZone: string): boolean {
  if (knownZones.has(timeZone)) return true
  try {
    new Intl.DateTimeFormat('en', { timeZone })
    knownZones.add(timeZone)
    return true
  } catch {
    return false
  }
}

const localTime = z.string().refine(isLocalTime, "a local time such as 2026-11-28T19:00, of the brand's zone")

function isLocalTime(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(text)) return false
  const at = Date.parse(`${text}Z`)
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text)
}

/** What all boundaries of a brand are multiplied by while an event is on. */
const wideningFactor = z.number().min(1).max(10)
const longestEventMs = 31 * 86_400_000

/** Days that are known to be loud, or quiet, before they come. */
const calendarConfig = z.strictObject({
  /** Countries whose public and religious holidays are such days. */
  holidays: z.array(z.enum(['TR'])).default([]),
  /** The boundaries on a holiday, as a multiple of the usual ones. */
  holidayFactor: wideningFactor.default(1.3),
  /** Matches, launches, sales. */
  events: z
    .array(
      z
        .strictObject({
          /** As the page names it, in every language. */
          name: z.string().min(1).max(100),
          from: localTime,
          to: localTime,
          factor: wideningFactor.default(2),
        })
        .refine(({ from, to }) => !(to <= from), { path: ['to'], message: 'later than from' })
        .refine(({ from, to }) => !(Date.parse(`${to}Z`) - Date.parse(`${from}Z`) > longestEventMs), {
          path: ['to'],
          message: 'at most 31 days after from: what lasts longer is the new usual',
        }),
    )
    .max(500)
    .default([]),
})

/** A brand as people configure it. */
export const brandConfig = z.strictObject({
  id: brandId,
  /** How pages call it. */
  name: z.string().min(1).max(200),
  /** Language its pages are written in. */
  language: pageLanguage.default('en'),
  /** IANA zone in which its day begins; the baseline compares the same local time. */
  timeZone: z.string().refine(isTimeZone, 'an IANA time zone such as Europe/Istanbul').default('UTC'),
  names: patterns.default([]),
  aliases: patterns.default([]),
  handles: patterns.default([]),
  hashtags: patterns.default([]),
  /** Phrases that are not about the brand: "apple pie". */
  exclusions: patterns.default([]),
  /** Names, @handles and #hashtags of those it is compared with: what a text says of them is not said of the brand. */
  competitors: patterns.optional(),
  /** Thresholds in force: an id under `thresholds`. */
  thresholds: z.string().min(1).max(128).default('default'),
  /** Thresholds that are tried beside them and page nobody: an id under `thresholds`. */
  shadow: z.string().min(1).max(128).optional(),
  /** Whom to page: an id under `plans`. */
  plan: z.string().min(1).max(128).default('default'),
  /** What the page tells people to do first. */
  runbook: z.string().max(2_048).optional(),
  /** Known days, which widen the boundaries. */
  calendar: calendarConfig.optional(),
})
export type BrandConfig = z.infer<typeof brandConfig>

/** The same with its zone resolved, as it stands in a config record; offsets in minutes east of UTC, oldest first. */
export const brandVersion = brandConfig.extend({
  zoneOffsets: z.array(z.object({ from: timestamp, minutes: z.int().min(-1_440).max(1_440) })).min(1),
  /** The calendar as moments, by `from`; `to` is exclusive. */
  knownEvents: z
    .array(
      z.object({
        from: timestamp,
        to: timestamp,
        factor: wideningFactor,
        names: z.object({ tr: z.string().max(100), en: z.string().max(100) }),
      }),
    )
    .optional(),
  simulated: z.boolean().optional(),
  /** The internal probe brand: outside all statistics. */
  probe: z.boolean().optional(),
})
export type BrandVersion = z.infer<typeof brandVersion>

/** A floor that mentions can still reach: with one above these, no storm would ever page. */
function floor(least: number, most: number) {
  return z
    .number()
    .min(least)
    .max(most, `at most ${most.toLocaleString('en')}: above it nothing could ever page`)
}
const mostPerHour = 1_000_000
/** Views of a counter are more than mentions ever are. */
const mostGrowthPerHour = 1_000_000_000
const mostRatio = 1_000

const windowThreshold = z.number().min(0.5).max(1_000)
/** Even counts vary by their root, and nothing falls by more than all there is: 100 roots of 10,000 mentions. */
const mostFall = 100

/** What may differ from signal to signal, with the shipped values: the rule measured in the engine's README. */
const signalFields = {
  /** One knob, "quieter (above 1) or sooner (below 1)": multiplies every boundary. */
  sensitivity: z.number().min(0.3).max(5).default(1),
  /** Severity at which a warning shows. */
  warnAt: z.number().min(0.1).max(1).default(0.8),
  /** Evaluations at or over 1.0 before a page. */
  pendingEvaluations: z.int().min(1).max(60).default(2),
  /** Severity that pages at once. */
  immediateAt: z.number().min(1).max(100).default(2),
  /** Severity under which an episode recovers; must be below 1, or firing and recovered could both hold. */
  recoverBelow: z
    .number()
    .min(0.05)
    .max(0.95, 'at most 0.95: at 1 and above, firing and recovered could both hold')
    .default(0.5),
  /** Observed minutes under it before it has recovered. */
  recoverMinutes: z.int().min(1).max(1_440).default(60),
  /** Distinct authors in the window below which no severity exceeds 0.99; 0 switches the gate off. */
  authorsGate: z.int().min(0).max(100_000, 'at most 100,000: above it nothing could ever page').default(5),
}

/** Boundary in multiples of sigma, by window. */
const windowFields = {
  m60: windowThreshold.default(6),
  m15: windowThreshold.default(10),
  m5: windowThreshold.default(14),
  /** Three times five minutes of mentions in a row, by the least of them; seven tenths of it for four times. */
  steady: windowThreshold.default(10),
  /** The whole day, of negative mentions alone. */
  m1440: windowThreshold.default(4),
  /** How far the hour falls below what is expected, where falls are asked for. */
  fall: z
    .number()
    .min(0.5)
    .max(mostFall, `at most ${mostFall}: above it silence pages nobody, even with 10,000 mentions an hour`)
    .default(4),
}

const floorFields = {
  /** Mentions in an hour below which nothing pages: a brand with a mean of at least this many an hour… */
  largePerHour: floor(1, mostPerHour).default(30),
  /** …and any other. */
  smallPerHour: floor(1, mostPerHour).default(10),
  /** Multiple of the expected value, 60-minute window. */
  ratioHour: floor(1, mostRatio).default(2),
  /** The same for the shorter windows. */
  ratioShort: floor(1, mostRatio).default(3),
  /** The same for each of the five minutes of a steady rise. */
  ratioSteady: floor(1, mostRatio).default(8),
  /** The same for the window of a whole day. */
  ratioDay: floor(1.1, mostRatio).default(1.6),
  /** Greatest part of the expected hour that is a fall. */
  ratioFall: z.number().min(0).max(0.9, 'at most 0.9: above it a usual hour would be a fall').default(0.3),
  /** Least count in the shorter windows. */
  shortCount: floor(1, mostPerHour).default(5),
  /** Likes, shares or views an hour, of one counter of one platform, below which engagement pages nobody. */
  engagementPerHour: floor(1, mostGrowthPerHour).default(100),
  /** On a brand's first day, with no baseline at all: mentions an hour that page. */
  firstDayPerHour: floor(1, mostPerHour).default(100),
}

type Defaults = Readonly<Record<string, z.ZodDefault<z.ZodType>>>
type Optional<T extends Defaults> = { [K in keyof T]: z.ZodOptional<ReturnType<T[K]['removeDefault']>> }

/** The same fields, each left out where nothing is said of it. */
function optional<T extends Defaults>(fields: T): Optional<T> {
  const entries = Object.entries(fields).map(([name, field]) => [name, field.removeDefault().optional()])
  return Object.fromEntries(entries) as Optional<T>
}

/** What one signal is judged by in place of what all are. */
const signalThresholds = z.strictObject({
  ...optional(signalFields),
  /** What pages: more than expected (if left out), less, or either. */
  direction: z.enum(['rise', 'fall', 'both']).optional(),
  windows: z.strictObject(optional(windowFields)).optional(),
  floors: z.strictObject(optional(floorFields)).optional(),
})

/** Signals that can fall: how much is said, and by how many. Fewer complaints, or less reach of them, are no crisis. */
export const fallingSignals = ['volume', 'authors'] as const satisfies readonly SignalName[]

function refuseImpossibleFalls(
  thresholds: {
    sensitivity: number
    windows: { fall: number }
    signals: Partial<Record<SignalName, z.infer<typeof signalThresholds>>>
  },
  context: z.RefinementCtx,
): void {
  for (const [signal, own] of Object.entries(thresholds.signals)) {
    if (own?.direction === undefined || own.direction === 'rise') continue
    const refuse = (field: string, message: string) =>
      context.addIssue({ code: 'custom', path: ['signals', signal, field], message })
    if (!fallingSignals.some((each) => each === signal))
      refuse(
        'direction',
        `only ${fallingSignals.join(' and ')} can page by a fall; ${signal} pages by a rise alone`,
      )
    const multiple =
      (own.sensitivity ?? thresholds.sensitivity) * (own.windows?.fall ?? thresholds.windows.fall)
    if (multiple > mostFall)
      refuse(
        'direction',
        `sensitivity times windows.fall is ${multiple}, at most ${mostFall}: above it silence pages nobody`,
      )
  }
}

/** When a signal pages. */
export const thresholdsConfig = z
  .strictObject({
    id: z.string().min(1).max(128),
    ...signalFields,
    /** Boundary in multiples of sigma, by window. */
    windows: z.strictObject(windowFields).prefault({}),
    /** The boundaries of volume follow how often the brand paged of late. */
    recentPages: z
      .strictObject({
        /** Factor on the boundaries of a brand that has been calm for long; 1 leaves them as they are. */
        calmFactor: z.number().min(0.3).max(1).default(0.75),
        /** Added to it for an incident that has just ended, less and less… */
        perIncident: z.number().min(0).max(1).default(0.12),
        /** …until it is forgotten, after as many days. */
        forgetDays: z.number().min(1).max(365).default(84),
      })
      .prefault({}),
    /** Boundaries of volume go down, to half at most, while hours run high one after another or hold a record. */
    easing: z.boolean().default(true),
    /** A new episode within this many hours of the last evaluation at 1.0 joins the old incident. */
    joinHours: z.number().min(0).max(168).default(12),
    /** A new severity step is told again each time severity has grown by this factor. */
    escalateFactor: z.number().min(1.1).max(100).default(2),
    /** Hours after a brand is first watched in which nothing pages; until then it warns. */
    graceHours: z.number().min(0).max(720, 'at most 720, thirty days').default(0),
    floors: z.strictObject(floorFields).prefault({}),
    /** One platform judged by itself, by the hour: a storm that the brand's other platforms drown. */
    platforms: z
      .strictObject({
        /** Whether it is. */
        pages: z.boolean().default(true),
        /** Its boundaries as a multiple of the brand's. */
        factor: z.number().min(0.5).max(10).default(1.5),
      })
      .prefault({}),
    /** Signals that may page; the others are still computed and shown. */
    pages: z
      .strictObject({
        volume: z.boolean().default(true),
        negative: z.boolean().default(true),
        negativity: z.boolean().default(true),
        authors: z.boolean().default(false),
        reach: z.boolean().default(true),
        engagement: z.boolean().default(true),
      })
      .prefault({}),
    /** What differs for single signals: `negative: { sensitivity: 1.3 }`. */
    signals: z.partialRecord(signalName, signalThresholds).default({}),
  })
  .superRefine(refuseImpossibleFalls)
export type ThresholdsConfig = z.infer<typeof thresholdsConfig>

/** Who is told, and who next when nobody answers or a channel fails. */
export const planConfig = z.strictObject({
  id: z.string().min(1).max(128),
  steps: z
    .array(
      z.strictObject({
        /** Channel ids of this step; all are told at once. */
        channels: z.array(z.string().min(1).max(128)).min(1),
        /** Minutes without an acknowledgement after which the next step is told. */
        escalateAfterMinutes: z.number().min(0.05).max(1_440).default(10),
      }),
    )
    .min(1),
  /** Times the whole ladder is walked again while nobody acknowledges. */
  repeats: z.int().min(0).max(20).default(2),
})
export type PlanConfig = z.infer<typeof planConfig>

/** Id of the one model there is: who judges what mentions say. */
export const sentimentModelId = 'sentiment'

/** A model as it stands in a config record. A copy in a brand's partition may carry the brand's past as well. */
export const modelConfig = z.object({
  /** Id of the engine, by which every process that scores must have it. */
  engine: z.string().min(1).max(200),
  /** How many mentions were negative, had this model judged them: scoring's own encoding, base64. */
  rebuilt: z.base64().optional(),
})
export type ModelConfig = z.infer<typeof modelConfig>

export const configKinds = ['brand', 'thresholds', 'plan', 'model'] as const
export type ConfigKind = (typeof configKinds)[number]

/** An immutable version, under the key `kind/id@version`; version: first 12 hex digits of the content's SHA-256. */
export const configVersion = z.object({
  v: z.literal(1),
  type: z.literal('version'),
  kind: z.enum(configKinds),
  id: z.string().min(1).max(128),
  version: z.string().min(1).max(64),
  content: z.record(z.string(), z.unknown()),
})
export type ConfigVersion = z.infer<typeof configVersion>

/** The pointer to the active version, under the key `kind/id`; version null: removed. */
export const configPointer = z.object({
  v: z.literal(1),
  type: z.literal('pointer'),
  kind: z.enum(configKinds),
  id: z.string().min(1).max(128),
  version: z.string().min(1).max(64).nullable(),
  by: z.string().min(1).max(200),
  at: timestamp,
})
export type ConfigPointer = z.infer<typeof configPointer>

export const configRecord = z.discriminatedUnion('type', [configVersion, configPointer])
export type ConfigRecord = z.infer<typeof configRecord>
