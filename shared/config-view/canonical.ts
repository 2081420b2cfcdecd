import { createHash } from 'node:crypto'

/** JSON with object keys sorted at every depth and absent values left out, so that equal contents have equal bytes. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value))
    return `[${value.map((item) => canonicalJson(item === undefined ? null : item)).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value ?? null)
  const entries = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(',')}}`
}

/** Version of a config content: the first 12 hex digits of the SHA-256 of its canonical JSON. */
export function versionOf(content: Readonly<Record<string, unknown>>): string {
  return createHash('sha256').update(canonicalJson(content)).digest('hex').slice(0, 12)
}
