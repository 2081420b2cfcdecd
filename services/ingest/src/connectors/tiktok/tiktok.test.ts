import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { aDecoder, dropsOf, mentionsOf } from '../../../tests/decoding.ts'
import { describeWebhook } from '../../../tests/webhook-contract.ts'
import { tiktok } from './tiktok.ts'

const environment = { SECRET: 'test-client-secret', NEXT: 'the-next-secret' }
const config = {
  appSecrets: [{ env: 'SECRET' }, { env: 'NEXT' }],
  accounts: { oid_1: ['kuzey-air'] },
  own: ['the-brand'],
}
const seconds = 1_790_000_000
const known =
  '{"client_key":"ck_test","event":"comment.update","create_time":1790000000,"user_openid":"oid_1","content":"{\\"comment_id\\":7543210987654321098,\\"video_id\\":7540000000000000001}"}'

describe('a comment', () => {
  it('has its ids by all their digits, though they are bare numbers inside a text (TT-1)', async () => {
    const decoded = await decoder().post(anEvent('comment.update', aComment()))
    expect(mentionsOf(decoded)).toMatchObject([
      {
        id: '7543210987654321098',
        parent: '7540000000000000001',
        kind: 'comment',
        text: 'berbat 😡',
        author: { id: 'u1' },
        brands: ['kuzey-air'],
        own: false,
      },
    ])
  })

  it('is new where nothing says what happened to it, as in the known vector (TT-1)', async () => {
    expect(mentionsOf(await decoder().post(known))).toMatchObject([
      { id: '7543210987654321098', parent: '7540000000000000001', operation: 'upsert', text: '' },
    ])
  })

  it('has the time of its content, in ms, not that of sending (TT-4)', async () => {
    const [mention] = mentionsOf(await decoder().post(anEvent('comment.update', aComment())))
    expect(mention?.createdAt).toBe(1_790_000_000_123)
  })

  it('is deleted, hidden, shown again, and for friends alone is hidden', async () => {
    const actions = ['insert', 'set_to_hidden', 'set_to_public', 'set_to_friends_only', 'delete', 'sparkle']
    const outcomes = await Promise.all(
      actions.map(async (action) => {
        const decoded = await decoder().post(anEvent('comment.update', aComment(action)))
        const [mention] = mentionsOf(decoded)
        return mention ? [mention.operation, mention.revision] : dropsOf(decoded)
      }),
    )
    expect(outcomes).toEqual([
      ['upsert', undefined],
      ['hide', 'hide-1790000000123'],
      ['upsert', 'public-1790000000123'],
      ['hide', 'hide-1790000000123'],
      ['delete', undefined],
      ['unknown_kind'],
    ])
  })

  it("is the brand's own when one of its people wrote it", async () => {
    const content = aComment('insert', 'the-brand')
    expect(mentionsOf(await decoder().post(anEvent('comment.update', content)))[0]?.own).toBe(true)
  })
})

describe('what else is delivered', () => {
  it('is kept and accounted for when its content is broken, and answered with 200 (TT-7)', async () => {
    const object = { event: 'comment.update', create_time: seconds, content: { comment_id: '1' } }
    for (const body of [anEvent('comment.update', '{not json'), JSON.stringify(object)]) {
      const decoded = await decoder().post(body)
      expect(decoded.answer?.status).toBe(200)
      expect(decoded.outcomes.map(({ outcome }) => outcome)).toEqual(['deadLetter'])
    }
  })

  it("is a private message; the brand's own where it answered (TT-8)", async () => {
    const message = (event: string, role: string) =>
      anEvent(
        event,
        JSON.stringify({
          message_id: 'm1',
          conversation_id: 'a+b==',
          timestamp: 1_790_000_000_123,
          type: 'text',
          text: { body: 'kargom nerede' },
          from_user: { id: 'p1', role },
        }),
      )
    const read = async (event: string, role = 'personal_account') =>
      mentionsOf(await decoder().post(message(event, role)))
    expect(await read('im_receive_msg')).toMatchObject([
      { id: 'm1', kind: 'message', visibility: 'private', own: false, text: 'kargom nerede' },
    ])
    expect(await read('im_send_msg')).toMatchObject([{ own: true }])
    expect(await read('im_receive_msg', 'business_account')).toMatchObject([{ own: true }])
  })

  it('is dropped with a reason when it is no content, names ids alone, or is unknown', async () => {
    const events = ['im_mark_read_msg', 'post.publish.complete', 'brand_mention.comment', 'sparkle']
    const drops = await Promise.all(
      events.map(async (event) => dropsOf(await decoder().post(anEvent(event, '{}')))),
    )
    expect(drops.flat()).toEqual(['not_content', 'not_content', 'needs_lookup', 'unknown_kind'])
  })
})

describe('the signature (TT-2)', () => {
  const right = '0d84c8858fa893601ea912b724bb50684cd8df03e881bdf739b15b9c848b557b'

  it.each([
    `t=${seconds},s=${right}`,
    `s=${right},t=${seconds}`,
    `t=${seconds}, s=${right}`,
    `t=${seconds},s=${'0'.repeat(64)},s=${right}`,
  ])('is taken as %s', async (header) => {
    expect((await signed(header)).answer?.status).toBe(200)
  })

  it.each([
    [`s=${right}`, 'signature_wrong'],
    [`t=x,s=${right}`, 'signature_wrong'],
    [`t=${seconds}`, 'signature_wrong'],
    [`t=${seconds},t=${seconds},s=${right}`, 'signature_wrong'],
    ['', 'signature_missing'],
    [',,=,', 'signature_wrong'],
  ])('is refused as %s', async (header, reason) => {
    const decoded = await signed(header)
    expect([decoded.answer?.status, dropsOf(decoded)]).toEqual([401, [reason]])
  })

  it('is refused when its time is more than five minutes away, either way', async () => {
    const header = `t=${seconds},s=${right}`
    expect((await signed(header, seconds + 299)).answer?.status).toBe(200)
    for (const now of [seconds + 301, seconds - 301])
      expect(dropsOf(await signed(header, now))).toEqual(['signature_old'])
  })

  function signed(header: string, now = seconds) {
    return decoder(now).request({ headers: { 'tiktok-signature': header }, body: Buffer.from(known) })
  }
})

describe('answers of the API', () => {
  it('are comments with replies; a hidden one is hidden, the owner is the brand', async () => {
    const one = { comment_id: 'c1', video_id: 'v1', unique_identifier: 'u1', create_time: '1790000000' }
    const comments = [
      {
        ...one,
        text: 'berbat',
        likes: 2,
        status: 'PUBLIC',
        reply_list: [{ ...one, comment_id: 'r1', owner: true }],
      },
      { ...one, comment_id: 'c2', status: 'HIDDEN' },
    ]
    const decoded = await decoder().api('comment_list', { code: 0, data: { comments, has_more: false } })
    expect(mentionsOf(decoded)).toMatchObject([
      { id: 'c1', kind: 'comment', parent: 'v1', createdAt: seconds * 1_000, engagement: { likes: 2 } },
      { id: 'r1', kind: 'reply', parent: 'c1', own: true },
      { id: 'c2', operation: 'upsert' },
      { id: 'c2', operation: 'hide' },
    ])
  })

  it('are mentions by strangers', async () => {
    const list = [
      {
        comment_id: 'm1',
        comment_text: 'bu marka',
        comment_create_time: seconds,
        item_id: 'v9',
        commenter_handle_name: 'ayse',
      },
    ]
    const decoded = await decoder().api('mention_comment_list', { code: 0, data: { list } })
    expect(mentionsOf(decoded)).toMatchObject([
      { id: 'm1', parent: 'v9', author: { id: 'ayse' }, own: false },
    ])
  })
})

describeWebhook({
  factory: tiktok,
  config,
  environment,
  now: seconds * 1_000,
  sign: (body) => ({ headers: { 'tiktok-signature': sign(body) } }),
  samples: [
    JSON.parse(anEvent('comment.update', aComment())),
    JSON.parse(anEvent('authorization.removed', '{"reason":1}')),
    JSON.parse(
      anEvent('im_receive_msg', '{"message_id":"m1","timestamp":1790000000123,"text":{"body":"x"}}'),
    ),
  ],
})

function decoder(now = seconds) {
  return aDecoder({ factory: tiktok, config, environment, now: now * 1_000 })
}

function sign(body: Uint8Array): string {
  const signed = Buffer.concat([Buffer.from(`${seconds}.`), body])
  return `t=${seconds},s=${createHmac('sha256', environment.SECRET).update(signed).digest('hex')}`
}

function anEvent(event: string, content: string): string {
  return JSON.stringify({
    client_key: 'ck_test',
    event,
    create_time: seconds,
    user_openid: 'oid_1',
    content,
  })
}

/** As text: JSON.stringify would round the ids. */
function aComment(action = 'insert', author = 'u1'): string {
  return `{"comment_id":7543210987654321098,"video_id":7540000000000000001,"comment_type":"comment","comment_action":"${action}","timestamp":1790000000123,"unique_identifier":"${author}","text":"berbat 😡"}`
}
