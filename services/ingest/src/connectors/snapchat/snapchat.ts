import { secret } from '@nabiz/shared/config'
import { brandId } from '@nabiz/shared/contracts'
import { DependencyError } from '@nabiz/shared/errors'
import { hour, minute, second } from '@nabiz/shared/time'
import { z } from 'zod'
import { every } from '../../quotas/periods.ts'
import {
  type Check,
  type Connector,
  type ConnectorContext,
  type Delivery,
  defineConnector,
  type PollerWay,
} from '../connector.ts'
import { type ApiClient, createApiClient } from '../shared/api-client.ts'
import { ask } from '../shared/ask.ts'
import { errorAnswer } from '../shared/error-answer.ts'
import { configuredGrant, createOAuthRefresh, refreshForm } from '../shared/oauth-refresh.ts'
import { createReading, readJson } from '../shared/reading.ts'
import { createSweep, type SweepTask, type Visit } from '../shared/sweep.ts'
import { type ProfileContext, readProfiles, readSpotlights } from './profiles.ts'

const address = z.url({ protocol: /^https?$/ })
const profileId = z.string().regex(/^[\w-]{1,64}$/, 'the id of a public profile')
const config = z.strictObject({
  /** The OAuth app of the Business Manager; its access is granted by Snapchat. */
  clientId: z.string().min(1).max(200),
  clientSecret: secret,
  /** Only to use one that is there already: it is good for an hour. */
  accessToken: secret.optional(),
  refreshToken: secret,
  /** The brand's public profiles → brands everything there is about. */
  profiles: z
    .record(profileId, z.array(brandId).min(1))
    .refine((profiles) => Object.keys(profiles).length > 0, { error: 'at least one public profile' }),
  /** Public profiles of creators whose Spotlights are read: they count when they name a brand or it paid for them. */
  creators: z.array(profileId).max(500).default([]),
  /** Time between two looks, s. */
  pollSeconds: z.int().min(60).max(86_400).default(900),
  firstLookBackHours: z.int().min(0).max(720).default(24),
  /** Snapchat names no limit; we keep to this. */
  callsPerMinute: z.int().min(1).max(10_000).default(60),
  /** Another one for a proxy or a test, whose host must then stand under outgoing.allowHosts. */
  baseUrl: address.default('https://businessapi.snapchat.com'),
  tokenUrl: address.default('https://accounts.snapchat.com/login/oauth2/access_token'),
})
type SnapchatConfig = z.output<typeof config>

/** Snapchat's Public Profile API: Spotlights and followers. It shows neither comments nor mentions to anybody. */
export const snapchat = defineConnector({
  platform: 'snapchat',
  description: {
    title: 'Snapchat',
    ways: ['polling'],
    sees: {
      comments: false,
      mentionsByStrangers: true,
      privateMessages: false,
      deletes: false,
      edits: false,
      metrics: true,
    },
    partly: ['mentions by strangers: in Spotlights of the creators that the config lists'],
    needs: [
      'access to the Public Profile API, which Snapchat grants to partners',
      'an OAuth app in Business Manager with snapchat-profile-api, a refresh token',
      'ids of the public profiles',
    ],
    apis: {
      profiles: 'GET /v1/public_profiles/{id}',
      spotlights: 'GET /v1/public_profiles/{id}/spotlights',
    },
  },
  config,
  bare: {
    config: {
      clientId: 'any',
      clientSecret: { env: 'CLIENT_SECRET' },
      refreshToken: { env: 'REFRESH_TOKEN' },
      profiles: { any: ['any-brand'] },
    },
    environment: { CLIENT_SECRET: 'none', REFRESH_TOKEN: 'none' },
  },
  create(options, context): Connector {
    const api = createSnapchatApi(options, context)
    return {
      ways: [createPoll(api, options, context)],
      decode: (name, body) => decodeAnswer(name, body, options),
      errorIn: errorAnswer(failed, ({ request_status }) => `request_status ${request_status}`),
      check: (signal) => check(api, options, signal),
    }
  },
})

function createSnapchatApi(options: SnapchatConfig, context: ConnectorContext): ApiClient {
  const { clock, outgoing } = context
  const { accessToken } = options
  const calls = context.quota({ name: 'calls', limit: options.callsPerMinute, resetsAt: every(minute) })
  const credential = context.credential({
    name: 'token',
    configured: configuredGrant({
      ...(accessToken ? { accessToken } : {}),
      refreshToken: options.refreshToken,
    }),
    // A token lasts an hour.
    renewBeforeMs: 5 * minute,
    renew: createOAuthRefresh({
      platform: 'snapchat',
      tokenUrl: options.tokenUrl,
      outgoing,
      clock,
      request: (token) => refreshForm({ id: options.clientId, secret: options.clientSecret }, token),
    }),
  })
  return createApiClient({
    platform: 'snapchat',
    baseUrl: options.baseUrl,
    outgoing,
    clock,
    credential,
    beforeCall: () => calls.take(),
    // 200 with an error inside.
    faultOf: ({ status, value }) =>
      status === 200 && failed.safeParse(value).success
        ? new DependencyError('http_status', 'snapchat answered with an error', { retryable: true })
        : undefined,
  })
}

const failed = z.looseObject({ request_status: z.literal('ERROR') })

function contextOf(options: SnapchatConfig, since: number): ProfileContext {
  return {
    since,
    brandsOf: (id) => (id === undefined ? [] : (options.profiles[id] ?? [])),
    isOwn: (id) => id !== undefined && id in options.profiles,
  }
}

function createPoll(api: ApiClient, options: SnapchatConfig, { clock }: ConnectorContext): PollerWay {
  async function visit(task: SweepTask, since: number, signal: AbortSignal): Promise<Visit> {
    const id = task.subject ?? ''
    const context = contextOf(options, since)
    // Of others only what is public may be asked for.
    const path = `${context.isOwn(id) ? '' : '/public'}/v1/public_profiles/${encodeURIComponent(id)}`
    const reading = createReading()
    if (task.api === 'profiles') {
      readProfiles((await api.call(path, {}, signal)).value, context, reading)
      return { delivery: reading.delivery() }
    }
    const query = { limit: 50, cursor: task.page }
    const { value } = await api.call(`${path}/spotlights`, { query }, signal)
    const { next, oldest } = readSpotlights(value, context, reading)
    const goesOn = next !== undefined && (oldest === undefined || oldest >= since)
    return { delivery: reading.delivery(), tasks: goesOn ? [{ ...task, page: next }] : [] }
  }

  return createSweep({
    clock,
    intervalMs: options.pollSeconds * second,
    firstLookBackMs: options.firstLookBackHours * hour,
    roots: () => [
      ...Object.keys(options.profiles).map((subject) => ({ api: 'profiles', subject })),
      ...[...Object.keys(options.profiles), ...options.creators].map((subject) => ({
        api: 'spotlights',
        subject,
      })),
    ],
    visit,
  })
}

function decodeAnswer(name: string, body: Uint8Array, options: SnapchatConfig): Delivery {
  const context = contextOf(options, 0)
  return readJson(body, (value, reading) => {
    if (name === 'profiles') readProfiles(value, context, reading)
    else readSpotlights(value, context, reading)
  })
}

async function check(api: ApiClient, options: SnapchatConfig, signal: AbortSignal): Promise<Check[]> {
  const checks: Check[] = []
  for (const id of Object.keys(options.profiles)) {
    const path = `/v1/public_profiles/${encodeURIComponent(id)}`
    checks.push(
      await ask(`the public profile ${id}`, () => api.call(path, {}, signal), {
        refused: 'refused: is the app allow-listed, and did the profile authorise it?',
        absent: 'no such profile',
      }),
    )
  }
  return checks
}
