import { secret } from '@nabiz/shared/config'
import { brandId } from '@nabiz/shared/contracts'
import { z } from 'zod'

const address = z.url({ protocol: /^https?$/ })
const channelId = z.string().regex(/^UC[\w-]{22}$/, 'a channel id: UC and 22 letters, digits, - or _')
const videoId = z.string().regex(/^[\w-]{6,20}$/, 'a video id, such as "dQw4w9WgXcQ", in quotes')

/** For `nabiz decode` without a config file. */
export const bareYouTube = {
  config: {
    apiKey: { env: 'API_KEY' },
    webSub: {
      callbackUrl: 'https://in.example.com/webhooks/youtube/main',
      secrets: [{ env: 'HUB_SECRET' }],
    },
  },
  environment: { API_KEY: 'none', HUB_SECRET: 'none' },
}

export const youtubeConfig = z.strictObject({
  /** Key of a Google Cloud project with "YouTube Data API v3" switched on. */
  apiKey: secret,
  /** The brand's channels → brands everything under their videos is about. */
  channels: z.record(channelId, z.array(brandId).min(1)).default({}),
  /** Words to search videos of strangers for; each search costs one of the day's 100. */
  searches: z.array(z.string().min(1).max(200)).max(20).default([]),
  /** Further channels of the brand and its people: what they write raises no alarm. */
  own: z.array(channelId).default([]),
  /** Videos whose live chat is read while they are live; each read costs 5 units. */
  liveVideos: z.array(videoId).max(10).default([]),
  /** Time between two looks for new comments, s; each costs a unit a channel. */
  pollSeconds: z.int().min(15).max(86_400).default(120),
  /** Time between two searches, minutes. */
  searchMinutes: z.int().min(5).max(1_440).default(30),
  /** Time between two looks at the channels' videos and their counters, minutes. */
  statisticsMinutes: z.int().min(1).max(1_440).default(15),
  /** Time between two readings of everything within `followDays`: replies to old comments and edits do not come first. */
  rescanHours: z.int().min(1).max(168).default(6),
  /** Comments are looked for under videos and among threads that are not older, days. */
  followDays: z.int().min(1).max(90).default(7),
  /** Comments under the brand's videos that are asked about again for a week, the newest: are they deleted? */
  followComments: z.int().min(0).max(20_000).default(2_000),
  /** How far back the first look reads, h. */
  firstLookBackHours: z.int().min(0).max(720).default(24),
  /** What the project may spend in a day that begins at midnight Pacific; less leaves something to others of the key. */
  unitsPerDay: z.int().min(100).max(10_000_000).default(10_000),
  searchesPerDay: z.int().min(0).max(1_000_000).default(100),
  /** New videos of the channels at once, pushed by Google's hub. */
  webSub: z
    .strictObject({
      /** How the hub reaches this account's webhook. */
      callbackUrl: address,
      /** Words of your own that sign the deliveries; several while one is rotated, the first for new subscriptions. */
      secrets: z.array(secret).min(1),
      hubUrl: address.default('https://pubsubhubbub.appspot.com/subscribe'),
    })
    .optional(),
  /** Another one for a proxy or a test, whose host must then stand under outgoing.allowHosts. */
  baseUrl: address.default('https://www.googleapis.com/youtube/v3'),
})
export type YouTubeConfig = z.output<typeof youtubeConfig>

/** Whose brands, and who is the brand itself. */
export interface Channels {
  brandsOf(channelId: string | undefined): readonly string[]
  isOwn(channelId: string | undefined): boolean
}

export function createChannels({ channels, own }: Pick<YouTubeConfig, 'channels' | 'own'>): Channels {
  const owned = new Set([...Object.keys(channels), ...own])
  return {
    brandsOf: (id) => (id === undefined ? [] : (channels[id] ?? [])),
    isOwn: (id) => id !== undefined && owned.has(id),
  }
}
