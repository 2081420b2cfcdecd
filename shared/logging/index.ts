import { type DestinationStream, type Logger, pino } from 'pino'

export type { Logger } from 'pino'

export interface LoggerOptions {
  service: string
  level?: string
  /** Where lines go; stdout by default. */
  destination?: DestinationStream
}

/** Field names whose values never reach a log, at the top level or one below. */
const secretFields = [
  'token',
  'secret',
  'password',
  'authorization',
  'apiKey',
  'routingKey',
  'signature',
  'text',
]

/**
 * JSON lines with fixed lower-case messages. info: a change of state; warn: something was lost; error: a person must
 * act. Errors are logged by name, code and message, without their causes' bodies.
 */
export function createLogger(options: LoggerOptions): Logger {
  const settings = {
    level: options.level ?? 'info',
    base: { service: options.service },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: [...secretFields, ...secretFields.map((field) => `*.${field}`)], censor: '[secret]' },
    serializers: { err: describeError },
  }
  return options.destination ? pino(settings, options.destination) : pino(settings)
}

/** A logger that says nothing, for tests and one-off commands. */
export function createSilentLogger(): Logger {
  return pino({ level: 'silent' })
}

function describeError(err: unknown): Record<string, unknown> {
  if (!(err instanceof Error)) return { message: String(err) }
  const code = 'code' in err ? err.code : undefined
  return { type: err.name, message: err.message, ...(code === undefined ? {} : { code }), stack: err.stack }
}
