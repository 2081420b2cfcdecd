import { DependencyError } from '@nabiz/shared/errors'
import type { Manifest } from '@nabiz/shared/store'
import type { BrandMemory, Incident, PartitionState } from '../incidents/incident.ts'

/** Version of the values below; raise it when their shape changes and teach `decodeState` the old one. */
export const stateVersion = 1

const encoder = new TextEncoder()
const decoder = new TextDecoder()

const metaName = 'meta'

export function incidentName(id: string): string {
  return `incident/${id}`
}

export function brandName(id: string): string {
  return `brand/${id}`
}

export function encodeValue(value: Incident | BrandMemory): Uint8Array {
  return encoder.encode(JSON.stringify(value))
}

/** What is neither an incident nor a brand's memory. */
export function encodeMeta(state: PartitionState): [string, Uint8Array] {
  return [metaName, encoder.encode(JSON.stringify({ historyEnd: state.historyEnd }))]
}

/** The state a manifest names. Throws DependencyError log_mismatch when another build's format stands there. */
export function decodeState(manifest: Manifest, values: ReadonlyMap<string, Uint8Array>): PartitionState {
  if (manifest.stateVersion !== stateVersion) {
    throw new DependencyError(
      'log_mismatch',
      `alerting state has version ${manifest.stateVersion}, this build reads ${stateVersion}: run build ${manifest.build} or a newer one`,
      { retryable: false },
    )
  }
  const incidents = new Map<string, Incident>()
  const brands = new Map<string, BrandMemory>()
  let historyEnd = 0
  for (const [name, bytes] of values) {
    const value: unknown = JSON.parse(decoder.decode(bytes))
    if (name.startsWith('incident/')) incidents.set(name.slice('incident/'.length), value as Incident)
    else if (name.startsWith('brand/')) brands.set(name.slice('brand/'.length), value as BrandMemory)
    else if (name === metaName) historyEnd = (value as { historyEnd: number }).historyEnd
  }
  return { incidents, brands, historyEnd }
}
