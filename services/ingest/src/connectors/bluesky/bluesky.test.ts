import { describe, expect, it } from 'vitest'
import { aDecoder, dropsOf, mentionsOf } from '../../../tests/decoding.ts'
import { bluesky } from './bluesky.ts'
import { sliceBytes } from './post.ts'

const did = 'did:plc:abc'
const time = 1_790_000_000_123_456

describe('an event of the stream', () => {
  it('is a post with the time the network saw it', async () => {
    const record = { text: 'Marka çöktü 😡', createdAt: '2031-10-01T10:00:00.000Z', langs: ['tr'] }
    expect(mentionsOf(await events(aCommit({ record })))).toMatchObject([
      {
        id: 'at://did:plc:abc/app.bsky.feed.post/3kx',
        kind: 'post',
        author: { id: did },
        text: 'Marka çöktü 😡',
        language: 'tr',
        createdAt: 1_790_000_000_123,
        permalink: 'https://bsky.app/profile/did:plc:abc/post/3kx',
        operation: 'upsert',
        own: false,
        visibility: 'public',
      },
    ])
  })

  it('is a delete without record and cid (BS-1)', async () => {
    const commit = { operation: 'delete', collection: 'app.bsky.feed.post', rkey: '3k' }
    expect(mentionsOf(await events({ did, time_us: time, kind: 'commit', commit }))).toMatchObject([
      {
        id: 'at://did:plc:abc/app.bsky.feed.post/3k',
        operation: 'delete',
        createdAt: Math.floor(time / 1_000),
      },
    ])
  })

  it('has facets that count UTF-8 bytes (BS-2)', async () => {
    const text = 'Çöktü @marka.com'
    expect(sliceBytes(text, 9, 19)).toBe('@marka.com')
    const facets = [
      {
        index: { byteStart: 9, byteEnd: 19 },
        features: [{ $type: 'app.bsky.richtext.facet#mention', did: 'did:plc:brand' }],
      },
      { index: { byteStart: 'x' }, features: 7 },
    ]
    const [mention] = mentionsOf(await events(aCommit({ record: { text, facets } })))
    expect(mention).toMatchObject({ text, brands: ['kuzey-air'] })
    const link = [
      {
        index: { byteStart: 9, byteEnd: 16 },
        features: [{ $type: 'app.bsky.richtext.facet#link', uri: 'https://kuzey.example/long' }],
      },
    ]
    const [linked] = mentionsOf(
      await events(aCommit({ record: { text: 'çok kö kuzey.e son', facets: link } })),
    )
    expect(linked?.text).toBe('çok kö https://kuzey.example/long son')
  })

  it('with an empty text is what its pictures are described as (BS-4)', async () => {
    const embed = { $type: 'app.bsky.embed.images', images: [{ alt: 'uçak' }, { alt: '' }, 7] }
    expect(mentionsOf(await events(aCommit({ record: { text: '', embed } })))[0]?.text).toBe('uçak')
    expect(mentionsOf(await events(aCommit({ record: { text: '' } })))).toMatchObject([
      { text: '', brands: [] },
    ])
  })

  it('that was not asked for is passed over, and an account that ended marks all it said (BS-5)', async () => {
    const decoded = await events(
      { did, time_us: time, kind: 'identity', identity: { did, handle: 'a.example', seq: 1 } },
      { did, time_us: time, kind: 'account', account: { active: true, did, seq: 2 } },
      { did, time_us: time, kind: 'account', account: { active: false, status: 'deleted', did, seq: 3 } },
      aCommit({ collection: 'app.bsky.feed.like', record: {} }),
      { did, time_us: time, kind: 'novelty' },
    )
    expect(dropsOf(decoded)).toEqual(['not_content', 'not_content', 'not_content', 'unknown_kind'])
    expect(mentionsOf(decoded)).toMatchObject([{ id: 'at://did:plc:abc', operation: 'delete' }])
  })

  it('is read in the frames of the newer protocol (BS-8)', async () => {
    const payload = {
      $type: 'network.bsky.jetstream.subscribeEvents#commit',
      seq: 42,
      did,
      time: '2026-09-21T13:33:20.123Z',
      ...aCommit({ record: { text: 'Kuzey' } }).commit,
    }
    const info = {
      $type: 'message',
      payload: { $type: 'network.bsky.jetstream.subscribeEvents#info', name: 'x' },
    }
    const decoded = await events({ $type: 'message', payload }, info)
    expect(mentionsOf(decoded)).toMatchObject([{ text: 'Kuzey', createdAt: 1_789_997_600_123 }])
    expect(dropsOf(decoded)).toEqual(['not_content'])
  })

  it('that ends the stream is said, with the reason (BS-8)', async () => {
    const decoded = await events({ $type: 'error', error: 'ConsumerTooSlow' })
    expect(decoded.outcomes).toEqual([{ outcome: 'drop', reason: 'platform_protocol' }])
  })

  it('is an edit with a revision, a reply with a parent, and own by an account of the brand', async () => {
    const reply = {
      root: { uri: 'at://did:plc:brand/app.bsky.feed.post/1', cid: 'c' },
      parent: { uri: 'at://did:plc:brand/app.bsky.feed.post/1', cid: 'c' },
    }
    const decoded = await events(
      aCommit({ operation: 'update', cid: 'bafy2', record: { text: 'x', reply } }),
      { ...aCommit({ record: { text: 'y' } }), did: 'did:plc:brand' },
    )
    expect(mentionsOf(decoded)).toMatchObject([
      {
        kind: 'reply',
        revision: 'bafy2',
        parent: 'at://did:plc:brand/app.bsky.feed.post/1',
        brands: ['kuzey-air'],
      },
      { own: true },
    ])
  })

  it.each(['{', '[]', '7', '{"did":"x","kind":"commit"}', JSON.stringify(aCommit({ record: { text: 7 } }))])(
    'is kept where nobody can read it: %s',
    async (line) => {
      expect((await decoder().api('events', line)).outcomes).toMatchObject([{ outcome: 'deadLetter' }])
    },
  )
})

describe('a search', () => {
  it('finds the posts of the stream by the same ids, with what they moved', async () => {
    const post = {
      uri: 'at://did:plc:abc/app.bsky.feed.post/3kx',
      cid: 'bafy1',
      author: { did, handle: 'a.example' },
      record: { text: 'Kuzey', createdAt: '2026-09-01T10:00:00Z' },
      indexedAt: '2026-09-01T10:00:01.000Z',
      likeCount: 3,
      repostCount: 1,
      quoteCount: 1,
      replyCount: 0,
    }
    const decoded = await decoder().api('searchPosts', { posts: [post, { uri: 'x' }] })
    expect(mentionsOf(decoded)).toMatchObject([
      {
        id: post.uri,
        createdAt: Date.UTC(2026, 8, 1, 10, 0, 1),
        engagement: { likes: 3, shares: 2, comments: 0 },
      },
    ])
    expect(decoded.outcomes.map(({ outcome }) => outcome)).toEqual(['mention', 'deadLetter'])
  })
})

function aCommit(overrides: Record<string, unknown>) {
  const commit = {
    rev: '3k',
    operation: 'create',
    collection: 'app.bsky.feed.post',
    rkey: '3kx',
    cid: 'bafy1',
  }
  return { did, time_us: time, kind: 'commit', commit: { ...commit, ...overrides } }
}

function decoder() {
  return aDecoder({
    factory: bluesky,
    config: { accounts: { 'did:plc:brand': ['kuzey-air'] } },
    environment: {},
  })
}

function events(...all: unknown[]) {
  return decoder().api('events', all.map((one) => JSON.stringify(one)).join('\n'))
}
