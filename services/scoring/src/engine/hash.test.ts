import fc from 'fast-check'
import { expect, it } from 'vitest'
import { hash128, hashHex, spread } from './hash.ts'

it('gives the same hash for the same text and another one for another text', () => {
  const text = fc.string({ unit: 'binary', maxLength: 40 })
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(hashHex(a)).toBe(hashHex(a))
      if (a !== b) expect(hashHex(a)).not.toBe(hashHex(b))
    }),
  )
})

it('tells texts that differ in zero units or in length alone', () => {
  const texts = ['', '\0', '\0\0', 'a', 'a\0', 'a\0\0\0\0\0\0\0', '\0a']
  expect(new Set(texts.map((text) => hashHex(text))).size).toBe(texts.length)
})

it('has no two equal 64-bit fingerprints among 200,000 numbered ids', () => {
  const out = new Int32Array(4)
  const seen = new Set<string>()
  for (let id = 0; id < 200_000; id += 1) {
    hash128(String(id), undefined, out)
    seen.add(`${out[0]},${out[1]}`)
  }
  expect(seen.size).toBe(200_000)
})

it('knows where one part ends', () => {
  expect(hashHex('ab', 'c')).not.toBe(hashHex('a', 'bc'))
  expect(hashHex('a')).toMatch(/^[0-9a-f]{32}$/)
})

it('spreads names evenly', () => {
  const slots = new Array<number>(10).fill(0)
  for (let id = 0; id < 10_000; id += 1)
    slots[spread(`brand-${id}`, 10)] = (slots[spread(`brand-${id}`, 10)] ?? 0) + 1
  for (const size of slots) expect(Math.abs(size - 1_000)).toBeLessThan(150)
})
