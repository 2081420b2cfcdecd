import { DependencyError } from '@nabiz/shared/errors'
import type { OutgoingResponse } from '@nabiz/shared/http'
import type { DeliveryResult } from './channel.ts'

/** No receiver may hold a page back longer than this, whatever its Retry-After says, ms. */
const longestWaitMs = 15 * 60_000

/** 4xx that speak of now, not of the request: time-out, too early, too many requests. */
const passing = new Set([408, 425, 429])

/** What a status means for a delivery: 2xx arrived; 408, 425, 429 and 5xx may pass; everything else is for good. */
export function resultOfStatus(receiver: string, response: OutgoingResponse, nowMs: number): DeliveryResult {
  const { status } = response
  if (status >= 200 && status < 300) return { kind: 'delivered' }
  if (status >= 500 || passing.has(status)) {
    return failed(`${receiver} answered ${status}`, retryAfterMs(response.headers['retry-after'], nowMs))
  }
  if (status >= 300 && status < 400) {
    return { kind: 'refused', detail: `${receiver} answered ${status}: redirects are not followed` }
  }
  return { kind: 'refused', detail: `${receiver} answered ${status}` }
}

/** What a thrown fault of `Outgoing` means for a delivery; anything else is our own and thrown on. */
export function resultOfFault(receiver: string, thrown: unknown, signal: AbortSignal): DeliveryResult {
  if (signal.aborted) return unanswered(`${receiver}: given up before it answered`)
  if (!(thrown instanceof DependencyError)) throw thrown
  // The code alone: a message may name a host that is part of a secret URL.
  const detail = `${receiver}: ${thrown.code}`
  if (!thrown.retryable) return { kind: 'refused', detail }
  return thrown.code === 'http_unreachable' ? failed(detail, thrown.retryAfterMs) : unanswered(detail)
}

/** A failure after the notice was on its way: the receiver may have it. */
export function unanswered(detail: string): DeliveryResult {
  return { kind: 'failed', detail, mayHaveArrived: true }
}

/** A failure worth another try, not before `waitMs`. */
export function failed(detail: string, waitMs?: number): DeliveryResult {
  return { kind: 'failed', detail, ...(waitMs === undefined ? {} : { retryAfterMs: waitMs }) }
}

/** Retry-After as ms from now (RFC 9110: seconds or a date), at most a quarter of an hour; undefined when absent or unreadable. */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined
  const seconds = /^\s*\d+(?:\.\d+)?\s*$/u.test(header) ? Number(header) : undefined
  const wait = seconds === undefined ? Date.parse(header) - nowMs : seconds * 1_000
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(0, Math.ceil(wait)), longestWaitMs)
}
