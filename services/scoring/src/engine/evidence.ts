import type { Evidence, PlatformCoverage } from '@nabiz/shared/contracts'
import { zoneOffsetAt } from './brand-settings.ts'
import type { BrandState } from './brand-state.ts'
import { authorsOf } from './cell.ts'
import { bucketMinutes, bucketOf, minuteMs } from './grid.ts'
import { type Judgement, minutesAt, round6, windowEvaluation } from './judgement.ts'
import { eventIn } from './known-events.ts'
import { project } from './projection.ts'
import type { Sample } from './samples.ts'
import type { Signal } from './signals/signal.ts'
import { languagesAt, mentionsAt } from './sums.ts'
import { overRepresented } from './terms.ts'
import { sumMinutes } from './window-sums.ts'

/** 5-minute buckets shown: two hours. */
const shownBuckets = 24
/** One text said less often is no campaign. */
const fewestRepeats = 3

/** What evidence is gathered about. */
export interface EvidenceQuestion {
  brand: BrandState
  signal: Signal
  judgement: Judgement
  /** Last minute of the windows. */
  minute: number
  /** The running minute: terms and samples are of what came last, late or not. */
  now: number
  /** Event time of the evaluation. */
  at: number
  coverage: PlatformCoverage[]
  /** The brand is narrowed to one platform. */
  isScoped: boolean
  samples: readonly Sample[]
}

/** The proof a breach carries. */
export function gatherEvidence(question: EvidenceQuestion): Evidence {
  const { brand, judgement, minute, now, coverage, samples } = question
  const from = minute - minutesAt(judgement.verdicts, judgement.best) + 1
  const sums = sumMinutes(brand.platforms.values(), from, minute + 1, now)
  const mentions = sums[mentionsAt] ?? 0
  const platforms = [...brand.platforms.values()].map((platform) => ({
    name: platform.name,
    mentions: sumMinutes([platform], from, minute + 1, now)[mentionsAt] ?? 0,
  }))
  const languages = brand.languages.map((name, at) => ({ name, mentions: sums[languagesAt + 2 * at] ?? 0 }))
  const projection = project(question)
  const event = eventIn(brand.settings, bucketOf(minute))
  const repeats = brand.textGroups.most(now)
  return {
    buckets: buckets(question),
    windows: judgement.verdicts.map((_verdict, at) => windowEvaluation(judgement, at)),
    terms: overRepresented(brand, now),
    platforms: shares(platforms, mentions),
    languages: shares(languages, mentions),
    authors: {
      distinct: Math.min(distinctAuthors(question, from), Math.max(mentions, 0)),
      mentions,
      topShare: topAuthorShare(brand, now),
    },
    samples: samples.map((sample) => ({
      platform: sample.platform,
      id: sample.id,
      ...(sample.permalink === undefined ? {} : { permalink: sample.permalink }),
      private: sample.private,
    })),
    coverage,
    ...(repeats.mentions < fewestRepeats ? {} : { repeats }),
    ...(projection === undefined ? {} : { projection }),
    ...(event === undefined ? {} : { event: { names: event.names, factor: event.factor } }),
    confidence: confidence(question),
  }
}

function buckets({ brand, signal, minute, now }: EvidenceQuestion): Evidence['buckets'] {
  const last = bucketOf(minute)
  return Array.from({ length: shownBuckets }, (_, position) => {
    const bucket = last - shownBuckets + 1 + position
    const at = bucket * bucketMinutes * minuteMs
    const zone = zoneOffsetAt(brand.settings.zoneOffsets, at)
    const from = bucket * bucketMinutes
    const sums = sumMinutes(brand.platforms.values(), from, Math.min(from + bucketMinutes, minute + 1), now)
    return {
      at,
      value: round6(signal.bucketValue(brand, { sums, authors: brand.authors.count(bucket) }, bucket)),
      expected: round6(signal.expected(brand, bucket, zone)),
    }
  })
}

function shares(entries: { name: string; mentions: number }[], total: number): Evidence['platforms'] {
  return entries
    .filter((entry) => entry.mentions > 0)
    .sort((a, b) => b.mentions - a.mentions || (a.name < b.name ? -1 : 1))
    .map((entry) => ({ ...entry, share: round6(entry.mentions / total) }))
}

/** Of one platform at most: its authors are told apart within a minute alone. */
function distinctAuthors({ brand, minute, isScoped }: EvidenceQuestion, from: number): number {
  const distinct = brand.authors.distinct(bucketOf(from), bucketOf(minute))
  if (!isScoped) return distinct
  let sum = 0
  for (const platform of brand.platforms.values()) {
    for (let each = from; each <= minute; each += 1) {
      const cell = platform.cells.get(each)
      if (cell !== undefined) sum += authorsOf(cell) || (cell.sums[mentionsAt] ?? 0)
    }
  }
  return Math.min(distinct, sum)
}

function topAuthorShare(brand: BrandState, now: number): number {
  const { total, counts } = brand.topAuthors.totals(now)
  return total === 0 ? 0 : round6(Math.max(0, ...counts.values()) / total)
}

function confidence({ brand, signal, minute, coverage }: EvidenceQuestion): Evidence['confidence'] {
  const zone = zoneOffsetAt(brand.settings.zoneOffsets, minute * minuteMs)
  const { phase, days } = signal.maturity(brand, bucketOf(minute), zone)
  const seen = coverage.length === 0 ? 1 : Math.min(...coverage.map((entry) => entry.observed))
  if (phase !== 'full' || seen < 0.5) return 'low'
  return days >= 13 && seen >= 0.95 ? 'high' : 'medium'
}
