import { DependencyError } from '@nabiz/shared/errors'
import { z } from 'zod'
import { everyDayIn } from '../../quotas/periods.ts'
import type { ConnectorContext } from '../connector.ts'
import {
  type ApiAnswer,
  type ApiClient,
  createApiClient,
  InvalidPageError,
  NotFoundError,
  rateLimited,
} from '../shared/api-client.ts'
import { errorAnswer } from '../shared/error-answer.ts'
import type { YouTubeConfig } from './config.ts'

/** Units a call costs; everything that is not named costs one. */
const unitsOf: Readonly<Record<string, number>> = { '/liveChat/messages': 5 }

const errorShape = z.looseObject({
  error: z.looseObject({
    code: z.number().nullish(),
    errors: z.array(z.looseObject({ reason: z.string().nullish() })).nullish(),
    status: z.string().nullish(),
    details: z.array(z.looseObject({ reason: z.string().nullish() })).nullish(),
  }),
})

/** Of any answer of Google's. */
export const youtubeErrorIn = errorAnswer(errorShape, (answer) =>
  ['error', answer.error.code, reasonsIn(answer)[0] ?? answer.error.status].filter(Boolean).join(' '),
)

const quotaReasons = new Set(['quotaExceeded', 'dailyLimitExceeded'])
const pauseReasons = new Set(['rateLimitExceeded', 'userRateLimitExceeded', 'RATE_LIMIT_EXCEEDED'])
/** One video, thread or chat that is not there for us; the rest goes on. */
const absentReasons = new Set([
  'commentsDisabled',
  'videoNotFound',
  'channelNotFound',
  'commentNotFound',
  'commentThreadNotFound',
  'parentCommentNotFound',
  'playlistNotFound',
  'playlistItemsNotAccessible',
  'liveChatNotFound',
  'liveChatEnded',
  'liveChatDisabled',
  'forbidden',
])
const pageReasons = new Set(['invalidPageToken', 'pageTokenInvalid'])
const keyReasons = new Set([
  'keyInvalid',
  'keyExpired',
  'API_KEY_INVALID',
  'accessNotConfigured',
  'ipRefererBlocked',
])

/** YouTube's Data API: two buckets of the day, since an exhausted search must not stop the comments. */
export interface DataApi {
  /** Everything but search. */
  units: ApiClient
  search: ApiClient
}

export function createDataApi(
  options: Pick<YouTubeConfig, 'apiKey' | 'baseUrl' | 'unitsPerDay' | 'searchesPerDay'>,
  { clock, outgoing, quota }: ConnectorContext,
): DataApi {
  const resetsAt = everyDayIn('America/Los_Angeles')

  function client(name: string, limit: number, costOf: (path: string) => number): ApiClient {
    const bucket = quota({ name, limit, resetsAt })
    const api = createApiClient({
      platform: 'youtube',
      baseUrl: options.baseUrl,
      outgoing,
      clock,
      beforeCall: (path) => bucket.take(costOf(path)),
      async observe(answer) {
        // The key is used elsewhere, too: what Google says counts.
        if (isExhausted(answer)) await bucket.observe({ remaining: 0 })
      },
      faultOf,
    })
    const key = { 'x-goog-api-key': options.apiKey.reveal() }
    return {
      call: (path, request, signal) =>
        api.call(path, { ...request, headers: { ...request.headers, ...key } }, signal),
    }
  }

  function faultOf(answer: ApiAnswer): Error | undefined {
    const reasons = reasonsOf(answer)
    const has = (known: ReadonlySet<string>) => reasons.some((reason) => known.has(reason))
    const told = `youtube answered with ${answer.status} ${reasons[0]?.slice(0, 60) ?? ''}`.trim()
    if (reasons.length === 0) return undefined
    if (has(quotaReasons)) {
      const retryAfterMs = resetsAt(clock.now()) - clock.now()
      return new DependencyError('platform_quota', told, { retryable: true, retryAfterMs })
    }
    if (has(pauseReasons)) return rateLimited('youtube', undefined)
    if (has(keyReasons)) {
      return new DependencyError('platform_auth', `${told}: the key is not valid or lacks the API`, {
        retryable: false,
      })
    }
    if (has(pageReasons)) return new InvalidPageError(told)
    return has(absentReasons) ? new NotFoundError(told) : undefined
  }

  return {
    units: client('units', options.unitsPerDay, (path) => unitsOf[path] ?? 1),
    search: client('search', options.searchesPerDay, () => 1),
  }
}

function isExhausted(answer: ApiAnswer): boolean {
  return reasonsOf(answer).some((reason) => quotaReasons.has(reason))
}

function reasonsOf({ value }: ApiAnswer): string[] {
  const parsed = errorShape.safeParse(value)
  return parsed.success ? reasonsIn(parsed.data) : []
}

function reasonsIn({ error }: z.infer<typeof errorShape>): string[] {
  return [...(error.details ?? []), ...(error.errors ?? [])].flatMap(({ reason }) => reason ?? [])
}
