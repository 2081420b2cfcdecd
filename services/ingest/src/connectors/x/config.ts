import { secret } from '@nabiz/shared/config'
import { brandId } from '@nabiz/shared/contracts'
import { z } from 'zod'

/** X reads no more for one project in a month, whatever is paid. */
const mostMonthlyReads = 3_000_000

const userId = z.string().regex(/^\d{1,32}$/, 'the digits of a user id, in quotes')
const address = (usual: string) => z.url({ protocol: /^https?$/ }).default(usual)

export const xConfig = z
  .strictObject({
    /** What is looked for, in X's query language; a post found is about `brands` beside those its text names. */
    queries: z
      .array(z.strictObject({ query: z.string().min(1).max(512), brands: z.array(brandId).default([]) }))
      .max(100)
      .default([]),
    /** The app's bearer token. Without it the webhook alone works. */
    bearerToken: secret.optional(),
    /** Held open (`stream`: seconds after a post), or asked (`search`). Both cost the same a post. */
    mode: z.enum(['stream', 'search']).default('stream'),
    /** Posts and authors that may be read in a calendar month (UTC); each is paid for. */
    monthlyReads: z.int().min(0).max(mostMonthlyReads).optional(),
    /** Ask for each author's followers and verification, too; X bills an author about twice a post. */
    authors: z.boolean().default(true),
    /** Secrets of the app under which deliveries are signed; several while one is rotated. The first answers X's challenge. */
    consumerSecrets: z.array(secret).default([]),
    /** The brand's own accounts: user id → brands everything sent about it is about. What they write raises no alarm. */
    accounts: z.record(userId, z.array(brandId).min(1)).default({}),
    /** For `search` with a person's token in place of the app's: it ends after two hours and is renewed with these. */
    refreshToken: secret.optional(),
    clientId: z.string().min(1).max(200).optional(),
    clientSecret: secret.optional(),
    /** Time between two searches, s. */
    pollSeconds: z.int().min(10).max(86_400).default(60),
    /** How far back the first search reads, h; X keeps a week. */
    firstLookBackHours: z.int().min(0).max(167).default(1),
    baseUrl: address('https://api.x.com'),
    tokenUrl: address('https://api.x.com/2/oauth2/token'),
  })
  .superRefine((options, context) => {
    const fault = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message, params: { found: 'nothing' } })
    if (!options.bearerToken) {
      if (options.consumerSecrets.length === 0) fault('bearerToken', 'a bearerToken, or consumerSecrets')
      return
    }
    if (options.queries.length === 0) fault('queries', 'at least one query, since there is a bearerToken')
    if (options.monthlyReads === undefined)
      fault('monthlyReads', 'how many paid reads a month, since there is a bearerToken')
    if (options.refreshToken && !options.clientId) fault('clientId', 'the client id, to renew the token')
    if (options.refreshToken && options.mode === 'stream') {
      const params = { found: 'stream' }
      context.addIssue({
        code: 'custom',
        path: ['mode'],
        message: "search: X opens a stream for an app's token alone",
        params,
      })
    }
  })
export type XConfig = z.output<typeof xConfig>
