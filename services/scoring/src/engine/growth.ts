/** How what stands above the expected grew: exp(level + rate · t), t in minutes, 0 being the end of the last minute. */
export interface Growth {
  level: number
  /** Per minute; ln 2 divided by it is the time in which the excess doubles. */
  rate: number
  /** Variances of both and their covariance, widened where counts scatter more than chance alone does. */
  levelVariance: number
  rateVariance: number
  covariance: number
}

/** Fewer minutes say nothing about growth. */
const leastMinutes = 5
const mostSteps = 60
/** Bounds of what a step may change, so that a first guess far off does not overflow. */
const longestStep = 1

/**
 * Fits an excess that grows exponentially on top of an even expected rate to counts by minute, oldest first: maximum
 * likelihood of Poisson counts by Fisher scoring, variances by Pearson's dispersion (McCullagh and Nelder, 1989).
 * Undefined where nothing stands above what is expected, or the counts decide nothing.
 */
export function fitGrowth(counts: readonly number[], expectedPerMinute: number): Growth | undefined {
  if (counts.length < leastMinutes) return undefined
  const excess = counts.reduce((sum, count) => sum + count, 0) - expectedPerMinute * counts.length
  if (!(excess > 0)) return undefined
  const fit: Fit = { counts, usual: expectedPerMinute }
  let level = Math.log(excess / counts.length)
  let rate = 0
  let likelihood = likelihoodOf(fit, level, rate)
  for (let step = 0; step < mostSteps; step += 1) {
    const { gradient, information } = momentsOf(fit, level, rate)
    const inverse = invert(information)
    if (inverse === undefined) return undefined
    let byLevel = inverse[0] * gradient[0] + inverse[1] * gradient[1]
    let byRate = inverse[1] * gradient[0] + inverse[2] * gradient[1]
    const shrink = longestStep / Math.max(longestStep, Math.abs(byLevel), Math.abs(byRate) * counts.length)
    byLevel *= shrink
    byRate *= shrink
    let next = likelihoodOf(fit, level + byLevel, rate + byRate)
    for (let halving = 0; halving < 20 && !(next >= likelihood); halving += 1) {
      byLevel /= 2
      byRate /= 2
      next = likelihoodOf(fit, level + byLevel, rate + byRate)
    }
    if (!(next >= likelihood)) return undefined
    level += byLevel
    rate += byRate
    likelihood = next
    if (Math.abs(byLevel) < 1e-7 && Math.abs(byRate) < 1e-9) return withVariances(fit, level, rate)
  }
  return undefined
}

interface Fit {
  counts: readonly number[]
  usual: number
}

/** Middle of a minute, in minutes before the end. */
function middle(at: number, length: number): number {
  return at - length + 0.5
}

function likelihoodOf({ counts, usual }: Fit, level: number, rate: number): number {
  let sum = 0
  for (let at = 0; at < counts.length; at += 1) {
    const mean = usual + Math.exp(level + rate * middle(at, counts.length))
    sum += (counts[at] ?? 0) * Math.log(mean) - mean
  }
  return sum
}

/** First derivatives, and the expected second ones: (level, level), (level, rate), (rate, rate). */
function momentsOf({ counts, usual }: Fit, level: number, rate: number) {
  let byLevel = 0
  let byRate = 0
  let levelTwice = 0
  let levelAndRate = 0
  let rateTwice = 0
  for (let at = 0; at < counts.length; at += 1) {
    const time = middle(at, counts.length)
    const grown = Math.exp(level + rate * time)
    const pull = ((counts[at] ?? 0) / (usual + grown) - 1) * grown
    const weight = (grown * grown) / (usual + grown)
    byLevel += pull
    byRate += pull * time
    levelTwice += weight
    levelAndRate += weight * time
    rateTwice += weight * time * time
  }
  const gradient: [number, number] = [byLevel, byRate]
  const information: [number, number, number] = [levelTwice, levelAndRate, rateTwice]
  return { gradient, information }
}

function invert([a, b, c]: readonly [number, number, number]): [number, number, number] | undefined {
  const determinant = a * c - b * b
  return determinant > 0 ? [c / determinant, -b / determinant, a / determinant] : undefined
}

function withVariances(fit: Fit, level: number, rate: number): Growth | undefined {
  const { counts, usual } = fit
  const inverse = invert(momentsOf(fit, level, rate).information)
  if (inverse === undefined) return undefined
  let scatter = 0
  counts.forEach((count, at) => {
    const mean = usual + Math.exp(level + rate * middle(at, counts.length))
    scatter += (count - mean) ** 2 / mean
  })
  const dispersion = Math.max(1, scatter / (counts.length - 2))
  return {
    level,
    rate,
    levelVariance: inverse[0] * dispersion,
    covariance: inverse[1] * dispersion,
    rateVariance: inverse[2] * dispersion,
  }
}
