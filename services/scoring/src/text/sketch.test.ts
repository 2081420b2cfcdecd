import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SKETCH_SIZE, sketchOf } from './sketch.ts'

const text = 'Kuzey Air uçağı altı saat bekletti, kimse bize ne su verdi ne de bilgi, bu kadarı fazla'

describe('sketchOf', () => {
  it.each([
    ['a repost', `RT @yolcu: ${text} https://t.example/a1`],
    ['capitals and emoji', `${text.toLocaleUpperCase('tr')} 😡😡`],
    [
      'no Turkish letters',
      'kuzey air ucagi alti saat bekletti kimse bize ne su verdi ne de bilgi bu kadari fazla!!!',
    ],
  ])('is the same for %s', (_what, copy) => {
    expect(sketchOf(copy)).toEqual(sketchOf(text))
  })

  it('is mostly the same for a copy with a word more, and not for another text about the same', () => {
    expect(alike(text, `${text} yeter`)).toBeGreaterThanOrEqual(5)
    expect(alike(text, text.replace('altı', 'yedi'))).toBeGreaterThanOrEqual(4)
    expect(
      alike(text, 'Kuzey Air uçağı yine rötar yaptı, iki saattir kapıda bekliyoruz'),
    ).toBeLessThanOrEqual(2)
  })

  it('knows no copies of texts under four words', () => {
    expect(sketchOf('çok kötü hizmet')).toBeUndefined()
    expect(sketchOf('😡😡😡 https://t.example/a @kuzeyair')).toBeUndefined()
    expect(sketchOf('')).toBeUndefined()
  })

  it('is whole numbers from 0, the same each time, for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (any) => {
        const sketch = sketchOf(any)
        expect(sketchOf(any)).toEqual(sketch)
        if (sketch === undefined) return
        expect(sketch).toHaveLength(SKETCH_SIZE)
        for (const value of sketch) expect(Number.isInteger(value) && value >= 0).toBe(true)
      }),
    )
  })
})

function alike(one: string, other: string): number {
  const sketch = sketchOf(other) ?? []
  return (sketchOf(one) ?? []).filter((value, at) => value === sketch[at]).length
}
