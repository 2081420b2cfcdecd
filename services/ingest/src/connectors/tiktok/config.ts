import { secret } from '@nabiz/shared/config'
import { brandId } from '@nabiz/shared/contracts'
import { z } from 'zod'

const address = z.url({ protocol: /^https?$/ })

/** For `nabiz decode` without a config file. */
export const bareTikTok = {
  config: { appSecrets: [{ env: 'APP_SECRET' }] },
  environment: { APP_SECRET: 'none' },
}

export const tiktokConfig = z
  .strictObject({
    /** Secrets of the app under which deliveries are signed; several while one is rotated. The first renews the token. */
    appSecrets: z.array(secret).min(1),
    /** The app's id, for renewing the token. */
    appId: z
      .string()
      .regex(/^[\w-]{1,64}$/, 'the id of the app')
      .optional(),
    /** Business account (its open_id) → brands everything there is about; one where it is polled. */
    accounts: z.record(z.string().min(1).max(200), z.array(brandId).min(1)).default({}),
    /** With one of the two, what the webhook missed is fetched. The access token is good for a day. */
    accessToken: secret.optional(),
    refreshToken: secret.optional(),
    /** `unique_identifier`s of the brand and its people: what they write raises no alarm. */
    own: z.array(z.string().min(1).max(200)).default([]),
    /** Posts and comments of strangers that name the account; true once the Mentions API is granted. */
    mentions: z.boolean().default(false),
    /** Time between two looks, s. */
    pollSeconds: z.int().min(30).max(86_400).default(300),
    /** Time between two readings of all comments under recent posts: late replies do not come first. */
    rescanHours: z.int().min(1).max(168).default(6),
    /** Comments are looked for under posts that are not older, days. */
    followDays: z.int().min(1).max(90).default(7),
    firstLookBackHours: z.int().min(0).max(720).default(24),
    /** Calls the app may make; the basic tier's limits. */
    callsPerMinute: z.int().min(1).max(1_000_000).default(600),
    callsPerDay: z.int().min(1).max(1_000_000_000).default(864_000),
    /** Another one for a proxy or a test, whose host must then stand under outgoing.allowHosts. */
    baseUrl: address.default('https://business-api.tiktok.com/open_api/v1.3'),
    tokenUrl: address.default('https://business-api.tiktok.com/open_api/v1.3/tt_user/oauth2/refresh_token/'),
  })
  .superRefine(({ accessToken, refreshToken, appId, accounts }, context) => {
    const fault = (field: string, message: string, found: string) =>
      context.addIssue({ code: 'custom', path: [field], message, params: { found } })
    const count = Object.keys(accounts).length
    if ((accessToken || refreshToken) && count !== 1)
      fault('accounts', 'one account, since a token is one account’s', `${count} of them`)
    if (refreshToken && !appId) fault('appId', 'the id of the app, which the refresh token needs', 'none')
  })
export type TikTokConfig = z.output<typeof tiktokConfig>
