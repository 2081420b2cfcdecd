import { expect, it } from 'vitest'
import { round6 } from './judgement.ts'

it.each([0, -0, 7, -12, 999_999, 1_000_000, 1_234_567, 0.123_456_789, -3.5, 1e300])(
  'tells %d with six digits, as its text has them',
  (value) => expect(round6(value)).toBe(Number(value.toPrecision(6))),
)
