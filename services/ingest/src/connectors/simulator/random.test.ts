import { describe, expect, it } from 'vitest'
import { createRandom } from './random.ts'

describe('createRandom', () => {
  it('gives the same numbers for the same keys and others for other keys', () => {
    const take = (...keys: (string | number)[]) => Array.from({ length: 5 }, createRandom(...keys).next)
    expect(take('a', 1)).toEqual(take('a', 1))
    expect(take('a', 1)).not.toEqual(take('a', 2))
    expect(take('a', 1)).not.toEqual(take('a1'))
  })

  it.each([0.3, 4, 250])('draws Poisson counts with mean and variance %f', (mean) => {
    const random = createRandom('poisson', mean)
    const { average, variance } = moments(Array.from({ length: 5_000 }, () => random.poisson(mean)))
    expect(average / mean).toBeCloseTo(1, 1)
    expect(variance / mean).toBeGreaterThan(0.9)
    expect(variance / mean).toBeLessThan(1.1)
  })

  it('draws gamma values with mean 1 and variance 1/shape', () => {
    const random = createRandom('gamma')
    const { average, variance } = moments(Array.from({ length: 5_000 }, () => random.gamma(4)))
    expect(average).toBeCloseTo(1, 1)
    expect(variance).toBeCloseTo(0.25, 1)
  })
})

function moments(values: readonly number[]) {
  const average = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - average) ** 2, 0) / values.length
  return { average, variance }
}
