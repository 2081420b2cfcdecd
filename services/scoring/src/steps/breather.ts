import { setImmediate as nextTurn } from 'node:timers/promises'

/** Gives the event loop a turn when it has had none for a while; undefined: there is no need to wait. */
export type Breathe = () => Promise<void> | undefined

/**
 * One for a process: all its partitions together hold the loop for about `limitMs` at most, so that heartbeats of the
 * group, health checks and timers are served while partitions catch up or write checkpoints. Changes no result.
 */
export function createBreather(limitMs = 20, now: () => number = () => performance.now()): Breathe {
  let turnAt = now()
  let turning: Promise<void> | undefined

  async function turn(): Promise<void> {
    await nextTurn()
    turnAt = now()
    turning = undefined
  }

  return function breathe() {
    if (now() - turnAt < limitMs) return undefined
    turning ??= turn()
    return turning
  }
}

/** Runs a generator to its end, with turns of the event loop between its steps. */
export async function inSteps<T>(steps: Generator<void, T>, breathe: Breathe): Promise<T> {
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return step.value
    await breathe()
  }
}
