import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { foldPattern, foldText } from './fold.ts'
import { UNIT } from './unit-info.ts'

describe('foldText', () => {
  it.each([
    ['İIiı', 'iiii'],
    ['ŞşÇçĞğÖöÜü', 'ssccggoouu'],
    ['i\u0307 I\u0307', 'i i'],
    ['ＴＨＹ １２', 'thy 12'],
    ['Straße ÆØŁ', 'strasse aeol'],
    ['ﬁ ǅ', 'fi dz'],
    ['Ёж Й', 'еж и'],
    ['ΣΊΣΥΦΟΣ', 'σισυφοσ'],
    ['a’b`c´dʼe', "a'b'c'd'e"],
    ['a–b—c‑d', 'a-b-c-d'],
    ['a \t\n\u00a0\u3000b', 'a b'],
    ['a\u200bb', 'a b'],
    ['a\u00adb\u200dc\ufe0fd', 'abcd'],
    ['THY™ m²', 'thy m '],
    ['가\u1100\u1161', '가가'],
    ['が か\u3099', 'が が'],
    ['ไทย', 'ไทย'],
    // A mark of another script between a letter and its accent: normalising would move it behind the accent.
    ['ı\u3099\u0301', 'i\u3099'],
    ['𐐀', '𐐨'],
  ])('folds %j to %j', (raw, folded) => {
    expect(foldText(raw).text).toBe(folded)
  })
  it('keeps one unit fact per folded unit, its case from before folding', () => {
    const { text, units } = foldText('Şß1 我')
    expect(text).toBe('sss1 我')
    expect([...units.subarray(0, text.length)]).toEqual([
      UNIT.LATIN | UNIT.UPPER,
      UNIT.LATIN | UNIT.LOWER,
      UNIT.LATIN | UNIT.LOWER,
      UNIT.DIGIT,
      UNIT.OTHER,
      UNIT.UNSPACED,
    ])
  })
  it('leaves a folded text as it is, for every character of the planes that hold letters and emoji', () => {
    const changed: string[] = []
    for (let code = 0; code <= 0x1ffff; code += 1) {
      const once = foldText(String.fromCodePoint(code)).text
      if (foldText(once).text !== once) changed.push(code.toString(16))
    }
    expect(changed).toEqual([])
  })
  it('never throws, is idempotent and keeps facts of every unit and none behind them, for any UTF-16', () => {
    fc.assert(
      fc.property(anyText(), (raw) => {
        const once = foldText(raw)
        expect(once.units.length).toBeGreaterThanOrEqual(once.text.length)
        expect(once.units.subarray(once.text.length).every((bits) => bits === UNIT.OTHER)).toBe(true)
        expect(foldText(once.text).text).toBe(once.text)
      }),
      { numRuns: 3000 },
    )
  })
  it('gives the same for a text in composed and decomposed form', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...'İIıişŞçğÖüéЙが각άñ a'), { maxLength: 12 }), (letters) => {
        const text = letters.join('')
        expect(foldText(text.normalize('NFD')).text).toBe(foldText(text.normalize('NFC')).text)
      }),
    )
  })
})

describe('foldPattern', () => {
  it('drops white space at the ends', () => {
    expect(foldPattern('  Örnek\u00a0 Yol ')).toBe('ornek yol')
  })
})

/** Arbitrary UTF-16: code units of every kind, lone surrogates and the characters folding treats apart. */
function anyText(): fc.Arbitrary<string> {
  const unit = fc.oneof(
    fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
    fc.string({ unit: 'binary', maxLength: 1 }),
    fc.constantFrom(
      ...'\0İIıi\u0307\u0301\u0338\u3099\u0653\u200b\u00ad´\u1100\u1161\u11a8か ا™²\ud83d\ude00'.split(''),
    ),
  )
  return fc.array(unit, { maxLength: 24 }).map((units) => units.join(''))
}
