import { DependencyError } from '@nabiz/shared/errors'
import { z } from 'zod'
import type { Check } from '../connector.ts'
import { NotFoundError } from '../shared/api-client.ts'
import { ask } from '../shared/ask.ts'
import type { Graph } from './graph.ts'

const tokenShape = z.looseObject({
  data: z.looseObject({
    is_valid: z.boolean().nullish(),
    expires_at: z.number().nullish(),
    scopes: z.array(z.string()).nullish(),
  }),
})
const subscribedShape = z.looseObject({
  data: z.array(z.looseObject({ subscribed_fields: z.array(z.unknown()).nullish() })),
})

/** Whether the token is valid and holds the permissions; one line each. Without `appId` Meta does not tell. */
export async function checkToken(
  graph: Graph,
  permissions: readonly string[],
  signal: AbortSignal,
): Promise<Check[]> {
  const parsed = tokenShape.safeParse(await graph.debugToken(signal))
  if (!parsed.success) {
    const token = await ask('token', () => graph.call('/me', { query: { fields: 'id' } }, signal), {
      refused: 'revoked, expired or of another app: make a new one',
    })
    const detail = 'not asked: give appId, and Meta tells what the token may do'
    return [token, { what: 'permissions', isOk: true, detail }]
  }
  const { is_valid: isValid, expires_at: end, scopes } = parsed.data.data
  const ends = end ? `until ${new Date(end * 1_000).toISOString()}` : 'without an end'
  return [
    {
      what: 'token',
      isOk: isValid !== false,
      detail: isValid === false ? 'revoked or expired: make a new one' : ends,
    },
    ...permissions.map((permission) => {
      const isOk = scopes?.includes(permission) ?? false
      const detail = 'missing: add it in the app review, then make a new token'
      return { what: `permission ${permission}`, isOk, ...(isOk ? {} : { detail }) }
    }),
  ]
}

/** Whether the app is subscribed to an account's fields. */
export async function checkSubscription(
  graph: Graph,
  accountId: string,
  wanted: readonly string[],
  signal: AbortSignal,
): Promise<Check> {
  const what = `webhook fields of ${accountId}: ${wanted.join(', ')}`
  const todo = `POST /${accountId}/subscribed_apps?subscribed_fields=${wanted.join(',')}`
  try {
    const { value } = await graph.call(`/${accountId}/subscribed_apps`, {}, signal)
    const fields = new Set(
      subscribedShape.safeParse(value).data?.data.flatMap((app) => (app.subscribed_fields ?? []).map(nameOf)),
    )
    const missing = wanted.filter((field) => !fields.has(field))
    return missing.length === 0
      ? { what, isOk: true }
      : { what, isOk: false, detail: `not subscribed: ${missing.join(', ')}; ${todo}` }
  } catch (err) {
    if (err instanceof NotFoundError) return { what, isOk: false, detail: 'no such account for this token' }
    if (err instanceof DependencyError && err.code === 'platform_auth') {
      return { what, isOk: false, detail: 'the token may not ask for it' }
    }
    throw err
  }
}

/** Fields come as words, or as objects with a name. */
function nameOf(field: unknown): string {
  return typeof field === 'object' && field !== null && 'name' in field ? String(field.name) : String(field)
}

/** What `nabiz connect` asks for a Page: the token's permissions, and each Page's subscription to the webhook's fields. */
export async function checkPages(
  graph: Graph | undefined,
  accounts: Readonly<Record<string, unknown>>,
  { permissions, fields }: { permissions: readonly string[]; fields: readonly string[] },
  signal: AbortSignal,
): Promise<Check[]> {
  if (!graph) return [withoutToken]
  const checks = await checkToken(graph, permissions, signal)
  for (const page of Object.keys(accounts)) checks.push(await checkSubscription(graph, page, fields, signal))
  return checks
}

/** For accounts without a token: the webhook alone works, and nothing is made up for. */
export const withoutToken: Check = {
  what: 'accessToken',
  isOk: true,
  detail: 'none: the webhook works, but what it misses while Nabız is down for long is not fetched',
}
