import { day, hour, minute, second } from '@nabiz/shared/time'
import type { ConnectorContext, PollerWay } from '../connector.ts'
import { createPollerGroup } from '../shared/poller-group.ts'
import { createReading } from '../shared/reading.ts'
import { createSweep, type SweepTask, type Visit } from '../shared/sweep.ts'
import { type OpenThread, readReplies, readThreads } from './comment-nodes.ts'
import type { Channels, YouTubeConfig } from './config.ts'
import type { DataApi } from './data-api.ts'
import { createLiveChats } from './live-chat.ts'
import { createVanished } from './vanished.ts'
import { readChannels, readSearch, readUploads, readVideos } from './video-nodes.ts'

/** Threads whose number of replies is remembered, so that those are not read again that have got none. */
const mostThreads = 20_000
/** Ids that one call of `videos` and `channels` takes. */
const idsACall = 50

/** What is polled: comments first; then, each at its own pace, all threads anew, videos and counters, searches, chats. */
export function createYouTubePoll(
  options: YouTubeConfig,
  api: DataApi,
  channels: Channels,
  { clock, logger }: ConnectorContext,
  others: Readonly<Record<string, PollerWay>>,
): PollerWay {
  const ids = Object.keys(options.channels)
  const followMs = options.followDays * day
  const repliesRead = new Map<string, number>()
  const vanished = createVanished(api, clock, options.followComments)

  async function threads(task: SweepTask, since: number, signal: AbortSignal): Promise<Visit> {
    const [place, id = ''] = (task.subject ?? '').split('/')
    const query = {
      part: 'snippet,replies',
      [place === 'video' ? 'videoId' : 'allThreadsRelatedToChannelId']: id,
      order: 'time',
      maxResults: 100,
      pageToken: task.page,
    }
    const { value } = await api.units.call('/commentThreads', { query }, signal)
    const reading = createReading()
    const about = place === 'video' ? { videoId: id } : { channelId: id }
    const page = readThreads(value, { channels, since, ...about }, reading)
    const goesOn = page.next !== undefined && (page.oldest === undefined || page.oldest >= since)
    const delivery = reading.delivery()
    if (place !== 'video') vanished.note(delivery)
    return {
      delivery,
      tasks: [
        ...page.open.filter((open) => repliesRead.get(open.id) !== open.replies).map(repliesTask),
        ...(goesOn && page.next ? [{ ...task, page: page.next }] : []),
      ],
    }
  }

  async function replies(task: SweepTask, _since: number, signal: AbortSignal): Promise<Visit> {
    const [id = '', total, videoId, channelId] = (task.subject ?? '').split('/')
    // Another look may have found the same thread and read it meanwhile.
    if (task.page === undefined && repliesRead.get(id) === Number(total)) return nothing
    const query = { part: 'snippet', parentId: id, maxResults: 100, pageToken: task.page }
    const { value } = await api.units.call('/comments', { query }, signal)
    const reading = createReading()
    const about = { channels, since: 0, videoId: videoId || undefined, channelId: channelId || undefined }
    const next = readReplies(value, about, reading)
    if (next === undefined) remember(id, Number(total))
    const delivery = reading.delivery()
    if (isWatched(channelId)) vanished.note(delivery)
    return { delivery, tasks: next === undefined ? [] : [{ ...task, page: next }] }
  }

  function remember(thread: string, count: number): void {
    repliesRead.delete(thread)
    repliesRead.set(thread, count)
    const [oldest] = repliesRead.keys()
    if (repliesRead.size > mostThreads && oldest !== undefined) repliesRead.delete(oldest)
  }

  async function search(task: SweepTask, since: number, signal: AbortSignal): Promise<Visit> {
    const followed = clock.now() - followMs
    const query = {
      part: 'snippet',
      q: task.subject,
      type: 'video',
      order: 'date',
      maxResults: 50,
      publishedAfter: new Date(Math.min(since, followed)).toISOString(),
      pageToken: task.page,
    }
    const { value } = await api.search.call('/search', { query }, signal)
    const reading = createReading()
    const page = readSearch(value, { channels, since }, reading)
    // Comments under the brand's own videos are found by their channel.
    const strangers = page.videos.filter(({ at, channelId }) => at >= followed && !isWatched(channelId))
    const oldest = Math.min(...page.videos.map(({ at }) => at))
    return {
      delivery: reading.delivery(),
      tasks: [
        ...strangers.map(({ id }) => ({ api: 'commentThreads', subject: `video/${id}` })),
        // A further page is paid for only while there is something new on it.
        ...(page.next && oldest >= since ? [{ ...task, page: page.next }] : []),
      ],
    }
  }

  function isWatched(channelId: string | undefined): boolean {
    return channelId !== undefined && ids.includes(channelId)
  }

  async function uploads(task: SweepTask, _since: number, signal: AbortSignal): Promise<Visit> {
    const list = `UU${(task.subject ?? '').slice(2)}`
    const query = { part: 'contentDetails', playlistId: list, maxResults: idsACall, pageToken: task.page }
    const { value } = await api.units.call('/playlistItems', { query }, signal)
    const reading = createReading()
    const page = readUploads(value, reading)
    const followed = clock.now() - followMs
    const recent = page.videos.filter(({ at }) => at >= followed).map(({ id }) => id)
    const goesOn = page.next !== undefined && recent.length === page.videos.length && recent.length > 0
    return {
      delivery: reading.delivery(),
      tasks: [
        ...(recent.length > 0 ? [{ api: 'videos', subject: recent.join(',') }] : []),
        ...(goesOn && page.next ? [{ ...task, page: page.next }] : []),
      ],
    }
  }

  async function listed(task: SweepTask, since: number, signal: AbortSignal): Promise<Visit> {
    const isChannels = task.api === 'channels'
    const query = { part: isChannels ? 'statistics' : 'snippet,statistics', id: task.subject }
    const { value } = await api.units.call(`/${task.api}`, { query }, signal)
    const reading = createReading()
    if (isChannels) readChannels(value, { channels, since }, reading)
    else readVideos(value, { channels, since }, reading)
    return { delivery: reading.delivery() }
  }

  const visits: Readonly<Record<string, typeof threads>> = {
    commentThreads: threads,
    comments: replies,
    search,
    playlistItems: uploads,
    videos: listed,
    channels: listed,
  }
  const sweep = (intervalMs: number, overlapMs: number, roots: readonly SweepTask[]) =>
    createSweep({
      clock,
      intervalMs,
      overlapMs,
      firstLookBackMs: options.firstLookBackHours * hour,
      roots: () => roots,
      // A channel may close its comments; its searches and numbers go on.
      mayRootBeAbsent: true,
      visit: async (task, since, signal) => (await visits[task.api]?.(task, since, signal)) ?? nothing,
    })
  const allThreads = ids.map((id) => ({ api: 'commentThreads', subject: `channel/${id}` }))
  const groups = Array.from({ length: Math.ceil(ids.length / idsACall) }, (_, index) =>
    ids.slice(index * idsACall, (index + 1) * idsACall).join(','),
  )
  const lists = [
    ...groups.map((subject) => ({ api: 'channels', subject })),
    ...ids.map((subject) => ({ api: 'playlistItems', subject })),
  ]
  const queries = options.searches.map((subject) => ({ api: 'search', subject }))
  const live = options.liveVideos
  return createPollerGroup({
    clock,
    logger,
    members: {
      ...(ids.length > 0
        ? {
            comments: sweep(options.pollSeconds * second, hour, allThreads),
            statistics: sweep(options.statisticsMinutes * minute, hour, lists),
            rescan: sweep(options.rescanHours * hour, followMs, allThreads),
            ...(options.followComments > 0 ? { vanished } : {}),
          }
        : {}),
      ...(queries.length > 0 ? { search: sweep(options.searchMinutes * minute, hour, queries) } : {}),
      ...(live.length > 0 ? { live: createLiveChats(live, api, channels, clock) } : {}),
      ...others,
    },
  })
}

const nothing: Visit = { delivery: { items: [] } }

function repliesTask({ id, replies, videoId = '', channelId = '' }: OpenThread): SweepTask {
  return { api: 'comments', subject: [id, replies, videoId, channelId].join('/') }
}
