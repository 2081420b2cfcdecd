import { addSums, createSums } from './sums.ts'

/** How strongly some minutes speak for a rise, against what is expected of them; 0 where they do not. */
export type Weigh = (sums: readonly number[], minutes: number) => number

/** A window in which a signal stands above what is expected; minutes are inclusive. */
export interface RiseQuestion {
  from: number
  to: number
  sumsOf(minute: number): readonly number[]
  weigh: Weigh
}

/** Weight from which a single minute stands above what is expected by more than chance: e times as likely in a rise. */
const telling = 1

/**
 * Minute in which a rise began: the one from which on the minutes to the window's end speak the strongest for a rise
 * (the greatest likelihood ratio of a change), and before it those that adjoin without a break and stand above what is
 * expected each by itself, as a rise that grows is the strongest at its end. `to` where nothing rises.
 */
export function riseBegan({ from, to, sumsOf, weigh }: RiseQuestion): number {
  const run = createSums()
  let greatest = 0
  let began = to
  for (let minute = to; minute >= from; minute -= 1) {
    const sums = sumsOf(minute)
    addSums(run, sums, 1)
    const weight = weigh(run, to - minute + 1)
    if (weight > greatest) {
      greatest = weight
      began = minute
    } else if (began === minute + 1 && weigh(sums, 1) >= telling) began = minute
  }
  return began
}

/** A window's value, what is expected of it and how far that varies. */
export interface ExpectedCount {
  expected: number
  sigma: number
  minutes: number
}

/**
 * Log likelihood ratio of a count's own rate against the expected one (Poisson), divided by how much more than a Poisson
 * count it varies (McCullagh and Nelder, Generalized linear models, 9.2). Nothing expected counts as half of one.
 */
export function weighCount(count: number, minutes: number, usual: ExpectedCount): number {
  const { known, dispersion } = knownOf(minutes, usual)
  if (!(count > known)) return 0
  return (count * Math.log(count / known) - (count - known)) / dispersion
}

/** The same for a fall: how strongly a count speaks for less than is expected. */
export function weighFall(count: number, minutes: number, usual: ExpectedCount): number {
  const { known, dispersion } = knownOf(minutes, usual)
  if (!(count < known)) return 0
  return ((count === 0 ? 0 : count * Math.log(count / known)) - (count - known)) / dispersion
}

function knownOf(minutes: number, usual: ExpectedCount): { known: number; dispersion: number } {
  const expected = Math.max(0.5, usual.expected)
  const dispersion = Math.max(1, (usual.sigma * usual.sigma) / expected)
  return { known: (expected / usual.minutes) * minutes, dispersion }
}

/**
 * How far `hits` of so many mentions stand above half-way between the expected share and the share of the whole window:
 * the reference of a CUSUM chart, at which calm minutes weigh against a rise and its own minutes for it (Page 1954).
 * Works on corrected hits, which may be below 0 or above `mentions`.
 */
export function weighShare(hits: number, mentions: number, expected: number, share: number): number {
  return hits - ((expected + share) / 2) * mentions
}
