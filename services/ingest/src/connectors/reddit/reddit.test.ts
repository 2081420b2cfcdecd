import { describe, expect, it } from 'vitest'
import { aDecoder, dropsOf, mentionsOf } from '../../../tests/decoding.ts'
import { reddit } from './reddit.ts'

const environment = { SECRET: 'invented' }
const config = {
  clientId: 'c',
  clientSecret: { env: 'SECRET' },
  userAgent: 'server:nabiz.test:1 (by /u/nobody)',
  subreddits: { x: ['kuzey-air'] },
  own: ['KuzeyAir'],
}

describe('a listing', () => {
  it('holds comments, replies and posts', async () => {
    const reply = aComment({ name: 't1_b', parent_id: 't1_a' })
    const post = aPost({ selftext: 'iki gündür cevap yok' })
    expect(mentionsOf(await decoder().api('comments', aListing(aComment(), reply, post)))).toMatchObject([
      {
        id: 't1_a',
        kind: 'comment',
        text: 'Marka çöktü & destek yok',
        author: { id: 't2_x' },
        createdAt: 1_790_000_000_000,
        permalink: 'https://www.reddit.com/r/x/comments/p/_/a/',
        parent: 't3_p',
        engagement: { likes: 1 },
        own: false,
      },
      { id: 't1_b', kind: 'reply', parent: 't1_a' },
      {
        id: 't3_p',
        kind: 'post',
        text: 'Kuzey Air yine\n\niki gündür cevap yok',
        engagement: { comments: 3 },
      },
    ])
  })

  it('deletes what we knew when its words are gone, and nothing else (RD-2)', async () => {
    const known = [aComment(), aComment({ name: 't1_b' }), aPost()]
    const gone = [
      aComment({ author: '[deleted]', body: '[deleted]' }),
      aComment({ name: 't1_b', body: '[removed]' }),
      aPost({ author: '[deleted]', selftext: '', removed_by_category: 'moderator' }),
      aComment({ name: 't1_never', author: '[deleted]', body: '[removed]' }),
    ]
    const decoded = await decoder().api('info', aListing(...known, ...gone))
    expect(mentionsOf(decoded).map(({ id, operation }) => [id, operation])).toEqual([
      ['t1_a', 'upsert'],
      ['t1_b', 'upsert'],
      ['t3_p', 'upsert'],
      ['t1_a', 'delete'],
      ['t1_b', 'delete'],
      ['t3_p', 'delete'],
    ])
    expect(dropsOf(decoded)).toEqual(['not_found'])
  })

  it('keeps the words of somebody who left', async () => {
    const left = aComment({ author: '[deleted]', author_fullname: undefined })
    const [mention] = mentionsOf(await decoder().api('info', aListing(left)))
    expect([mention?.operation, mention?.author]).toEqual(['upsert', undefined])
  })

  it('has a version for each edit (RD-4)', async () => {
    const versions = [false, 1_790_000_100.0, true, null].map((edited) => aComment({ edited }))
    const decoded = await decoder().api('info', aListing(...versions))
    expect(mentionsOf(decoded).map(({ revision }) => revision)).toEqual([
      undefined,
      '1790000100000',
      'edited',
    ])
    expect(dropsOf(decoded)).toEqual(['duplicate'])
  })

  it("knows the brand's own accounts in any case", async () => {
    const [mention] = mentionsOf(await decoder().api('info', aListing(aComment({ author: 'kuzeyair' }))))
    expect(mention?.own).toBe(true)
  })

  it('is accounted for whatever it holds', async () => {
    const odd = aListing(
      { kind: 't5', data: { name: 't5_x' } },
      { kind: 't1' },
      null,
      aComment({ score: -7 }),
    )
    const { outcomes } = await decoder().api('new', odd)
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['drop', 'deadLetter', 'deadLetter', 'mention'])
    for (const body of ['<html>', '[]', '{}', 'null', '{"data":{"children":7}}']) {
      expect((await decoder().api('new', body)).outcomes).toMatchObject([{ outcome: 'deadLetter' }])
    }
  })
})

function decoder() {
  return aDecoder({ factory: reddit, config, environment })
}

function aListing(...children: unknown[]) {
  return { kind: 'Listing', data: { after: null, before: null, dist: children.length, children } }
}

function aComment(overrides: Record<string, unknown> = {}) {
  return {
    kind: 't1',
    data: {
      id: 'a',
      name: 't1_a',
      author: 'ali',
      author_fullname: 't2_x',
      body: 'Marka çöktü & destek yok',
      created_utc: 1_790_000_000.0,
      edited: false,
      permalink: '/r/x/comments/p/_/a/',
      link_id: 't3_p',
      parent_id: 't3_p',
      subreddit: 'x',
      score: 1,
      ...overrides,
    },
  }
}

function aPost(overrides: Record<string, unknown> = {}) {
  const { body: _, parent_id: __, link_id: ___, ...data } = aComment().data
  return {
    kind: 't3',
    data: { ...data, name: 't3_p', title: 'Kuzey Air yine', selftext: '', num_comments: 3, ...overrides },
  }
}
