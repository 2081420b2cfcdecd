import { minute } from '@nabiz/shared/time'

/** A crisis of one brand: when it began and how it goes. */
export interface Crisis {
  brand: string
  /** ms since the epoch. */
  startsAt: number
  /** Volume at the height, as a factor of the brand's usual volume. */
  factor: number
  /** From the first post to the height. */
  rampMinutes: number
  /** At the height. */
  peakMinutes: number
  /** After the height: time in which what is left halves. */
  halfLifeMinutes: number
  /** Share of the crisis's own mentions that are negative. */
  negativeShare: number
}

/** How a crisis goes unless told otherwise. */
export const usualCrisis: Omit<Crisis, 'brand' | 'startsAt'> = {
  factor: 15,
  rampMinutes: 6,
  peakMinutes: 40,
  halfLifeMinutes: 35,
  negativeShare: 0.8,
}

/** Below this share of its height a crisis is over. */
const over = 0.01

/** How far a crisis has risen at a moment, 0..1: a smooth onset, a height, a decay by halves. */
export function crisisIntensity(crisis: Crisis, at: number): number {
  const minutes = (at - crisis.startsAt) / minute
  if (minutes < 0) return 0
  if (minutes < crisis.rampMinutes) {
    const share = minutes / crisis.rampMinutes
    return share * share * (3 - 2 * share)
  }
  const since = minutes - crisis.rampMinutes - crisis.peakMinutes
  if (since <= 0) return 1
  const left = 2 ** (-since / crisis.halfLifeMinutes)
  return left < over ? 0 : left
}

/** When nothing is left of a crisis, ms since the epoch. */
export function crisisEnd(crisis: Crisis): number {
  const decay = crisis.halfLifeMinutes * Math.log2(1 / over)
  return crisis.startsAt + (crisis.rampMinutes + crisis.peakMinutes + decay) * minute
}
