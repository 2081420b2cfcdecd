import type { EstimatedShare, Evidence, Transition } from '@nabiz/shared/contracts'
import type { Notice } from '../channels/channel.ts'
import type { Formats } from './formats.ts'
import type { Counter, FactName, Figure, Messages, ShareWords } from './messages.ts'
import { quoteForeign, safeLink, sanitiseLine } from './sanitise.ts'

/** What every line of a page is written from. */
export interface FactWriter {
  notice: Notice
  messages: Messages
  formats: Formats
}

interface Fact {
  value: string
  warn?: boolean
}

/** Below this many people a rise may be a campaign, or one person's anger. */
const fewAuthors = 10

/** Share of one person, or of one text, at which the page names it. */
const tellingShare = 0.2

/** Graphemes of a term or a platform's reason. */
const wordGraphemes = 60

/** The lines of a page that apply to the notice. */
export function writeFacts(writer: FactWriter): Partial<Record<FactName, Fact>> {
  const { notice, messages } = writer
  const closing = notice.kind === 'resolved'
  const common = {
    ...when(writer),
    ...fact('severity', severity(writer)),
    ...fact('signals', signals(writer)),
    ...fact('runbook', closing ? undefined : runbook(notice)),
    ...fact(
      'reference',
      messages.reference(
        sanitiseLine(notice.incident),
        sanitiseLine(notice.leading.config),
        sanitiseLine(notice.leading.engine),
      ),
    ),
  }
  if (closing) return common
  return {
    ...common,
    ...measured(writer),
    ...carriers(writer),
    ...repeats(writer),
    ...secondOpinion(writer),
    confidence: confidence(writer),
    coverage: coverage(writer),
    ...fact('projection', notice.kind === 'missed' ? undefined : projection(writer)),
    ...fact('event', event(writer)),
    ...fact('late', notice.leading.late ? messages.late : undefined),
  }
}

/** `telegram` as people write it; a name that is none of ours is quoted like any foreign text. */
export function platformTitle(platform: string): string {
  if (!/^[a-z][a-z0-9_]{0,31}$/u.test(platform)) return quoteForeign(platform, wordGraphemes) ?? '?'
  return platform.slice(0, 1).toUpperCase() + platform.slice(1)
}

function measured({ notice, messages, formats }: FactWriter): Partial<Record<FactName, Fact>> {
  const { signal, window } = notice.leading
  const text = (value: number) => (signal === 'negativity' ? formats.percent(value) : formats.count(value))
  const figure = (value: number): Figure => ({ value, text: text(value) })
  const boundary = reachable(notice.leading)
  return {
    ...fact(
      'actual',
      messages.actual[signal](
        figure(window.value),
        figureOfMinutes(window.minutes, formats),
        counterOf(notice.leading),
      ),
    ),
    ...fact(
      'expected',
      (window.direction === 'fall' ? messages.expectedFall : messages.expected)(
        figure(window.expected),
        boundary === undefined ? undefined : text(boundary),
      ),
    ),
  }
}

/** The counter that the deciding window speaks of, its platform as people write it. */
export function counterOf({ window: { counter } }: Transition): Counter | undefined {
  return counter && { platform: platformTitle(counter.platform), name: counter.name }
}

/** What the value has to reach for a page. */
function reachable({ signal, window: { boundary, direction } }: Transition): number | undefined {
  if (boundary === undefined) return undefined
  if (direction === 'fall') return Math.floor(boundary)
  // A boundary between two counts is reached at the upper one, and no share is above 1.
  if (signal !== 'negativity') return Math.ceil(boundary)
  return boundary > 1 ? undefined : boundary
}

function figureOfMinutes(minutes: number, formats: Formats): Figure {
  return { value: minutes, text: formats.count(minutes) }
}

function when({ notice, messages, formats }: FactWriter): Partial<Record<FactName, Fact>> {
  if (notice.kind === 'resolved' || notice.kind === 'missed') {
    const duration = formats.duration(notice.at - notice.openedAt)
    const value = messages.lasted(formats.moment(notice.openedAt), formats.moment(notice.at), duration)
    return fact('lasted', value)
  }
  const since = Math.min(notice.leading.since, notice.openedAt)
  return fact('since', messages.since(formats.moment(since), formats.duration(notice.at - since)))
}

function severity({ notice, messages, formats }: FactWriter): string {
  const peak = Math.max(notice.severity, notice.peakSeverity)
  return messages.severity(formats.severity(notice.severity), formats.severity(peak))
}

/** All of them, the loudest first. */
function signals({ notice, messages, formats }: FactWriter): string {
  const names = new Set([notice.leading.signal, ...notice.signals])
  return formats.list([...names].map((signal) => messages.signals[signal]))
}

function carriers({ notice, messages, formats }: FactWriter): Partial<Record<FactName, Fact>> {
  const { platforms, terms, languages, authors } = notice.leading.evidence
  const shares = (entries: Evidence['terms'], limit: number, name: (raw: string) => string | undefined) => {
    const known = entries.slice(0, limit).flatMap((entry) => {
      const shown = name(entry.name)
      return shown === undefined ? [] : [`${shown} ${formats.percent(entry.share)}`]
    })
    return known.length === 0 ? undefined : formats.list(known)
  }
  const distinct: Figure = { value: authors.distinct, text: formats.count(authors.distinct) }
  const mentions: Figure = { value: authors.mentions, text: formats.count(authors.mentions) }
  const top = authors.topShare >= tellingShare ? formats.percent(authors.topShare) : undefined
  const few = authors.distinct < fewAuthors || authors.topShare >= 0.5
  return {
    ...fact('platforms', shares(platforms, 5, platformTitle) ?? messages.noBreakdown),
    ...fact(
      'terms',
      shares(terms, 5, (raw) => quoteForeign(raw, wordGraphemes)),
    ),
    ...fact('languages', shares(languages, 3, formats.language)),
    authors:
      authors.distinct === 0
        ? { value: messages.noBreakdown }
        : { value: (few ? messages.fewAuthors : messages.authors)(distinct, mentions, top), warn: few },
  }
}

/** One text said many times is one voice: worth a line where it makes out a good part, and doubt where most of it. */
function repeats({ notice, messages, formats }: FactWriter): Partial<Record<FactName, Fact>> {
  const { repeats: found } = notice.leading.evidence
  if (found === undefined || found.mentions < tellingShare * found.of) return {}
  const figure = (value: number): Figure => ({ value, text: formats.count(value) })
  const value = messages.repeats(figure(found.mentions), figure(found.of))
  return { repeats: { value, warn: found.mentions >= found.of / 2 } }
}

/** What another engine says, where it was heard; doubt where it finds clearly less than ours. */
function secondOpinion({ notice, messages, formats }: FactWriter): Partial<Record<FactName, Fact>> {
  const found = notice.leading.evidence.secondOpinion
  if (found === undefined || 'absent' in found) return {}
  const words = ({ share, low, high }: EstimatedShare): ShareWords => ({
    share: formats.percent(share),
    low: formats.percent(low),
    high: formats.percent(high),
  })
  const value = messages.secondOpinion({
    engine: sanitiseLine(found.engine),
    mentions: { value: found.mentions, text: formats.count(found.mentions) },
    theirs: words(found.theirs),
    ours: words(found.ours),
  })
  return { secondOpinion: { value, warn: found.theirs.high < found.ours.low } }
}

function confidence({ notice, messages }: FactWriter): Fact {
  const { confidence: level, coverage: platforms } = notice.leading.evidence
  const gaps = platforms.some((platform) => platform.observed < 1)
  return { value: messages.confidence[level][gaps ? 'gaps' : 'complete'], warn: level === 'low' }
}

function coverage({ notice, messages, formats }: FactWriter): Fact {
  const { coverage: platforms } = notice.leading.evidence
  if (platforms.length === 0) return { value: messages.noBreakdown, warn: true }
  const gaps = platforms.filter((platform) => platform.observed < 1)
  if (gaps.length === 0) return { value: messages.seenFully }
  const lines = gaps.map(({ platform, observed, reason }) => {
    const why = reason === undefined ? undefined : quoteForeign(reason, wordGraphemes)
    // Never rounded up to "100% of the time": that would hide the gap.
    const share = formats.percent(Math.floor(observed * 100) / 100)
    return observed === 0
      ? messages.notSeen(platformTitle(platform), why)
      : messages.seenPartly(platformTitle(platform), share, why)
  })
  return { value: formats.list(lines), warn: true }
}

function projection({ notice, messages, formats }: FactWriter): string | undefined {
  const next = notice.leading.evidence.projection
  if (next === undefined) return undefined
  const { earliest, latest, doubling } = next
  return messages.projection({
    severity: formats.severity(next.severity),
    clock: formats.clock(next.at),
    earliest: earliest === undefined ? undefined : formats.clock(earliest),
    latest: latest === undefined ? undefined : formats.clock(latest),
    doubling: doubling && {
      minutes: { value: doubling.minutes, text: formats.count(doubling.minutes) },
      from: formats.count(doubling.from),
      to: formats.count(doubling.to),
    },
  })
}

/** The known day that widened the boundary. */
function event({ notice, messages, formats }: FactWriter): string | undefined {
  const known = notice.leading.evidence.event
  const name = known && sanitiseLine(known.names[notice.brand.language])
  return known && name ? messages.event(name, formats.times(known.factor)) : undefined
}

function runbook(notice: Notice): string | undefined {
  if (notice.brand.runbook === undefined) return undefined
  return safeLink(notice.brand.runbook) ?? (sanitiseLine(notice.brand.runbook) || undefined)
}

function fact(name: FactName, value: string | undefined): Partial<Record<FactName, Fact>> {
  return value === undefined ? {} : { [name]: { value } }
}
