/** A platform that has a bad day, played by a fake. */
export interface PlatformInTrouble {
  /** Name in ingest's registry. */
  platform: string
  /** Its account in nabiz.yaml. */
  account: Record<string, unknown>
  /** Something is written there; the text is what it is known by. `pushUrl`: where its webhook is. */
  write(text: string, pushUrl: string): void
  /** What goes wrong in this phase of the day, 0 to 4. */
  trouble(phase: number): void
  /** Trouble that must be over before all can be found. */
  calm(): void
  /** Resolves when everything that the platform sends again until it is taken was taken. */
  settled(): Promise<void>
  /** Calls beyond what it allows, in words. */
  faults(): string[]
  /** What its counters say now. */
  counters?(): CounterNow[]
  close(): Promise<void>
}

export interface CounterNow {
  counter: string
  /** The platform's id of what is counted. */
  subject: string
  total: number
}

/** A platform that pushes nothing and needs no help to get well. */
export const polledOnly = { calm: () => undefined, settled: () => Promise.resolve() }

/** Words for what a fake counted, none when it counted nothing. */
export function faultOf(platform: string, count: number, what: string): string[] {
  return count === 0 ? [] : [`${platform}: ${count} ${what}`]
}

/** A platform is asked for with a folder for its secrets and the brand that everything there is about. */
export interface TroubleOptions {
  /** Writes a secret into a file; the reference that nabiz.yaml names it by. */
  secret(name: string, value: string): { file: string }
  brand: string
}
