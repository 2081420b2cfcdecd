import { windows } from './grid.ts'
import type { PlatformMinutes } from './platform-minutes.ts'
import { addSums, createSums, type Sums } from './sums.ts'

const noSums: readonly number[] = createSums()

/** Sums over some minutes of the platforms that are part of the totals: [from, to). */
export function sumMinutes(
  platforms: Iterable<PlatformMinutes>,
  from: number,
  to: number,
  now: number,
): Sums {
  const sums = createSums()
  for (const platform of platforms) {
    if (platform.joinMinute > now || platform.cells.isEmpty) continue
    for (let minute = from; minute < to; minute += 1) {
      const cell = platform.cells.get(minute)
      if (cell !== undefined) addSums(sums, cell.sums, 1)
    }
  }
  return sums
}

/** Sums of one minute, not to be changed: of a brand with one platform they are the cell's own. */
export function sumsOfMinute(
  platforms: ReadonlyMap<string, PlatformMinutes>,
  minute: number,
  now: number,
): readonly number[] {
  let sums: readonly number[] = noSums
  for (const platform of platforms.values()) {
    if (platform.joinMinute > now) continue
    const cell = platform.cells.get(minute)
    if (cell === undefined) continue
    if (sums !== noSums) return sumMinutes(platforms.values(), minute, minute + 1, now)
    sums = cell.sums
  }
  return sums
}

/** Sums over the windows that end with the running minute; derived from the cells, moved on mention by mention. */
export class WindowSums {
  /** In the order of `windows`. */
  readonly sums: Sums[] = windows.map(createSums)
  #minute = 0

  /** Adds what one mention brings to the windows its minute is in. */
  add(minute: number, column: number, value: number): void {
    for (let at = 0; at < windows.length; at += 1) {
      const { minutes } = windows[at] as (typeof windows)[number]
      const sums = this.sums[at] as Sums
      if (minute > this.#minute - minutes) sums[column] = (sums[column] ?? 0) + value
    }
  }

  /** Lets the windows end with the next minute: what the new end's first minute leaves behind goes. */
  advance(platforms: Iterable<PlatformMinutes>): void {
    this.#minute += 1
    for (const platform of platforms) {
      if (platform.joinMinute > this.#minute - 1) continue
      for (let at = 0; at < windows.length; at += 1) {
        const { minutes } = windows[at] as (typeof windows)[number]
        const gone = platform.cells.get(this.#minute - minutes)
        if (gone !== undefined) addSums(this.sums[at] as Sums, gone.sums, -1)
      }
    }
  }

  /** Counts everything anew, for windows that end with `minute`. */
  reset(platforms: readonly PlatformMinutes[], minute: number): void {
    this.#minute = minute
    windows.forEach(({ minutes }, at) => {
      this.sums[at] = sumMinutes(platforms, minute - minutes + 1, minute + 1, minute)
    })
  }
}
