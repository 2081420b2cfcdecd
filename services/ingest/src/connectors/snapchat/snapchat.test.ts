import { describe, expect, it } from 'vitest'
import { aDecoder, dropsOf, mentionsOf } from '../../../tests/decoding.ts'
import { snapchat } from './snapchat.ts'

const config = {
  clientId: 'app',
  clientSecret: { env: 'SECRET' },
  refreshToken: { env: 'REFRESH' },
  profiles: { brand: ['kuzey-air'] },
}

describe('Spotlights', () => {
  it('are taken one by one where some of them failed (SC-1)', async () => {
    const decoded = await decoder().api('spotlights', {
      request_status: 'PARTIAL',
      spotlights: [aSpotlight(), { sub_request_status: 'ERROR', sub_request_error_reason: 'gone' }],
    })
    expect(mentionsOf(decoded)).toMatchObject([
      { id: 's1', text: 'yeni @marka ürünü\n#marka', own: false, brands: [], author: { id: 'p1' } },
    ])
    expect(dropsOf(decoded)).toEqual(['not_found'])
  })

  it('without caption, hashtags and sponsor name nobody; one that the brand paid for is about it (SC-2)', async () => {
    const bare = aSpotlight({ id: 's2', caption: null, hashtags: [] })
    const paid = aSpotlight({ id: 's3', caption: null, sponsor: { profile_id: 'brand', display_name: 'M' } })
    const decoded = await decoder().api('spotlights', { spotlights: [bare, paid] })
    expect(mentionsOf(decoded).map(({ id, text, brands }) => [id, text, brands])).toEqual([
      ['s2', '', []],
      ['s3', '#marka\nM', ['kuzey-air']],
    ])
  })

  it('that are not shown to anybody yet are no content, and those of the brand are its own', async () => {
    const decoded = await decoder().api('spotlights', {
      spotlights: [aSpotlight({ status: 'REJECTED' }), aSpotlight({ id: 's4', profile_id: 'brand' })],
    })
    expect(dropsOf(decoded)).toEqual(['not_content'])
    expect(mentionsOf(decoded)).toMatchObject([{ id: 's4', own: true, brands: ['kuzey-air'] }])
  })

  it.each(['<html>', '[]', '{}', '{"spotlights":[7]}'])('that cannot be read (%s) are kept', async (body) => {
    const { outcomes } = await decoder().api('spotlights', body)
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['deadLetter'])
  })
})

describe('followers', () => {
  it('are a number given as text, or nothing where they are left out (SC-4)', async () => {
    const profile = (subscriber_count?: string) => ({
      sub_request_status: 'SUCCESS',
      public_profile: { id: 'brand', ...(subscriber_count ? { subscriber_count } : {}) },
    })
    const { outcomes } = await decoder().api('profiles', { public_profiles: [profile('1200'), profile()] })
    expect(outcomes).toMatchObject([
      { outcome: 'metric', metric: { counter: 'followers', total: 1_200, brands: ['kuzey-air'] } },
      { outcome: 'drop', reason: 'not_content' },
    ])
  })
})

function decoder() {
  return aDecoder({ factory: snapchat, config, environment: { SECRET: 'x', REFRESH: 'y' } })
}

function aSpotlight(overrides: Record<string, unknown> = {}) {
  const spotlight = {
    id: 's1',
    profile_id: 'p1',
    created_at: '2026-09-30T10:00:00.000Z',
    status: 'LIVE',
    caption: 'yeni @marka ürünü',
    hashtags: ['marka'],
    ...overrides,
  }
  return { sub_request_status: 'SUCCESS', spotlight }
}
