import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createKeys } from './keys.ts'

const keys = createKeys('nabiz')
const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 })

describe('createKeys', () => {
  it('finds the key in the name of its value again', () => {
    fc.assert(
      fc.property(text, (key) => {
        expect(keys.keyOf(keys.value(key))).toBe(key)
        expect(keys.keyOf(keys.lease(key))).toBeUndefined()
      }),
    )
  })

  it('puts all keys of a partition, and all values of a bucket, under one hash tag', () => {
    fc.assert(
      fc.property(text, fc.nat(), (name, partition) => {
        const { state, pending, replaced, pieces } = keys.partition(name, partition)
        expect(new Set([state, pending, replaced, `${pieces}2.x:1`].map(tagOf)).size).toBe(1)
        expect(tagOf(keys.value(name))).toBe(keys.bucket(name))
      }),
    )
  })

  it('gives no two partitions one name, whatever their stages are called', () => {
    const stage = fc.string({ unit: fc.constantFrom('a', '/', '1', '{', '}', ':', 's', '%', '7', 'D') })
    fc.assert(
      fc.property(stage, stage, fc.nat({ max: 20 }), fc.nat({ max: 20 }), (a, b, p, q) => {
        fc.pre(a !== b || p !== q)
        expect(keys.partition(a, p).state).not.toBe(keys.partition(b, q).state)
      }),
    )
  })

  it('asks for keys with signs that mean something in a pattern as they are', () => {
    expect(keys.valuesLike('a*[b]?\\')).toBe('nabiz:v:{??}:a\\*\\[b\\]\\?\\\\*')
  })
})

/** As Redis finds it: what stands between the first opening brace and the next closing one. */
function tagOf(name: string): string {
  const open = name.indexOf('{')
  return name.slice(open + 1, name.indexOf('}', open))
}
