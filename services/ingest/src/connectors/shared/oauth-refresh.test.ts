import { Secret } from '@nabiz/shared/config'
import type { OutgoingResponse } from '@nabiz/shared/http'
import { ManualClock } from '@nabiz/shared/time'
import { describe, expect, it } from 'vitest'
import { createOAuthRefresh, refreshForm } from './oauth-refresh.ts'

describe('renewing with a refresh token', () => {
  it('keeps the refresh token where no newer one comes, and takes the newer one', async () => {
    const kept = await renewed({ body: '{"access_token":"a","expires_in":"60"}' })
    expect([kept.token.reveal(), kept.refreshToken?.reveal(), kept.expiresAt]).toEqual(['a', 'old', 60_000])
    const rotated = await renewed({ body: '{"access_token":"b","refresh_token":"new"}' })
    expect([rotated.refreshToken?.reveal(), rotated.expiresAt]).toEqual(['new', undefined])
  })

  it.each([
    [{ status: 400, body: '{"error":"invalid_grant"}' }, 'platform_auth'],
    [{ status: 401, body: '<html>' }, 'platform_auth'],
    [{ status: 200, body: '{"error":"no token in it"}' }, 'platform_auth'],
    [{ status: 200, body: '<html>sign in to the network</html>' }, 'platform_protocol'],
    [{ status: 302, body: '', headers: { location: 'https://elsewhere.example' } }, 'platform_protocol'],
    [{ status: 404, body: 'not found' }, 'platform_protocol'],
    [{ status: 429, body: '' }, 'platform_rate_limited'],
    [{ status: 503, body: '' }, 'http_status'],
  ])('tells from %j what a person must do: %s', async (answer, code) => {
    await expect(renewed(answer)).rejects.toMatchObject({ code, retryable: code !== 'platform_auth' })
  })
})

function renewed(answer: Partial<OutgoingResponse>) {
  const renew = createOAuthRefresh({
    platform: 'test',
    tokenUrl: 'https://token.example',
    outgoing: {
      request: async () => ({ status: 200, headers: {}, body: '', ...answer }),
    } as unknown as Parameters<typeof createOAuthRefresh>[0]['outgoing'],
    clock: new ManualClock(0),
    request: (token) => refreshForm({ id: 'id', secret: new Secret('s') }, token),
  })
  const grant = { token: new Secret('ended'), refreshToken: new Secret('old') }
  return renew(grant, new AbortController().signal)
}
