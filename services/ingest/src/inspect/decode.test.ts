import { describe, expect, it } from 'vitest'
import { aDecoder } from '../../tests/decoding.ts'
import type { ConnectorFactory } from '../connectors/connector.ts'
import { connectors } from '../connectors/index.ts'

const graph = { error: { message: 'Expired', type: 'OAuthException', code: 190, error_subcode: 463 } }
const google = { error: { code: 403, message: 'Spent', errors: [{ reason: 'quotaExceeded' }] } }

describe('what is told of an error answer', () => {
  it.each([
    ['facebook', 'comments', graph, 'error 190/463'],
    ['instagram', 'media', graph, 'error 190/463'],
    ['messenger', 'messages', graph, 'error 190/463'],
    ['youtube', 'commentThreads', google, 'error 403 quotaExceeded'],
    ['tiktok', 'comment_list', { code: 40_100, message: 'QPM', data: {} }, 'code 40100'],
    ['wechat', 'comments', { errcode: 88_000, errmsg: 'without comment privilege' }, 'errcode 88000'],
    ['telegram', 'getUpdates', { ok: false, error_code: 409, description: 'Conflict' }, 'error_code 409'],
    ['snapchat', 'spotlights', { request_status: 'ERROR', request_id: 'r' }, 'request_status ERROR'],
    ['pinterest', 'pins', { code: 2, message: 'Authentication failed.' }, 'code 2'],
    ['x', 'search', { title: 'Unauthorized', type: 'about:blank', status: 401 }, 'Unauthorized 401'],
    ['x', 'search', { errors: [{ title: 'Invalid Request', detail: 'd' }] }, 'Invalid Request'],
    ['x', 'stream', { errors: [{ title: 'operational-disconnect' }] }, 'operational-disconnect'],
    ['reddit', 'comments', { message: 'Forbidden', error: 403 }, 'error 403'],
    ['bluesky', 'searchPosts', { error: 'InvalidRequest', message: 'q' }, 'InvalidRequest'],
    ['mastodon', 'tag', { error: 'The access token is invalid' }, 'The access token is invalid'],
  ] as const)('%s, %s: its own code or name', async (platform, api, answer, told) => {
    const factory: ConnectorFactory = connectors[platform]
    const { outcomes } = await aDecoder({ factory, ...factory.bare }).api(api, answer)
    expect(outcomes).toEqual([
      { outcome: 'deadLetter', reason: 'schema', detail: `an error of the platform and no listing: ${told}` },
    ])
  })

  it('is the rest of it as usual where posts stand beside the errors of X, or an error ends its stream', async () => {
    const decoder = aDecoder({ factory: connectors.x, ...connectors.x.bare })
    const post = { id: '2080000000000000001', text: 'Kuzey Air' }
    const beside = await decoder.api('search', { data: [post], errors: [{ title: 'Not Found Error' }] })
    expect(beside.outcomes.map(({ outcome }) => outcome)).toEqual(['mention'])
    const lines = [{ data: post }, { errors: [{ title: 'operational-disconnect' }] }]
    const stream = await decoder.api('stream', lines.map((line) => JSON.stringify(line)).join('\r\n\r\n'))
    expect(stream.outcomes).toMatchObject([
      { outcome: 'mention' },
      { outcome: 'deadLetter', detail: expect.stringContaining('operational-disconnect') },
    ])
  })
})
