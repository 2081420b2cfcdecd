import { DependencyError, messageOf } from '../../errors/index.ts'
import { lateAnswer } from './script.ts'

/** Answers that mean: the same call may succeed later. */
const passing =
  /\b(LOADING|READONLY|MISCONF|TRYAGAIN|CLUSTERDOWN|MASTERDOWN|NOREPLICAS|BUSY|MOVED|ASK|NABIZLATE|max number of clients|non local key)\b/
const forbidden = /\b(NOAUTH|WRONGPASS|NOPERM)\b|invalid password|invalid username-password/i

/** What a client's error means for the caller; `server` is its address without secrets. */
export function storeError(server: string, err: unknown): DependencyError {
  if (err instanceof DependencyError) return err
  const message = shortMessage(err)
  if (/\bOOM command not allowed\b/.test(message))
    return new DependencyError(
      'store_full',
      `Redis on ${server} has reached its maxmemory: raise it or make room (${message})`,
      { retryable: true },
    )
  if (forbidden.test(message))
    return new DependencyError(
      'store_unavailable',
      `Redis on ${server} refuses us: ${message}; check user, password and what the ACL allows`,
      { retryable: false },
    )
  const late = lateAnswer.test(message) ? 'the call came too late or the server’s clock has jumped' : message
  const retryable = !isReply(err) || passing.test(message)
  return new DependencyError('store_unavailable', `Redis on ${server}: ${late}`, { retryable })
}

/** True for what waiting does not mend: credentials, certificates, another protocol. */
export function isWrong(err: unknown): boolean {
  const message = shortMessage(err)
  const code = err instanceof Error && 'code' in err ? String(err.code) : ''
  if (forbidden.test(message)) return true
  if (isReply(err)) return !passing.test(message)
  return /^(ERR_TLS|ERR_SSL|ERR_OSSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|EPROTO|HOSTNAME_MISMATCH)/.test(
    code,
  )
}

/** The client hangs a command's arguments, and so the caller's values, on its errors: only the first words are kept. */
export function shortMessage(err: unknown): string {
  return (messageOf(err).split('\n')[0] ?? '').slice(0, 300)
}

function isReply(err: unknown): boolean {
  return err instanceof Error && err.name === 'ReplyError'
}
