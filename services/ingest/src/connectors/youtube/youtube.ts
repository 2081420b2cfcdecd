import { type Check, type Connector, type Delivery, defineConnector, type Way } from '../connector.ts'
import { ask } from '../shared/ask.ts'
import { readJson } from '../shared/reading.ts'
import { readReplies, readThreads } from './comment-nodes.ts'
import { createYouTubePoll } from './comments-poll.ts'
import { bareYouTube, type Channels, createChannels, type YouTubeConfig, youtubeConfig } from './config.ts'
import { createDataApi, type DataApi, youtubeErrorIn } from './data-api.ts'
import { readPushedFeed } from './feed-push.ts'
import { readLiveMessages } from './live-chat.ts'
import { readChannels, readSearch, readVideos } from './video-nodes.ts'
import { createSubscriptions, createWebSubWebhook } from './web-sub.ts'

/** YouTube: comments on the brand's channels, videos of strangers that a search finds, live chats, counters. */
export const youtube = defineConnector({
  platform: 'youtube',
  description: {
    title: 'YouTube',
    ways: ['webhook', 'polling'],
    sees: {
      comments: true,
      mentionsByStrangers: true,
      privateMessages: false,
      deletes: true,
      edits: true,
      metrics: true,
    },
    partly: [
      'deletes of comments: under the brand’s own videos, when they are asked about again within a week of being written, the newest `followComments`; none under strangers’ videos',
      'deletes of videos: with `webSub`',
      'edits: of comments in threads up to `followDays` old',
    ],
    needs: [
      'a Google Cloud project with YouTube Data API v3, an API key',
      'ids of the channels (UC…), or words to search for',
      'for new videos at once: an address that Google can reach',
    ],
    apis: {
      commentThreads: 'GET /commentThreads',
      comments: 'GET /comments',
      search: 'GET /search',
      videos: 'GET /videos',
      channels: 'GET /channels',
      liveChatMessages: 'GET /liveChat/messages',
    },
  },
  config: youtubeConfig,
  bare: bareYouTube,
  create(options, context): Connector {
    const channels = createChannels(options)
    const api = createDataApi(options, context)
    const webSub = options.webSub && { ...options.webSub, channelIds: Object.keys(options.channels) }
    const isPolled =
      Object.keys(options.channels).length + options.searches.length + options.liveVideos.length > 0
    const subscriptions =
      webSub && webSub.channelIds.length > 0 ? { subscriptions: createSubscriptions(webSub, context) } : {}
    const ways: Way[] = [
      ...(webSub ? [createWebSubWebhook(webSub, (body) => readPushedFeed(body, channels))] : []),
      ...(isPolled ? [createYouTubePoll(options, api, channels, context, subscriptions)] : []),
    ]
    return {
      ways,
      decode: (name, body) => decodeAnswer(name, body, channels),
      errorIn: youtubeErrorIn,
      check: (signal) => check(options, api, signal),
    }
  },
})

function decodeAnswer(name: string, body: Uint8Array, channels: Channels): Delivery {
  const context = { channels, since: 0 }
  return readJson(body, (value, reading) => {
    if (name === 'comments') readReplies(value, context, reading)
    else if (name === 'search') readSearch(value, context, reading)
    else if (name === 'videos') readVideos(value, context, reading)
    else if (name === 'channels') readChannels(value, context, reading)
    else if (name === 'liveChatMessages') readLiveMessages(value, { channels }, reading)
    else readThreads(value, context, reading)
  })
}

async function check(options: YouTubeConfig, api: DataApi, signal: AbortSignal): Promise<Check[]> {
  const ids = Object.keys(options.channels)
  if (ids.length + options.searches.length + options.liveVideos.length === 0)
    return [{ what: 'channels', isOk: false, detail: 'none: give channels, searches or liveVideos' }]
  // One unit; a search would cost one of the day's hundred.
  const listing = { query: { part: 'id', chart: 'mostPopular', maxResults: 1 } }
  const key = await ask('the API key', () => api.units.call('/videos', listing, signal), {
    refused: 'refused: is it right, unrestricted for this machine, and YouTube Data API v3 switched on?',
  })
  const checks = [key]
  for (const id of key.isOk ? ids : []) {
    const query = { part: 'snippet', allThreadsRelatedToChannelId: id, maxResults: 1 }
    checks.push(
      await ask(`comments on channel ${id}`, () => api.units.call('/commentThreads', { query }, signal), {
        absent: 'no such channel, or its comments are closed',
      }),
    )
  }
  return checks
}
