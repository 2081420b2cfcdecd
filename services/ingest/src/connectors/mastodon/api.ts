import type { Secret } from '@nabiz/shared/config'
import { DependencyError } from '@nabiz/shared/errors'
import { minute } from '@nabiz/shared/time'
import { z } from 'zod'
import { every } from '../../quotas/periods.ts'
import { observedInHeaders } from '../../quotas/rate-headers.ts'
import type { ConnectorContext } from '../connector.ts'
import { type ApiClient, createApiClient } from '../shared/api-client.ts'

/** Mastodon allows so many calls in five minutes, for an account and for an address. */
const callsIn5Minutes = 300
/** What other programs with the same account need. */
const reserved = 30

/** Calls of one instance's API with the token of an account there. */
export function createMastodonApi(context: ConnectorContext, baseUrl: string, token: Secret): ApiClient {
  const quota = context.quota({
    name: 'calls',
    limit: callsIn5Minutes,
    reserve: reserved,
    resetsAt: every(5 * minute),
  })
  return createApiClient({
    platform: 'mastodon',
    baseUrl,
    outgoing: context.outgoing,
    clock: context.clock,
    credential: context.credential({ name: 'token', configured: { token } }),
    beforeCall: () => quota.take(),
    async observe({ headers }) {
      const seen = observedInHeaders(headers, context.clock.now())
      if (seen) await quota.observe(seen)
    },
  })
}

const instance = z.looseObject({
  configuration: z.looseObject({ urls: z.looseObject({ streaming: z.string() }) }),
})

/** Where the instance streams. Throws DependencyError platform_protocol for an address that the token must not go to. */
export async function streamingUrlOf(api: ApiClient, baseUrl: string, signal: AbortSignal): Promise<string> {
  const { value } = await api.call('/api/v2/instance', {}, signal)
  const address = instance.safeParse(value).data?.configuration.urls.streaming ?? ''
  const wanted = baseUrl.startsWith('https:') ? /^wss:$/ : /^wss?:$/
  if (URL.canParse(address) && wanted.test(new URL(address).protocol)) return address.replace(/\/+$/, '')
  throw new DependencyError('platform_protocol', 'mastodon names no safe address for its stream', {
    retryable: true,
  })
}
