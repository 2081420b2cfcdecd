import { DependencyError, messageOf } from '../../errors/index.ts'

/** Answers that another try does not change. */
const lastingTypes = new Set([
  'SASL_AUTHENTICATION_FAILED',
  'UNSUPPORTED_SASL_MECHANISM',
  'TOPIC_AUTHORIZATION_FAILED',
  'GROUP_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
  'TRANSACTIONAL_ID_AUTHORIZATION_FAILED',
  'SECURITY_DISABLED',
  'UNSUPPORTED_VERSION',
  'INVALID_CONFIG',
  'INVALID_REPLICATION_FACTOR',
  'INVALID_SESSION_TIMEOUT',
  'INCONSISTENT_GROUP_PROTOCOL',
  'POLICY_VIOLATION',
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
])

/** OpenSSL's and Node's words for a certificate that is not accepted. */
const certificateCode = /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|HOSTNAME_MISMATCH)/

/** kafkajs' errors, as far as they are looked at; `type` is the broker's word for it. */
interface KafkaJsError extends Error {
  type?: unknown
  code?: unknown
  retriable?: unknown
}

/** The error that a chain of retries ended with. */
export function innermost(thrown: unknown): KafkaJsError | undefined {
  let found: KafkaJsError | undefined
  for (let at = thrown, depth = 0; at instanceof Error && depth < 8; at = at.cause, depth += 1) {
    found = at
    if (typeof found.type === 'string') break
  }
  return found
}

/** The broker's word for what went wrong, if it was the broker that answered. */
export function typeOf(thrown: unknown): string | undefined {
  const { type } = innermost(thrown) ?? {}
  return typeof type === 'string' ? type : undefined
}

/** What went wrong while `doing`, as `log_unavailable`; to be tried again unless the answer would be the same. */
export function kafkaError(thrown: unknown, doing: string): DependencyError {
  if (thrown instanceof DependencyError) return thrown
  return new DependencyError(
    'log_unavailable',
    `Kafka: ${doing}: ${messageOf(innermost(thrown) ?? thrown)}`,
    {
      retryable: !isLasting(thrown),
      cause: thrown,
    },
  )
}

/** What to do about brokers that refuse the connection. */
export function wayIn(thrown: unknown): string {
  const { code } = innermost(thrown) ?? {}
  if (typeof code === 'string' && certificateCode.test(code))
    return 'correct log.tls (caFile, serverName), or the brokers’ certificates'
  return 'correct log.sasl (mechanism, username, password), or what the brokers allow this user'
}

/** Whether another try would end the same: wrong credentials, a certificate that is not accepted, a refusal. */
export function isLasting(thrown: unknown): boolean {
  if (thrown instanceof DependencyError) return !thrown.retryable
  const err = innermost(thrown)
  if (!err) return false
  if (typeof err.type === 'string' && lastingTypes.has(err.type)) return true
  if (typeof err.code === 'string' && certificateCode.test(err.code)) return true
  return err.name === 'KafkaJSSASLAuthenticationError' || err.name === 'KafkaJSServerDoesNotSupportApiKey'
}
