/** What the process ends with. */
export const exitCodes = {
  /** Did what it was asked for. */
  ok: 0,
  /** Our own fault, or one nobody foresaw. */
  failure: 1,
  /** The config or the command line is wrong; everything wrong was named. */
  config: 2,
  /** Log, store or network could not be reached, or is held by another process. */
  dependency: 3,
  /** A partition stopped and needs a person. */
  stopped: 4,
} as const
