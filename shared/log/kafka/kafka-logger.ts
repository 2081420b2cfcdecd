import { type LogEntry, logLevel } from 'kafkajs'

/** Where the driver reports what nobody waits for. */
export interface DriverLogger {
  debug(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

export interface KafkaLogger {
  entry(entry: LogEntry): void
}

/** Fields of kafkajs' entries that are passed on; others may hold what a request carried. */
const keptFields = [
  'broker',
  'clientId',
  'groupId',
  'memberId',
  'error',
  'code',
  'retryCount',
  'retryTime',
] as const

/**
 * kafkajs calls an error what it then tries again, so errors become warnings and the rest is for who looks for something:
 * what is lost for good is told by the driver itself, and so is every answer it asked for.
 */
export function createKafkaLogger(logger: DriverLogger | undefined): KafkaLogger {
  return {
    entry({ level, namespace, log }) {
      if (!logger || level > logLevel.INFO) return
      const fields: Record<string, unknown> = { from: `kafkajs ${namespace}` }
      for (const name of keptFields) {
        const value: unknown = log[name]
        if (typeof value === 'string' || typeof value === 'number') fields[name] = value
      }
      if (level === logLevel.ERROR && !log.message.startsWith('Response ')) logger.warn(fields, log.message)
      else logger.debug(fields, log.message)
    },
  }
}
