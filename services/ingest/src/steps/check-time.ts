import type { Mention } from '@nabiz/shared/contracts'
import { minute } from '@nabiz/shared/time'

/** 2004-01-01 UTC: nothing that we watch is older. */
const earliest = Date.UTC(2004, 0, 1)
/** A platform's clock may run this far ahead of ours before its time cannot be true. */
const aheadMs = 10 * minute

/**
 * When a mention was written, or when we received it where the platform's time is missing or cannot be true (before
 * 2004, or more than ten minutes ahead); the flag says which.
 */
export function checkTime(
  createdAt: number | undefined,
  receivedAt: number,
): Pick<Mention, 'createdAt' | 'createdAtFlag'> {
  if (createdAt === undefined || !Number.isFinite(createdAt))
    return { createdAt: receivedAt, createdAtFlag: 'missing' }
  if (createdAt > receivedAt + aheadMs) return { createdAt: receivedAt, createdAtFlag: 'future' }
  if (createdAt < earliest) return { createdAt: receivedAt, createdAtFlag: 'past' }
  return { createdAt: Math.floor(createdAt) }
}
