import { secret } from '@nabiz/shared/config'
import { brandId } from '@nabiz/shared/contracts'
import { z } from 'zod'

const accountId = z.string().regex(/^\d{1,32}$/, 'the digits of an id, in quotes')

/** For `nabiz decode` without a config file. */
export const bareMeta = {
  config: { appSecrets: [{ env: 'APP_SECRET' }], verifyToken: { env: 'VERIFY_TOKEN' } },
  environment: { APP_SECRET: 'none', VERIFY_TOKEN: 'none' },
}

/** What every connector of Meta's takes. */
export const metaFields = {
  /** Secrets of the app under which deliveries are signed; several while one is rotated. The first signs our own calls. */
  appSecrets: z.array(secret).min(1),
  /** A word of your own, entered at Meta beside the webhook's address. */
  verifyToken: secret,
  /** Page, professional account or WhatsApp business account → brands everything there is about. */
  accounts: z.record(accountId, z.array(brandId).min(1)).default({}),
}

/** What those take that also ask the Graph API. */
export const graphFields = {
  /** With it what the webhook missed is fetched. */
  accessToken: secret.optional(),
  /** The app's id: with it a token's end is known and the token is exchanged in time. */
  appId: accountId.optional(),
  apiVersion: z
    .string()
    .regex(/^v\d{1,3}\.\d$/, 'a version such as v26.0')
    .default('v26.0'),
  /** Time between two sweeps for what the webhook missed, s. */
  pollSeconds: z.int().min(30).max(86_400).default(300),
  /** How far back the first sweep reads, h. */
  firstLookBackHours: z.int().min(0).max(720).default(24),
  /** Comments are looked for under posts that are not older, days. */
  followDays: z.int().min(1).max(90).default(7),
}

/** Address of an API: another one for a proxy or a test, whose host must then stand under outgoing.allowHosts. */
export function baseUrlField(usual: string) {
  return z.url({ protocol: /^https?$/ }).default(usual)
}

/** A polled account must be named: there is nothing to ask about otherwise. */
export function needAccounts(
  { accessToken, accounts }: { accessToken?: unknown; accounts: Record<string, unknown> },
  context: z.RefinementCtx,
): void {
  if (accessToken === undefined || Object.keys(accounts).length > 0) return
  const params = { found: 'none' }
  context.addIssue({
    code: 'custom',
    path: ['accounts'],
    message: 'at least one account to poll, since there is an accessToken',
    params,
  })
}
