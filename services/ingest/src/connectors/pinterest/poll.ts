import { day, hour, second } from '@nabiz/shared/time'
import type { ConnectorContext, Delivery, PollerWay } from '../connector.ts'
import { type ApiClient, NotFoundError } from '../shared/api-client.ts'
import { deletion } from '../shared/deletion.ts'
import { addressPart } from '../shared/fields.ts'
import { createReading, type Reading } from '../shared/reading.ts'
import { createSweep, type SweepTask, type Visit } from '../shared/sweep.ts'
import type { PinterestConfig } from './config.ts'
import { dailyMetrics, readAnalytics } from './pin-analytics.ts'
import { readFoundPins, readPins, type UncountedPin } from './pins.ts'

const foundPageSize = 50
/** Pages of one search in one look: a process that starts knows none of what it finds. */
const mostFoundPages = 10
/** Figures by the day go back so far, ms. */
const analyticsGoBackMs = 90 * day
/** Time between two looks at them: they change once a day. */
const analyticsEveryMs = 6 * hour
/** Pins that are asked for them in one look: each costs a call. */
const mostAnalysed = 25
/** Ids of found pins that are kept in memory. */
const mostMet = 20_000

/** Sweeps the account's pins with their counters, and the searches; looks for pins that left the list. */
export function createPoll(api: ApiClient, options: PinterestConfig, { clock }: ConnectorContext): PollerWay {
  const followMs = options.followDays * day
  /** Pins of the last whole look, and of the one under way: what is missing may have been deleted. */
  let before = new Set<string>()
  let found = new Set<string>()
  /** Strangers' pins that searches found so far. */
  const met = new Set<string>()
  /** Pages read of each search in this look. */
  const pagesRead = new Map<string, number>()
  /** Pins whose figures by the day were asked for, each with when. */
  const analysed = new Map<string, number>()

  async function visit(task: SweepTask, since: number, signal: AbortSignal): Promise<Visit> {
    const reading = createReading()
    if (task.api === 'search') return search(task, reading, signal)
    if (task.api === 'pin') return { delivery: await lookFor(task.subject ?? '', signal) }
    if (task.api === 'analytics') return analytics(task, reading, signal)
    const query = { page_size: 250, pin_metrics: 'true', bookmark: task.page }
    const { value } = await api.call('/pins', { query }, signal)
    const about = { brands: options.pinBrands, since, followedSince: clock.now() - followMs }
    const page = readPins(value, about, reading)
    const goesOn =
      page.bookmark !== undefined && (page.oldest === undefined || page.oldest >= about.followedSince)
    for (const id of page.ids) found.add(id)
    const uncounted = dueForAnalytics(page.uncounted)
    if (goesOn && page.bookmark)
      return { delivery: reading.delivery(), tasks: [...uncounted, { ...task, page: page.bookmark }] }
    const missing = [...before].filter((id) => !found.has(id))
    before = found
    found = new Set()
    return {
      delivery: reading.delivery(),
      tasks: [...uncounted, ...missing.map((subject) => ({ api: 'pin', subject }))],
    }
  }

  /** Pins without lifetime counters in the list: their figures by the day tell the same, a day late. */
  function dueForAnalytics(pins: readonly UncountedPin[]): SweepTask[] {
    const now = clock.now()
    for (const [id, at] of analysed) if (now - at >= analyticsEveryMs) analysed.delete(id)
    return pins
      .filter(({ id, at }) => !analysed.has(id) && now - at < analyticsGoBackMs)
      .slice(0, Math.max(0, mostAnalysed - analysed.size))
      .map(({ id, at }) => {
        analysed.set(id, now)
        return { api: 'analytics', subject: `${id}/${dateOf(at)}` }
      })
  }

  async function analytics(task: SweepTask, reading: Reading, signal: AbortSignal): Promise<Visit> {
    const [pin = '', from = ''] = (task.subject ?? '').split('/')
    const query = { start_date: from, end_date: dateOf(clock.now()), metric_types: dailyMetrics }
    const { value } = await api.call(`/pins/${addressPart(pin)}/analytics`, { query }, signal)
    readAnalytics(value, { pin, brands: options.pinBrands }, reading)
    return { delivery: reading.delivery() }
  }

  /** Pins that are found have no times: a further page is read while this one held something new to this process. */
  async function search(task: SweepTask, reading: Reading, signal: AbortSignal): Promise<Visit> {
    const query = {
      term: task.subject,
      country_code: options.country,
      limit: foundPageSize,
      bookmark: task.page,
    }
    const { value } = await api.call('/search/partner/pins', { query }, signal)
    const page = readFoundPins(value, reading)
    const isNew = page.ids.some((id) => !met.has(id))
    if (met.size > mostMet) met.clear()
    for (const id of page.ids) met.add(id)
    const term = task.subject ?? ''
    const pages = (task.page === undefined ? 0 : (pagesRead.get(term) ?? 0)) + 1
    pagesRead.set(term, pages)
    const goesOn = isNew && page.bookmark !== undefined && pages < mostFoundPages
    return { delivery: reading.delivery(), tasks: goesOn ? [{ ...task, page: page.bookmark }] : [] }
  }

  /** One that left the list may have grown old; it is deleted when Pinterest does not have it any more. */
  async function lookFor(id: string, signal: AbortSignal): Promise<Delivery> {
    const reading = createReading()
    try {
      await api.call(`/pins/${addressPart(id)}`, {}, signal)
    } catch (err) {
      if (!(err instanceof NotFoundError)) throw err
      reading.item(deletion({ id, kind: 'post', own: true }))
    }
    return reading.delivery()
  }

  return createSweep({
    clock,
    intervalMs: options.pollSeconds * second,
    firstLookBackMs: followMs,
    roots: () => [{ api: 'pins' }, ...options.searches.map((subject) => ({ api: 'search', subject }))],
    visit,
  })
}

/** The day in UTC, as Pinterest writes it. */
function dateOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}
