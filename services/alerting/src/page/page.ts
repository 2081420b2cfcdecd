import { fallingSignals } from '@nabiz/shared/contracts'
import type { Notice, NoticeKind } from '../channels/channel.ts'
import { en } from './en.ts'
import { counterOf, type FactWriter, platformTitle, writeFacts } from './facts.ts'
import { createFormats } from './formats.ts'
import { type FactName, factNames, type Headline, type LabelName, type Messages } from './messages.ts'
import { quoteForeign, safeLink, sanitiseLine } from './sanitise.ts'
import { tr } from './tr.ts'

/** One line of a page; `warn`: it casts doubt on the rest and should stand out. */
export interface PageFact {
  name: FactName
  label: string
  value: string
  warn: boolean
}

/** An example; `text` stands between quotation marks, or is a note in square brackets. */
export interface PageSample {
  platform: string
  text: string
  link?: { label: string; url: string }
}

/**
 * What people are told, in the brand's language, before any channel's format. Every string is one line without control
 * characters; what strangers wrote stands in `samples` and in the `terms` fact alone, quoted.
 */
export interface Page {
  language: 'tr' | 'en'
  kind: NoticeKind
  /** The kind in the page's language, in capitals. */
  heading: string
  /** In the page's language, without brackets: `SIMULATED`. */
  labels: string[]
  title: string
  /** The labels in brackets, then the title: the one line where there is room for no more. */
  subject: string
  facts: PageFact[]
  samplesHeading: string
  samples: PageSample[]
  action?: { label: string; url: string }
}

/** Graphemes of a sample that a page shows. */
export const sampleGraphemes = 280

const catalogues: Record<'tr' | 'en', Messages> = { tr, en }

/** The page of a notice. The same notice gives the same page, byte for byte. */
export function renderPage(notice: Notice): Page {
  const { language, timeZone } = notice.brand
  const messages = catalogues[language]
  const writer: FactWriter = { notice, messages, formats: createFormats(language, timeZone) }
  const labels = labelsOf(notice).map((label) => messages.labels[label])
  const title = titleOf(writer)
  const facts = writeFacts(writer)
  const page: Page = {
    language,
    kind: notice.kind,
    heading: messages.kinds[notice.kind],
    labels,
    title,
    subject: [...labels.map((label) => `[${label}]`), title].join(' '),
    facts: factNames.flatMap((name) => {
      const fact = facts[name]
      return fact ? [{ name, label: messages.facts[name], value: fact.value, warn: fact.warn ?? false }] : []
    }),
    samplesHeading: messages.samples,
    samples: notice.kind === 'resolved' ? [] : samplesOf(notice, messages),
  }
  // What is over needs nobody to take it on.
  const over = notice.kind === 'resolved' || notice.kind === 'missed'
  if (notice.ackUrl !== undefined && !over) page.action = { label: messages.acknowledge, url: notice.ackUrl }
  return page
}

function labelsOf(notice: Notice): LabelName[] {
  const flags: Record<LabelName, boolean> = {
    simulated: notice.simulated,
    drill: notice.drill,
    probe: notice.probe,
    missed: notice.kind === 'missed',
    maybeRepeat: notice.maybeRepeat,
  }
  return (Object.keys(flags) as LabelName[]).filter((label) => flags[label])
}

function titleOf({ notice, messages, formats }: FactWriter): string {
  const { signal, window, transition, scope } = notice.leading
  const named = sanitiseLine(notice.brand.name) || notice.brand.id
  // A storm on one platform is not one everywhere.
  const brand = scope === 'all' ? named : `${named} (${platformTitle(scope)})`
  if (notice.kind === 'resolved') {
    return transition === 'recovered' ? messages.recovered(brand, signal) : messages.closed(brand)
  }
  const ratio = window.expected >= 0.5 ? window.value / window.expected : 0
  const figure = signal === 'negativity' ? formats.percent : formats.count
  const headline: Headline = {
    brand,
    actual: { value: window.value, text: figure(window.value) },
    expected: { value: window.expected, text: figure(window.expected) },
    times: ratio >= 1.1 ? formats.times(ratio) : undefined,
    minutes: { value: window.minutes, text: formats.count(window.minutes) },
    past: notice.kind === 'missed',
    counter: counterOf(notice.leading),
  }
  const falling = window.direction === 'fall' && fallingSignals.find((each) => each === signal)
  return messages.titles[notice.kind](
    falling ? messages.fallen[falling](headline) : messages.headlines[signal](headline),
  )
}

function samplesOf(notice: Notice, messages: Messages): PageSample[] {
  return notice.samples.slice(0, 3).map((sample) => {
    const platform = platformTitle(sample.platform)
    if (sample.private) return { platform, text: messages.privateMessage }
    const text = sample.text === undefined ? undefined : quoteForeign(sample.text, sampleGraphemes)
    const url = sample.permalink === undefined ? undefined : safeLink(sample.permalink)
    return {
      platform,
      text: text ?? messages.noText,
      ...(url === undefined ? {} : { link: { label: messages.openMention(new URL(url).host), url } }),
    }
  })
}
