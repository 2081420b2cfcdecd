import type { ByteReader, ByteWriter } from './bytes.ts'
import { DailyMaxima } from './daily-maxima.ts'
import { lagBuckets } from './grid.ts'
import { RollingSums } from './rolling-sums.ts'

/** Boundary at which M was measured; see the README. */
export const burstDivisor = 4.5

/** What one window of a count baseline keeps besides the shared rings. */
export class WindowState {
  /** Window sums up to an hour ago, for the days before residuals mean anything. */
  readonly sums: RollingSums
  /** Capped residuals up to an hour ago. */
  readonly residuals: RollingSums
  /** Uncapped residuals up to an hour ago. */
  readonly maxima: DailyMaxima
  /** Uncapped residuals of the last hour, at index mod 12; NaN where there is none. */
  readonly recent = new Array<number>(lagBuckets).fill(Number.NaN)

  constructor(sums = new RollingSums(), residuals = new RollingSums(), maxima = new DailyMaxima()) {
    this.sums = sums
    this.residuals = residuals
    this.maxima = maxima
  }

  /** Steps 4 and 5 of the rule: what regular bursts ask for at this scale. */
  burst(scale: number): number {
    return (Math.max(0, this.maxima.regular ?? 0) / burstDivisor) * scale
  }

  encode(writer: ByteWriter): void {
    this.sums.encode(writer)
    this.residuals.encode(writer)
    this.maxima.encode(writer)
    for (const residual of this.recent) writer.float64(residual)
  }

  /** Reads what `encode` wrote. */
  static decode(reader: ByteReader): WindowState {
    const sums = RollingSums.decode(reader)
    const residuals = RollingSums.decode(reader)
    const state = new WindowState(sums, residuals, DailyMaxima.decode(reader))
    for (let at = 0; at < lagBuckets; at += 1) state.recent[at] = reader.float64()
    return state
  }
}
