import { createHmac } from 'node:crypto'
import { Secret } from '@nabiz/shared/config'
import { DependencyError } from '@nabiz/shared/errors'
import { day, minute, second } from '@nabiz/shared/time'
import { z } from 'zod'
import type { Credential } from '../../credentials/credential.ts'
import { every } from '../../quotas/periods.ts'
import type { ConnectorContext } from '../connector.ts'
import {
  type ApiAnswer,
  type ApiClient,
  createApiClient,
  InvalidPageError,
  NotFoundError,
  rateLimited,
} from '../shared/api-client.ts'
import { errorAnswer } from '../shared/error-answer.ts'

/** Meta tells usage as per cent of what is allowed; we stop before it refuses. */
const usagePercent = { limit: 100, reserve: 10 }
/** Usage falls by itself, over an hour or a day; after a stop we look again this often. */
const lookAgainMs = 5 * minute
/** Long-lived tokens last about 60 days; a renewed one lasts as long again. */
const renewBeforeMs = 10 * day

const errorShape = z.looseObject({
  error: z.looseObject({ code: z.number(), error_subcode: z.number().nullish() }),
})
/** Of any Graph answer. */
export const graphErrorIn = errorAnswer(errorShape, ({ error }) =>
  ['error', [error.code, error.error_subcode].filter((code) => code != null).join('/')].join(' '),
)

const grantShape = z.looseObject({ access_token: z.string().min(1), expires_in: z.number().min(0).nullish() })
const usageShape = z.record(z.string(), z.unknown())

export interface GraphOptions {
  /** For people, in errors. */
  platform: string
  baseUrl: string
  apiVersion: string
  accessToken: Secret
  /** The first signs our calls. */
  appSecrets: readonly Secret[]
  /** With it a token that ends is known to end, and exchanged in time. */
  appId?: string | undefined
  /** Tokens of "Instagram API with Instagram Login" are renewed by themselves, without the app. */
  renewal: 'facebook' | 'instagram'
}

/** Meta's Graph API for one account: its token, its limits, its errors. */
export interface Graph extends ApiClient {
  credential: Credential
  /** What Meta says of the token itself; needs `appId`. */
  debugToken(signal: AbortSignal): Promise<unknown>
}

export function createGraph(options: GraphOptions, context: ConnectorContext): Graph {
  const { platform, baseUrl, appId, appSecrets } = options
  const { clock, outgoing } = context
  const appToken = appId && appSecrets[0] ? `${appId}|${appSecrets[0].reveal()}` : undefined
  const usage = context.quota({ name: 'usage_percent', ...usagePercent, resetsAt: every(lookAgainMs) })
  const plain = createApiClient({ platform, baseUrl, outgoing, clock, faultOf: (answer) => faultOf(answer) })

  async function debug(token: Secret, signal: AbortSignal): Promise<unknown> {
    if (appToken === undefined) return undefined
    const query = { input_token: token.reveal(), access_token: appToken }
    return (await plain.call('/debug_token', { query }, signal)).value
  }

  const credential = context.credential({
    name: 'token',
    configured: { token: options.accessToken },
    renewBeforeMs,
    ...(appToken === undefined || options.renewal === 'instagram'
      ? {}
      : { inspect: async ({ token }, signal) => expiryOf(await debug(token, signal)) }),
    ...(appToken === undefined && options.renewal === 'facebook' ? {} : { renew }),
  })

  async function renew({ token }: { token: Secret }, signal: AbortSignal) {
    const [path, query] =
      options.renewal === 'instagram'
        ? ([
            '/refresh_access_token',
            { grant_type: 'ig_refresh_token', access_token: token.reveal() },
          ] as const)
        : ([
            '/oauth/access_token',
            {
              grant_type: 'fb_exchange_token',
              client_id: appId,
              client_secret: appSecrets[0]?.reveal(),
              fb_exchange_token: token.reveal(),
            },
          ] as const)
    const answer = grantShape.safeParse((await plain.call(path, { query }, signal)).value)
    if (!answer.success) {
      throw new DependencyError('platform_protocol', `${platform} did not answer with a token`, {
        retryable: true,
      })
    }
    const { access_token: next, expires_in: seconds } = answer.data
    return {
      token: new Secret(next),
      ...(seconds ? { expiresAt: clock.now() + seconds * second } : {}),
    }
  }

  const client = createApiClient({
    platform,
    baseUrl: `${baseUrl.replace(/\/+$/, '')}/${options.apiVersion}`,
    outgoing,
    clock,
    credential,
    authorize: (token) => ({
      headers: { authorization: `Bearer ${token.reveal()}` },
      // Tokens of the other product belong to another secret, perhaps one that is not configured.
      query: options.renewal === 'facebook' ? { appsecret_proof: proof(token, appSecrets[0]) } : {},
    }),
    // Costs are told afterwards, as per cent: before a call it is only asked whether there is room.
    beforeCall: () => usage.take(0),
    async observe({ headers }) {
      const seen = usageIn(headers)
      if (!seen) return
      const pauseMs = Math.max(seen.regainMinutes * minute, lookAgainMs)
      await usage.observe({ limit: usagePercent.limit, used: seen.percent, resetAt: clock.now() + pauseMs })
    },
    faultOf: (answer) => faultOf(answer),
  })

  function faultOf({ value, headers }: ApiAnswer): Error | undefined {
    const parsed = errorShape.safeParse(value)
    if (!parsed.success) return undefined
    const { code, error_subcode: subcode } = parsed.data.error
    const told = `${platform} answered with error ${code}${subcode ? `/${subcode}` : ''}`
    if (limitCodes.has(code) || (code >= 80_000 && code <= 80_014)) {
      const regain = usageIn(headers)?.regainMinutes ?? 0
      return rateLimited(platform, Math.max(regain * minute, lookAgainMs))
    }
    if (code === 190 || code === 102 || code === 10 || (code >= 200 && code < 300)) {
      return new DependencyError('platform_auth', `${told}: the token or a permission is missing`, {
        retryable: false,
      })
    }
    if (code === 100 && subcode === 33) return new NotFoundError(told)
    if (code === 803) return new NotFoundError(told)
    if (code === 100) return new InvalidPageError(told)
    return new DependencyError('http_status', told, { retryable: code === 1 || code === 2 })
  }

  return {
    call: client.call,
    credential,
    debugToken: async (signal) => debug(await credential.token(signal), signal),
  }
}

const limitCodes = new Set([4, 17, 32, 613])

/** Lets Meta refuse a token that was stolen without the app's secret. */
function proof(token: Secret, appSecret: Secret | undefined): string | undefined {
  return appSecret && createHmac('sha256', appSecret.reveal()).update(token.reveal()).digest('hex')
}

/** The greatest share used, in per cent, over both headers and all that they count. */
function usageIn(headers: Readonly<Record<string, string>>) {
  const found: Record<string, unknown>[] = []
  for (const name of ['x-app-usage', 'x-business-use-case-usage']) {
    const parsed = usageShape.safeParse(parseLoosely(headers[name]))
    if (!parsed.success) continue
    found.push(parsed.data)
    for (const list of Object.values(parsed.data)) {
      if (Array.isArray(list)) for (const one of list) found.push(usageShape.safeParse(one).data ?? {})
    }
  }
  const greatest = (names: readonly string[]) =>
    Math.max(0, ...found.flatMap((one) => names.map((name) => Number(one[name])).filter(Number.isFinite)))
  if (found.length === 0) return undefined
  return {
    percent: greatest(['call_count', 'total_cputime', 'total_time']),
    regainMinutes: greatest(['estimated_time_to_regain_access']),
  }
}

function parseLoosely(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}

const debugShape = z.looseObject({ data: z.looseObject({ expires_at: z.number().nullish() }) })

/** 0 stands for never. */
function expiryOf(debugged: unknown): number | undefined {
  const at = debugShape.safeParse(debugged).data?.data.expires_at
  return at ? at * second : undefined
}
