import { DependencyError } from '@nabiz/shared/errors'
import { day, hour, second } from '@nabiz/shared/time'
import {
  type Check,
  type Connector,
  type ConnectorContext,
  type Delivery,
  defineConnector,
  type PollerWay,
} from '../connector.ts'
import type { ApiClient } from '../shared/api-client.ts'
import { ask } from '../shared/ask.ts'
import { createPollerGroup } from '../shared/poller-group.ts'
import { createReading, readJson } from '../shared/reading.ts'
import { createSignedWebhook } from '../shared/signed-webhook.ts'
import { soleAccount } from '../shared/sole-account.ts'
import { createSweep, type SweepTask, type Visit } from '../shared/sweep.ts'
import { createBusinessApi, tiktokErrorIn } from './business-api.ts'
import { bareTikTok, type TikTokConfig, tiktokConfig } from './config.ts'
import { readEvent } from './events.ts'
import { mentionedCommentFields, mentionedVideoFields, videoFields } from './listing-fields.ts'
import { type ListingName, listingNames, readListing } from './listings.ts'
import { tiktokSignature } from './signature.ts'

const paths: Readonly<Record<ListingName, string>> = {
  video_list: '/business/video/list/',
  comment_list: '/business/comment/list/',
  mention_video_list: '/business/mention/video/list/',
  mention_comment_list: '/business/mention/comment/list/',
}

/** TikTok's API for Business: comments under the brand's posts, mentions, messages. */
export const tiktok = defineConnector({
  platform: 'tiktok',
  description: {
    title: 'TikTok',
    ways: ['webhook', 'polling'],
    sees: {
      comments: true,
      mentionsByStrangers: true,
      privateMessages: true,
      deletes: true,
      edits: false,
      metrics: true,
    },
    partly: [
      'mentions by strangers: with `mentions: true`, once TikTok grants them',
      'deletes: over the webhook, not for what it missed',
    ],
    needs: [
      'an app of TikTok API for Business with Accounts (and Mentions, Business Messaging), its secret',
      'a Business account that authorised the app: its open_id and refresh token',
      'a webhook registered for COMMENT (and DIRECT_MESSAGE)',
    ],
    apis: Object.fromEntries(listingNames.map((name) => [name, `GET ${paths[name]}`])),
  },
  config: tiktokConfig,
  bare: bareTikTok,
  create(options, context): Connector {
    const isPolled = options.accessToken !== undefined || options.refreshToken !== undefined
    const api = isPolled ? createBusinessApi(options, context) : undefined
    /** Accounts that took back what they had allowed; the platform refuses their tokens from then on. */
    const removed = new Set<string | undefined>()
    const events = {
      brandsOf: (account: string | undefined) =>
        account === undefined ? [] : (options.accounts[account] ?? []),
      isOwn: (id: string | undefined) => id !== undefined && options.own.includes(id),
      onRemoved: (account: string | undefined) => void removed.add(account),
    }
    const webhook = createSignedWebhook({
      verify: tiktokSignature(options.appSecrets, context.clock),
      handshake: ({ query }) => {
        const challenge = query.challenge ?? ''
        return /^[\x20-\x7e]{1,1024}$/.test(challenge)
          ? { status: 200, body: challenge, contentType: 'text/plain; charset=utf-8' }
          : { status: 405, body: '{"error":"POST a delivery"}' }
      },
      read(value) {
        const reading = createReading()
        readEvent(value, events, reading)
        return reading.delivery()
      },
    })
    return {
      ways: api ? [webhook, createPoll(api, options, context, (account) => removed.has(account))] : [webhook],
      decode: (api, body) => decodeAnswer(api, body, options, events.isOwn),
      errorIn: tiktokErrorIn,
      check: (signal) => check(api, options, signal),
    }
  },
})

function createPoll(
  api: ApiClient,
  options: TikTokConfig,
  { clock, logger }: ConnectorContext,
  isRemoved: (account: string) => boolean,
): PollerWay {
  const [account = ''] = Object.keys(options.accounts)
  const brands = options.accounts[account] ?? []
  const isOwn = (id: string | undefined) => id !== undefined && options.own.includes(id)

  async function visit(task: SweepTask, since: number, signal: AbortSignal): Promise<Visit> {
    if (isRemoved(account)) throw takenBack()
    const name = listingNames.find((known) => known === task.api) ?? 'video_list'
    const query = { business_id: account, cursor: task.page, ...queryOf(name, task, since) }
    const { value } = await api.call(paths[name], { query }, signal)
    const reading = createReading()
    const page = readListing(name, value, { brands, isOwn, since, videoId: task.subject }, reading)
    const followed = clock.now() - options.followDays * day
    const until = name === 'video_list' ? followed : since
    const goesOn = page.next !== undefined && (page.oldest === undefined || page.oldest >= until)
    const followUps = name === 'video_list' ? page.videos.filter(({ at }) => at >= followed) : []
    return {
      delivery: reading.delivery(),
      tasks: [
        ...followUps.map(({ id }) => ({ api: 'comment_list', subject: id })),
        ...(goesOn && page.next !== undefined ? [{ ...task, page: page.next }] : []),
      ],
    }
  }

  function queryOf(name: ListingName, task: SweepTask, since: number): Record<string, string | number> {
    if (name === 'video_list') return { fields: JSON.stringify(videoFields), max_count: 20 }
    if (name === 'comment_list') {
      return {
        video_id: task.subject ?? '',
        include_replies: 'true',
        status: 'ALL',
        sort_field: 'create_time',
        sort_order: 'desc',
        max_count: 30,
      }
    }
    const days = Math.min(90, Math.max(1, Math.ceil((clock.now() - since) / day)))
    const fields = name === 'mention_video_list' ? mentionedVideoFields : mentionedCommentFields
    return { fields: JSON.stringify(fields), number_of_days: days, max_count: 20 }
  }

  const roots = [
    { api: 'video_list' },
    ...(options.mentions ? [{ api: 'mention_video_list' }, { api: 'mention_comment_list' }] : []),
  ]
  const sweep = (intervalMs: number, overlapMs: number, from: readonly SweepTask[]) =>
    createSweep({
      clock,
      intervalMs,
      overlapMs,
      firstLookBackMs: options.firstLookBackHours * hour,
      roots: () => from,
      visit,
    })
  return createPollerGroup({
    clock,
    logger,
    members: {
      recent: sweep(options.pollSeconds * second, hour, roots),
      // Replies to old comments do not come first in the list.
      rescan: sweep(options.rescanHours * hour, options.followDays * day, [{ api: 'video_list' }]),
    },
  })
}

function takenBack(): DependencyError {
  return new DependencyError('platform_auth', 'tiktok: the account took its authorisation back', {
    retryable: false,
  })
}

function decodeAnswer(
  api: string,
  body: Uint8Array,
  { accounts }: TikTokConfig,
  isOwn: (id: string | undefined) => boolean,
): Delivery {
  const name = listingNames.find((known) => known === api) ?? 'comment_list'
  const about = { brands: soleAccount(accounts).brands, isOwn, since: 0 }
  return readJson(body, (value, reading) => void readListing(name, value, about, reading))
}

async function check(
  api: ApiClient | undefined,
  options: TikTokConfig,
  signal: AbortSignal,
): Promise<Check[]> {
  if (!api) {
    const detail = 'none: the webhook works, but what it misses while Nabız is down for long is not fetched'
    return [{ what: 'token', isOk: true, detail }]
  }
  const [account = ''] = Object.keys(options.accounts)
  const asked: ListingName[] = options.mentions ? ['video_list', 'mention_video_list'] : ['video_list']
  const checks: Check[] = []
  for (const name of asked) {
    const fields = JSON.stringify(name === 'video_list' ? videoFields : mentionedVideoFields)
    const query = {
      business_id: account,
      fields,
      max_count: 1,
      ...(name === 'video_list' ? {} : { number_of_days: 1 }),
    }
    const what = name === 'video_list' ? 'the posts of the account' : 'mentions of the account'
    checks.push(
      await ask(what, () => api.call(paths[name], { query }, signal), {
        refused: 'refused: authorise the account anew, with this permission',
      }),
    )
  }
  return checks
}
