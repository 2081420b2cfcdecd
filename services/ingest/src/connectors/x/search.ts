import { day, hour, minute, second } from '@nabiz/shared/time'
import type { ConnectorContext, PollerWay } from '../connector.ts'
import { createReading } from '../shared/reading.ts'
import { createSweep, type SweepTask, type Visit } from '../shared/sweep.ts'
import { type AnswerContext, readAnswer } from './answer.ts'
import { postFields, type XApi } from './api.ts'
import type { ReadBudget } from './budget.ts'
import type { XConfig } from './config.ts'

const pageSize = 100
/** X searches no further back; a little less, since its clock decides. */
const searchableMs = 7 * day - 5 * minute
/** A search sees nothing of its last half minute; beyond that, posts are found late. */
const overlapMs = 90 * second

/** Recent search, a page a poll. The mark moves when all pages of all queries are read, so a dying process leaves no gap. */
export function createSearch(
  api: XApi,
  budget: ReadBudget,
  options: XConfig,
  about: Omit<AnswerContext, 'brands'>,
  { clock }: ConnectorContext,
): PollerWay {
  async function visit(task: SweepTask, since: number, signal: AbortSignal): Promise<Visit> {
    const asked = options.queries.find(({ query }) => query === task.subject)
    // A page of a query that the config no longer has.
    if (!asked) return { delivery: { items: [] } }
    // On whole hours, so that all pages of a search ask for the same time.
    const earliest = Math.ceil((clock.now() - searchableMs) / hour) * hour
    const from = new Date(Math.max(since, earliest)).toISOString()
    const query = {
      query: asked.query,
      max_results: pageSize,
      start_time: from.replace(/\.\d+Z$/, 'Z'),
      next_token: task.page,
      ...postFields(options.authors),
    }
    const reading = createReading()
    const { nextPage } = await budget.page(pageSize * (options.authors ? 2 : 1), async () => {
      const { value } = await api.search.call('/2/tweets/search/recent', { query }, signal)
      return readAnswer(value, { ...about, brands: asked.brands }, reading)
    })
    return {
      delivery: reading.delivery(),
      tasks: nextPage === undefined ? [] : [{ ...task, page: nextPage }],
    }
  }

  return createSweep({
    clock,
    intervalMs: options.pollSeconds * second,
    firstLookBackMs: options.firstLookBackHours * hour,
    overlapMs,
    roots: () => options.queries.map(({ query }) => ({ api: 'search', subject: query })),
    visit,
  })
}
