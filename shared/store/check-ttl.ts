/** Throws a RangeError for a time to live that is none; undefined (for good) is one. */
export function checkTtl<T extends number | undefined>(ttlMs: T): T {
  if (ttlMs !== undefined && !(Number.isFinite(ttlMs) && ttlMs > 0))
    throw new RangeError(`ttlMs: found ${ttlMs}; expected a positive number of ms`)
  return ttlMs
}
