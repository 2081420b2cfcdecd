import { minute } from '@nabiz/shared/time'
import type { Item } from '../connector.ts'
import { type Crisis, crisisEnd } from './crisis.ts'
import { createCrisisItems } from './crisis-items.ts'
import { createOrdinaryItems } from './ordinary-items.ts'
import type { SimulatedBrand } from './simulated-brand.ts'
import type { SimulatedItem } from './simulated-item.ts'

export interface SimulationOptions {
  /** Same seed, same brands, same crises: the same items. */
  seed: string
  brands: readonly SimulatedBrand[]
}

/** An invented world: what is said about its brands in any minute, past or to come. */
export interface Simulation {
  /** Everything of the minute that holds `at` (ms), by time. Ordinary items do not depend on `crises`. */
  minute(at: number, crises?: readonly Crisis[]): SimulatedItem[]
  /** The same as a connector delivers it. */
  items(at: number, crises?: readonly Crisis[]): Item[]
  /** Mentions an hour that the rhythm alone lets expect at a moment. Throws for a brand it does not have. */
  expectedPerHour(brand: string, at: number): number
}

/** A pure generator: no state, no clock; each minute is made from its number alone. */
export function createSimulation(options: SimulationOptions): Simulation {
  const worlds = new Map(
    options.brands.map((brand) => {
      const ordinary = createOrdinaryItems(options.seed, brand)
      return [
        brand.id,
        { ordinary, crisis: createCrisisItems(options.seed, brand, ordinary.expectedPerHour) },
      ]
    }),
  )

  function worldOf(brand: string) {
    const world = worlds.get(brand)
    if (!world) throw new Error(`no simulated brand "${brand}"; there are ${[...worlds.keys()].join(', ')}`)
    return world
  }

  function minuteOf(at: number, crises: readonly Crisis[] = []): SimulatedItem[] {
    const index = Math.floor(at / minute)
    const items = [...worlds.values()].flatMap(({ ordinary }) => ordinary.minute(index))
    for (const crisis of crises) {
      if (crisis.startsAt >= (index + 1) * minute || crisisEnd(crisis) <= index * minute) continue
      items.push(...worldOf(crisis.brand).crisis(crisis, index))
    }
    return items.sort((a, b) => a.at - b.at || (a.item.id < b.item.id ? -1 : 1))
  }

  return {
    minute: minuteOf,
    items: (at, crises) => minuteOf(at, crises).map(({ item }) => item),
    expectedPerHour: (brand, at) => worldOf(brand).ordinary.expectedPerHour(at),
  }
}
