import { secret } from '@nabiz/shared/config'
import { brandId } from '@nabiz/shared/contracts'
import { z } from 'zod'

const address = z.url({ protocol: /^https?$/ })
export const pinterestConfig = z.strictObject({
  /** The app's id and secret, which renew the token. */
  appId: z.string().regex(/^\w{1,64}$/, 'the id of the app'),
  appSecret: secret,
  /** The access token is good for 30 days, the refresh token for 60 and longer. */
  accessToken: secret.optional(),
  refreshToken: secret,
  /** Brands the account's own pins are about. */
  pinBrands: z.array(brandId).min(1),
  /** Searches of strangers' pins; true access to /search/partner/pins is a beta that Pinterest grants. */
  searches: z.array(z.string().min(1).max(100)).max(20).default([]),
  /** Country the searches are for. */
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, 'two capital letters')
    .default('TR'),
  /** Counters are looked at for pins that are not older, days. */
  followDays: z.int().min(1).max(365).default(30),
  /** Time between two looks, s. */
  pollSeconds: z.int().min(60).max(86_400).default(1_800),
  /** Calls the app may make in a day: 1000 with trial access. */
  callsPerDay: z.int().min(10).max(100_000_000).default(1_000),
  /** Another one for a proxy or a test, whose host must then stand under outgoing.allowHosts. */
  baseUrl: address.default('https://api.pinterest.com/v5'),
  tokenUrl: address.default('https://api.pinterest.com/v5/oauth/token'),
})
export type PinterestConfig = z.output<typeof pinterestConfig>
