import fc from 'fast-check'
import { expect, it } from 'vitest'
import { noResidual, packResidual, unpackResidual } from './residual-code.ts'

it('keeps a residual to 1/512, or to one part in 2,048', () => {
  fc.assert(
    fc.property(fc.double({ min: -8e9, max: 8e9, noNaN: true }), (residual) => {
      const found = unpackResidual(packResidual(residual))
      expect(Math.abs(found - residual)).toBeLessThanOrEqual(Math.max(1 / 512, Math.abs(residual) / 2_048))
    }),
  )
})

it('fits every residual into 16 bits beside the code for none', () => {
  for (const residual of [0, 1, -1, 7.998, 7.999, 8, -8.001, 1e6, 8.6e9, 1e300, -1e300]) {
    const code = packResidual(residual)
    expect(Math.abs(code)).toBeLessThanOrEqual(32_767)
    expect(code).not.toBe(noResidual)
    expect(packResidual(unpackResidual(code))).toBe(code)
  }
})

it('keeps the order of residuals', () => {
  fc.assert(
    fc.property(
      fc.double({ min: -1e6, max: 1e6, noNaN: true }),
      fc.double({ min: 0, max: 1e6, noNaN: true }),
      (a, d) => {
        expect(unpackResidual(packResidual(a))).toBeLessThanOrEqual(unpackResidual(packResidual(a + d)))
      },
    ),
  )
})
