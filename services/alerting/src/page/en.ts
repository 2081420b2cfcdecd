import { dayWindowMinutes } from '@nabiz/shared/contracts'
import type { Counter, Figure, Headline, Messages, ProjectionWords } from './messages.ts'

/** One and many of each counter. */
const counters = {
  likes: ['like', 'likes'],
  shares: ['share', 'shares'],
  comments: ['comment', 'comments'],
  views: ['view', 'views'],
  followers: ['follower', 'followers'],
} as const

/** What a page says in English. */
export const en: Messages = {
  kinds: {
    page: 'PAGE',
    escalation: 'ESCALATION',
    update: 'UPDATE',
    resolved: 'RESOLVED',
    missed: 'MISSED PAGE',
  },
  labels: {
    simulated: 'SIMULATED',
    drill: 'DRILL',
    probe: 'PROBE',
    maybeRepeat: 'MAY BE A REPEAT',
    missed: 'MISSED WHILE DOWN',
  },
  facts: {
    actual: 'Actual',
    expected: 'Expected',
    severity: 'Severity',
    since: 'Since',
    lasted: 'Lasted',
    confidence: 'How sure',
    signals: 'Signals',
    platforms: 'Platforms',
    terms: 'Terms',
    languages: 'Languages',
    authors: 'Authors',
    repeats: 'Repeats',
    secondOpinion: 'Second opinion',
    coverage: 'Coverage',
    projection: 'If it grows on',
    event: 'Calendar',
    late: 'Note',
    runbook: 'Do first',
    reference: 'Reference',
  },
  signals: {
    volume: 'number of mentions',
    negative: 'number of negative mentions',
    negativity: 'share of negative mentions',
    authors: 'number of people writing',
    reach: 'reach of negative mentions',
    engagement: 'likes, shares or views',
  },
  headlines: {
    volume: (headline) => risen(headline, 'Mentions of', ['mention', 'mentions']),
    negative: (headline) =>
      risen(headline, 'Negative mentions of', ['negative mention', 'negative mentions']),
    negativity: ({ brand, actual, expected, past }) =>
      `At least ${actual.text} of mentions of ${brand} ${past ? 'were' : 'are'} negative, against ${expected.text} expected`,
    authors(headline) {
      const { brand, actual, times, past } = headline
      return times === undefined
        ? `${actual.text} ${plural(actual, 'person', 'people')} ${past ? 'wrote' : 'writing'} about ${brand} ${within(headline)}`
        : `The number of people writing about ${brand} ${past ? 'reached' : 'is at'} ${times} times the expected level`
    },
    reach(headline) {
      const { brand, actual, times, past } = headline
      return times === undefined
        ? `Negative mentions of ${brand} ${past ? 'reached' : 'reach'} ${actual.text} ${plural(actual, 'follower', 'followers')} ${within(headline)}`
        : `The reach of negative mentions of ${brand} ${past ? 'was' : 'is'} ${times} times the expected level`
    },
    engagement(headline) {
      const { brand, actual, times, past, counter } = headline
      return times === undefined
        ? `${actual.text} new ${countedOne(actual, counter)} of ${brand}${onPlatform(counter)} ${within(headline)}`
        : `New ${counted(counter)} of ${brand}${onPlatform(counter)} ${past ? 'reached' : 'are at'} ${times} times the expected level`
    },
  },
  fallen: {
    volume: (headline) =>
      `Mentions of ${headline.brand} ${headline.past ? 'fell' : 'have fallen'}: ${headline.actual.text} ${within(headline)}`,
    authors: (headline) =>
      `Fewer people ${headline.past ? 'wrote' : 'write'} about ${headline.brand}: ${headline.actual.text} ${within(headline)}`,
  },
  titles: {
    page: (headline) => headline,
    escalation: (headline) => `No answer yet: ${headline}`,
    update: (headline) => `Update: ${headline}`,
    missed: (headline) => headline,
  },
  recovered: (brand, signal) =>
    signal === 'engagement'
      ? `Over: likes, shares and views of ${brand} are back to normal`
      : `Over: mentions of ${brand} are back to normal`,
  closed: (brand) => `Closed: the incident about ${brand}`,
  actual: {
    volume: (actual, minutes) => `${actual.text} ${plural(actual, 'mention', 'mentions')} ${inSpan(minutes)}`,
    negative: (actual, minutes) =>
      `${actual.text} negative ${plural(actual, 'mention', 'mentions')} ${inSpan(minutes)}`,
    negativity: (actual, minutes) => `at least ${actual.text} of mentions negative ${inSpan(minutes)}`,
    authors: (actual, minutes) =>
      `${actual.text} ${plural(actual, 'person', 'people')} writing ${inSpan(minutes)}`,
    reach: (actual, minutes) =>
      `negative mentions reached ${actual.text} ${plural(actual, 'follower', 'followers')} ${inSpan(minutes)}`,
    engagement: (actual, minutes, counter) =>
      `${actual.text} new ${countedOne(actual, counter)}${onPlatform(counter)} ${inSpan(minutes)}`,
  },
  expected: (expected, boundary) =>
    boundary === undefined ? expected.text : `${expected.text}; a page is sent from ${boundary}`,
  expectedFall: (expected, boundary) =>
    boundary === undefined ? expected.text : `${expected.text}; a page is sent at ${boundary} or fewer`,
  severity: (severity, peak) =>
    `${severity}${peak === severity ? '' : `, peak ${peak}`} (a page is sent from 1.0)`,
  since: (moment, duration) => (duration === undefined ? moment : `${moment}, for ${duration}`),
  lasted: (from, to, duration) =>
    duration === undefined ? `${from} to ${to}` : `${duration}, from ${from} to ${to}`,
  confidence: {
    high: {
      complete: 'high (the history to compare with is complete and every platform was seen)',
      gaps: 'high (though not every platform was seen all the time)',
    },
    medium: {
      complete: 'medium (the history to compare with is still short)',
      gaps: 'medium (not every platform was seen all the time)',
    },
    low: {
      complete: 'low (the brand has been watched too briefly to compare with much)',
      gaps: 'low (a large part was not seen)',
    },
  },
  authors: (distinct, mentions, topShare) =>
    `${distinct.text} ${plural(distinct, 'person', 'people')} wrote ${mentions.text} ${plural(mentions, 'mention', 'mentions')}${busiest(topShare)}`,
  fewAuthors: (distinct, mentions, topShare) =>
    `few: only ${distinct.text} ${plural(distinct, 'person', 'people')} wrote ${mentions.text} ${plural(mentions, 'mention', 'mentions')}${busiest(topShare)}`,
  repeats: (mentions, of) => `${mentions.text} of ${of.text} mentions of the last hour repeat one text`,
  secondOpinion: ({ engine, mentions, theirs, ours }) =>
    `${engine} read ${mentions.text} ${plural(mentions, 'mention', 'mentions')}: ${theirs.share} negative (${theirs.low} to ${theirs.high}); ours says ${ours.share} of the same (${ours.low} to ${ours.high})`,
  seenFully: 'every platform was seen all the time',
  seenPartly: (platform, share, reason) => `${platform} was seen ${share} of the time${because(reason)}`,
  notSeen: (platform, reason) => `blind on ${platform}${because(reason)}`,
  projection: ({ severity, clock, earliest, latest, doubling }) =>
    `severity ${severity} at about ${clock}${between(earliest, latest)}${doubles(doubling)}`,
  event: (name, factor) => `${name}; a page is sent from ${factor} times the usual boundary`,
  late: 'found in mentions that arrived late',
  reference: (incident, thresholds, engine) =>
    `incident ${incident}, thresholds ${thresholds}, sentiment ${engine}`,
  samples: 'What people write',
  privateMessage: '[private message]',
  noText: '[text not available]',
  noBreakdown: 'not known',
  acknowledge: 'Acknowledge',
  openMention: (host) => `Open on ${host}`,
}

function risen(headline: Headline, subject: string, [one, many]: [string, string]): string {
  const { brand, actual, times, past, minutes } = headline
  const ofDay = minutes.value === dayWindowMinutes ? ` ${inSpan(minutes)}` : ''
  return times === undefined
    ? `${actual.text} ${plural(actual, one, many)} of ${brand} ${within(headline)}`
    : `${subject} ${brand} ${past ? 'reached' : 'are at'} ${times} times the expected level${ofDay}`
}

function counted(counter: Counter | undefined): string {
  return counter ? counters[counter.name][1] : 'likes, shares or views'
}

function countedOne(actual: Figure, counter: Counter | undefined): string {
  return counter && actual.value === 1 ? counters[counter.name][0] : counted(counter)
}

function onPlatform(counter: Counter | undefined): string {
  return counter ? ` on ${counter.platform}` : ''
}

/** `in 15 minutes, where almost none are expected`. */
function within({ expected, minutes, past }: Headline): string {
  const almostNone = past ? 'where almost none were expected' : 'where almost none are expected'
  return `${inSpan(minutes)}, ${expected.value < 0.5 ? almostNone : `against ${expected.text} expected`}`
}

/** The window of a day ends with the last whole hour. */
function inSpan(minutes: Figure): string {
  return minutes.value === dayWindowMinutes ? 'in the last 24 hours' : `in ${minutes.text} minutes`
}

function busiest(topShare: string | undefined): string {
  return topShare === undefined ? '' : `, one of them ${topShare}`
}

function because(reason: string | undefined): string {
  return reason === undefined ? '' : ` (${reason})`
}

function plural(figure: Figure, one: string, many: string): string {
  return figure.value === 1 ? one : many
}

function between(earliest: string | undefined, latest: string | undefined): string {
  if (earliest === undefined) return ''
  return latest === undefined ? ` (${earliest} at the earliest)` : ` (between ${earliest} and ${latest})`
}

function doubles(doubling: ProjectionWords['doubling']): string {
  if (doubling === undefined) return ''
  const { minutes, from, to } = doubling
  return `; what is above the expected doubles every ${minutes.text} minutes (${from} to ${to})`
}
