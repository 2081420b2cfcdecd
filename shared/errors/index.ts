/** Closed set of codes for faults in what we depend on, and for refusals of the log and the store. */
export const errorCodes = [
  'log_unavailable',
  'log_full',
  'log_locked',
  'log_mismatch',
  'log_corrupt',
  'offset_out_of_range',
  'topic_changed',
  'partition_stopped',
  'store_unavailable',
  'store_full',
  'store_conflict',
  'lease_lost',
  'http_network',
  'http_unreachable',
  'http_timeout',
  'http_status',
  'http_address_refused',
  'smtp',
  'sentiment_engine',
  'platform_auth',
  'platform_rate_limited',
  'platform_quota',
  'platform_conflict',
  'platform_protocol',
  'closed',
] as const

export type ErrorCode = (typeof errorCodes)[number]

/** A fault in something we depend on. `retryable`: the same call may succeed later, unchanged. */
export class DependencyError extends Error {
  override readonly name: string = 'DependencyError'
  readonly code: ErrorCode
  readonly retryable: boolean
  /** Earliest time at which a retry makes sense, in ms from now, when the dependency said so. */
  readonly retryAfterMs: number | undefined

  constructor(
    code: ErrorCode,
    message: string,
    options: { retryable: boolean; cause?: unknown; retryAfterMs?: number },
  ) {
    super(message, { cause: options.cause })
    this.code = code
    this.retryable = options.retryable
    this.retryAfterMs = options.retryAfterMs
  }
}

/** One fault in a configuration: where, what was found, what would be right. */
export interface ConfigFault {
  /** Dotted path, e.g. `brands[2].timeZone`. */
  path: string
  found: string
  expected: string
}

/** All faults of a configuration at once; the process ends with exit code 2. */
export class ConfigError extends Error {
  override readonly name: string = 'ConfigError'
  readonly faults: readonly ConfigFault[]

  constructor(source: string, faults: readonly ConfigFault[]) {
    const lines = faults.map((fault) => `  ${fault.path}: found ${fault.found}; expected ${fault.expected}`)
    super(`${source} has ${faults.length} fault${faults.length === 1 ? '' : 's'}:\n${lines.join('\n')}`)
    this.faults = faults
  }
}

/** The message of anything thrown, for a log field; never includes a stack. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}
