import type { Outcome } from './read-outcome.ts'

/** Something that is done to an installation while it is fed. */
export interface Blow {
  /** What it is, in words. */
  name: string
  /** Processes it kills. */
  kills: number
  /** Resolves when it has fallen; `storm` sends complaints about a brand. */
  strike(storm: (brand: string) => void): Promise<void>
}

/** An installation that suffers blows. */
export interface Victim {
  /** Where mentions are pushed to; each takes them. */
  readonly pushUrls: readonly string[]
  /** Times each exact moment was hit. */
  readonly points: Readonly<Record<string, number>>
  /** What went on that must not, in words. */
  readonly faults: readonly string[]
  /** Starts everything for the first time; resolves when it takes mentions. */
  start(): Promise<void>
  /** Blows in the order in which they fall, with at least so many kills. */
  plan(kills: number, random: () => number): Blow[]
  /** Starts what is down; resolves when everything is ready. */
  recover(): Promise<void>
  /** Ends everything in order; resolves to the exit codes. */
  end(): Promise<(number | string)[]>
  outcome(): Promise<Outcome>
  /** Ends everything at once. */
  close(): Promise<void>
}
