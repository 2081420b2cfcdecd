import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { asKnownMention } from './known-mention.ts'
import { mention, mentionKinds, mentionOperations } from './mentions.ts'

describe('asKnownMention', () => {
  it('accepts exactly what the schema accepts and leaves as it is', () => {
    fc.assert(
      fc.property(nearlyMention, (value) => {
        const parsed: unknown = JSON.parse(JSON.stringify(value))
        const checked = mention.safeParse(parsed)
        const isUnchanged = checked.success && isDeepStrictEqual(checked.data, parsed)
        expect(asKnownMention(parsed) !== undefined).toBe(isUnchanged)
      }),
      { numRuns: 5_000 },
    )
  })

  it('takes a whole mention, and leaves one with a field too many to the schema', () => {
    expect(asKnownMention(whole)).toBe(whole)
    expect(asKnownMention({ ...whole, extra: 1 })).toBeUndefined()
    expect(asKnownMention(JSON.parse('{"__proto__": {"v": 1}}'))).toBeUndefined()
  })

  it('takes no other record for a mention', () => {
    for (const value of [undefined, null, 7, 'mention', [], [whole], { ...whole, type: 'metric' }])
      expect(asKnownMention(value)).toBeUndefined()
  })
})

const whole = {
  v: 1,
  type: 'mention',
  id: 'post-1',
  platform: 'webhook',
  kind: 'post',
  brand: 'lorvex',
  author: { id: 'k1:abc', followers: 12, verified: false },
  text: 'Lorvex güzel',
  language: 'tr',
  createdAt: 1_760_000_000_000,
  createdAtFlag: 'future',
  receivedAt: 1_760_000_000_500,
  engagement: { likes: 1, shares: 0, comments: 2, views: 3 },
  permalink: 'https://example.org/1',
  parent: 'post-0',
  operation: 'upsert',
  revision: '2',
  visibility: 'public',
  own: false,
  simulated: true,
}

/** Values at and beyond the contract's bounds, for any field. */
const odd = fc.constantFrom<unknown>(
  ...[
    '',
    'x',
    'x'.repeat(35),
    'x'.repeat(36),
    'x'.repeat(128),
    'x'.repeat(129),
    'x'.repeat(512),
    'x'.repeat(513),
  ],
  ...[
    'x'.repeat(2_048),
    'x'.repeat(2_049),
    'x'.repeat(100_000),
    'x'.repeat(100_001),
    'A',
    '-a',
    '_a',
    'a-b',
    'a_b',
  ],
  ...[
    'a'.repeat(32),
    'a'.repeat(33),
    'a'.repeat(63),
    'a'.repeat(64),
    'a\n',
    'İ',
    'private',
    'hide',
    'past',
    'metric',
  ],
  ...[0, -1, 0.5, 1, 2, 8.64e15, 8.64e15 + 1, 2 ** 53, -0, true, false, null, [], {}, [1]],
  ...[{ id: '' }, { id: 'x' }, { followers: 1 }, { id: 'x', followers: -1 }, { id: 'x', name: 'y' }],
  ...[
    { likes: 1 },
    { likes: -1 },
    { likes: 1.5 },
    { hearts: 1 },
    { views: 2 ** 53 },
    { id: 'x', verified: 1 },
  ],
)

/** A mention with some of its fields dropped, and some replaced by something odd. */
const nearlyMention = fc
  .record({
    kind: fc.constantFrom(...mentionKinds),
    operation: fc.constantFrom(...mentionOperations),
    text: fc.string({ unit: 'binary' }),
    dropped: fc.subarray(Object.keys(whole), { maxLength: 3 }),
    replaced: fc.dictionary(fc.constantFrom(...Object.keys(whole), 'extra'), odd, { maxKeys: 2 }),
    drops: fc.boolean(),
  })
  .map(({ dropped, replaced, drops, ...fields }) => {
    const value: Record<string, unknown> = { ...whole, ...fields, ...replaced }
    for (const field of drops ? dropped : []) delete value[field]
    return value
  })
