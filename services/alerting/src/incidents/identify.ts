import { createHash } from 'node:crypto'

/** First 32 hex digits of the SHA-256 of the parts; parts cannot run into each other. */
export function hashOf(...parts: readonly (string | number)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)
}

/** Id of the incident whose first breach is `breach`; the dedup_key on every channel. */
export function incidentId(brand: string, breach: string): string {
  return hashOf('incident', brand, breach)
}

/** Id of a person's act on one opening of an incident: pressing twice gives the same act. */
export function actId(incident: string, action: string, person: string, opening: number): string {
  return `act-${hashOf('act', incident, action, person, opening)}`
}
