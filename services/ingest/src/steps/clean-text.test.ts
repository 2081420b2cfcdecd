import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cleanText } from './clean-text.ts'

describe('cleanText', () => {
  it('removes NUL and replaces a lone surrogate, and keeps everything else', () => {
    expect(cleanText('a\0b\ud83dc \u202e👨‍👩‍👧')).toBe('ab\ufffdc \u202e👨‍👩‍👧')
  })

  it('never cuts inside a surrogate pair', () => {
    expect(cleanText('ab😡', 3)).toBe('ab')
    expect(cleanText('ab😡', 4)).toBe('ab😡')
  })

  it('gives text that survives UTF-8 unchanged, whatever came', () => {
    const units = fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 50 })
    fc.assert(
      fc.property(units, (codes) => {
        const clean = cleanText(String.fromCharCode(...codes))
        expect(Buffer.from(clean, 'utf8').toString('utf8')).toBe(clean)
        expect(cleanText(clean)).toBe(clean)
      }),
    )
  })
})
