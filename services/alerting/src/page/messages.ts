import type { CounterName, Evidence, fallingSignals, SignalName } from '@nabiz/shared/contracts'
import type { NoticeKind } from '../channels/channel.ts'

/** What stands before the title in square brackets. */
export type LabelName = 'simulated' | 'drill' | 'probe' | 'maybeRepeat' | 'missed'

/** The lines of a page, in the order in which they are shown. */
export const factNames = [
  'actual',
  'expected',
  'severity',
  'since',
  'lasted',
  'confidence',
  'signals',
  'platforms',
  'terms',
  'languages',
  'authors',
  'repeats',
  'secondOpinion',
  'coverage',
  'projection',
  'event',
  'late',
  'runbook',
  'reference',
] as const
export type FactName = (typeof factNames)[number]

/** A figure and how it is written: words depend on the one, text shows the other. */
export interface Figure {
  value: number
  text: string
}

/** A signal that can page by a fall. */
export type FallingSignal = (typeof fallingSignals)[number]

/** A counter of one platform, by its title. */
export interface Counter {
  platform: string
  name: CounterName
}

/** What a headline is made of. */
export interface Headline {
  brand: string
  actual: Figure
  expected: Figure
  /** How many times the expected; undefined where that says nothing (almost none expected, or hardly more). */
  times: string | undefined
  /** Minutes the figure was counted over. */
  minutes: Figure
  /** True for what is over. */
  past: boolean
  /** Of engagement: what was counted. */
  counter: Counter | undefined
}

/** When which severity is reached; ranges as they hold four times in five. */
export interface ProjectionWords {
  severity: string
  clock: string
  /** Absent in records of an older build. */
  earliest: string | undefined
  /** Absent: a day or more away. */
  latest: string | undefined
  /** How long it takes to double. */
  doubling: { minutes: Figure; from: string; to: string } | undefined
}

/** A share and the range that holds it 19 times in 20. */
export interface ShareWords {
  share: string
  low: string
  high: string
}

/** What two engines make of the same mentions. */
export interface OpinionWords {
  engine: string
  mentions: Figure
  theirs: ShareWords
  ours: ShareWords
}

/** Everything a page says in one language. A catalogue that lacks a key, or has one too many, does not compile. */
export interface Messages {
  /** A heading for each kind, in capitals. */
  kinds: Record<NoticeKind, string>
  labels: Record<LabelName, string>
  facts: Record<FactName, string>
  signals: Record<SignalName, string>
  headlines: Record<SignalName, (headline: Headline) => string>
  /** The same of an hour with less than expected. */
  fallen: Record<FallingSignal, (headline: Headline) => string>
  /** The title of each kind of notice around the headline. */
  titles: Record<Exclude<NoticeKind, 'resolved'>, (headline: string) => string>
  /** The title when it is over: by itself, or because a person closed it. */
  recovered(brand: string, signal: SignalName): string
  closed(brand: string): string
  actual: Record<SignalName, (actual: Figure, minutes: Figure, counter: Counter | undefined) => string>
  expected(expected: Figure, boundary: string | undefined): string
  /** The same of a fall: the greatest value that pages. */
  expectedFall(expected: Figure, boundary: string | undefined): string
  severity(severity: string, peak: string): string
  since(moment: string, duration: string | undefined): string
  lasted(from: string, to: string, duration: string | undefined): string
  confidence: Record<Evidence['confidence'], { complete: string; gaps: string }>
  authors(distinct: Figure, mentions: Figure, topShare: string | undefined): string
  fewAuthors(distinct: Figure, mentions: Figure, topShare: string | undefined): string
  /** How many mentions repeat one text, of how many in the last hour. */
  repeats(mentions: Figure, of: Figure): string
  /** What another engine makes of a sample, and ours of the same. `share`s and their ranges are percentages. */
  secondOpinion(opinion: OpinionWords): string
  seenFully: string
  seenPartly(platform: string, share: string, reason: string | undefined): string
  notSeen(platform: string, reason: string | undefined): string
  projection(projection: ProjectionWords): string
  event(name: string, factor: string): string
  late: string
  reference(incident: string, thresholds: string, engine: string): string
  samples: string
  privateMessage: string
  noText: string
  noBreakdown: string
  acknowledge: string
  openMention(host: string): string
}
