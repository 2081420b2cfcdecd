import { secret } from '@nabiz/shared/config'
import { brandId } from '@nabiz/shared/contracts'
import { z } from 'zod'

const address = (usual: string) => z.url({ protocol: /^https?$/ }).default(usual)
const subreddit = z.string().regex(/^\w{1,21}$/, 'the name of a subreddit without r/')

export const redditConfig = z
  .strictObject({
    /** Of the app that Reddit approved. */
    clientId: z.string().min(1).max(200),
    clientSecret: secret,
    /** Who asks, as Reddit wants it: `platform:app:version (by /u/name)`; a usual one is slowed down. */
    userAgent: z.string().min(10).max(256),
    /** Posts and comments of these are read: name → brands everything there is about, `[]` for none by its place. */
    subreddits: z.record(subreddit, z.array(brandId)).default({}),
    /** Posts anywhere that match; a post found is about `brands` beside those its text names. */
    searches: z
      .array(z.strictObject({ query: z.string().min(1).max(512), brands: z.array(brandId).default([]) }))
      .max(50)
      .default([]),
    /** Names of the brand's own accounts, without u/: what they write raises no alarm. */
    own: z.array(z.string().regex(/^[\w-]{3,20}$/, 'the name of an account without u/')).default([]),
    /** Time between two sweeps, s. */
    pollSeconds: z.int().min(10).max(86_400).default(60),
    /** How far back the first sweep reads, h; a listing holds a thousand things. */
    firstLookBackHours: z.int().min(0).max(168).default(24),
    /** So many of the newest things are asked about again, four times within a day: edited, deleted? */
    followItems: z.int().min(0).max(10_000).default(2_000),
    baseUrl: address('https://oauth.reddit.com'),
    tokenUrl: address('https://www.reddit.com/api/v1/access_token'),
  })
  .superRefine(({ subreddits, searches }, context) => {
    if (Object.keys(subreddits).length + searches.length > 0) return
    const params = { found: 'neither' }
    context.addIssue({ code: 'custom', path: ['subreddits'], message: 'a subreddit or a search', params })
  })
export type RedditConfig = z.output<typeof redditConfig>
