import { minute, second } from '@nabiz/shared/time'

/** Waits between the tries of one delivery, ms, before jitter: six tries over about five minutes. */
const waits = [2 * second, 8 * second, 30 * second, 90 * second, 3 * minute]

/** Tries a delivery gets before its channel counts as failed. */
export const maxAttempts = waits.length + 1

/** Longest wait a receiver may ask for, ms; a longer one would leave people uninformed. */
const longestWaitMs = 5 * minute

/** How long to wait after try number `attempts` (from 1), ms; `random` in [0, 1). */
export function backOffMs(attempts: number, random: () => number, retryAfterMs = 0): number {
  const wait = (waits[attempts - 1] ?? longestWaitMs) * (0.75 + random() / 2)
  return Math.round(Math.max(wait, Math.min(retryAfterMs, longestWaitMs)))
}
