import { partitionCount } from '@nabiz/shared/contracts'
import { partitionOf } from '@nabiz/shared/log'
import type { PartitionStore } from '@nabiz/shared/store'
import { decodeState } from '../partition/codec.ts'
import type { PartitionOwner } from '../partition/partition-owner.ts'
import type { Incident } from './incident.ts'

/** Incidents of every partition: from memory where this member owns it, from the store where another does. */
export interface IncidentReader {
  all(): Promise<Incident[]>
  ofBrand(brand: string): Promise<Incident[]>
  /** `brand` names the partition; without it every partition is looked through. */
  one(id: string, brand?: string): Promise<Incident | undefined>
}

export function createIncidentReader(
  owners: ReadonlyMap<number, PartitionOwner>,
  states: PartitionStore,
): IncidentReader {
  async function partition(number: number): Promise<Incident[]> {
    const owner = owners.get(number)
    if (owner) return [...owner.state.incidents.values()]
    const { manifest, values } = await states.load(number)
    return manifest ? [...decodeState(manifest, values).incidents.values()] : []
  }

  async function all(): Promise<Incident[]> {
    const lists: Incident[][] = []
    for (let number = 0; number < partitionCount; number++) lists.push(await partition(number))
    return lists.flat().sort((a, b) => b.openedAt - a.openedAt)
  }

  return {
    all,
    async ofBrand(brand) {
      return (await partition(partitionOf(brand))).filter((incident) => incident.brand === brand)
    },
    async one(id, brand) {
      const incidents = brand === undefined ? await all() : await partition(partitionOf(brand))
      return incidents.find((incident) => incident.id === id)
    },
  }
}
