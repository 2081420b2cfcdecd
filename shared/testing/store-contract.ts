import { afterEach, beforeEach, describe } from 'vitest'
import type { Store } from '../store/index.ts'
import { ManualClock } from '../time/index.ts'
import { describeKeyedValues } from './store-contract-keys.ts'
import { describeLeasesAndTimers } from './store-contract-leases.ts'
import { describeStoreModel } from './store-contract-model.ts'
import { describePartitionStates } from './store-contract-partitions.ts'

/** One place where a driver keeps its data, fresh for each test. */
export interface StoreGround {
  /** Opens a store on this place; with the same clock, so that expiry is told by the test. */
  open(clock: ManualClock): Promise<Store>
  /** Copies what is durable, while no store is open on it; what is returned puts the copy back, likewise. */
  copy(): Promise<() => Promise<void>>
  /** Removes everything. */
  clear(): Promise<void>
}

/** What a test of the contract works with. */
export interface StoreBench {
  store(): Store
  clock(): ManualClock
  /** Closes the store and opens it again on the same place. */
  reopen(): Promise<Store>
  /** A copy of the place as it stands; what is returned brings it back and opens it. */
  copy(): Promise<() => Promise<Store>>
}

/** Promises every driver of the store port keeps; `makeGround` gives each test a place of its own. */
export function describeStoreContract(name: string, makeGround: () => Promise<StoreGround>): void {
  describe(`${name}: store contract`, () => {
    let ground: StoreGround
    let clock: ManualClock
    let store: Store

    beforeEach(async () => {
      ground = await makeGround()
      clock = new ManualClock(Date.UTC(2025, 0, 1))
      store = await ground.open(clock)
    })

    afterEach(async () => {
      await store.close()
      await ground.clear()
    })

    async function reopen(): Promise<Store> {
      await store.close()
      store = await ground.open(clock)
      return store
    }

    const bench: StoreBench = {
      store: () => store,
      clock: () => clock,
      reopen,
      async copy() {
        await store.close()
        const restore = await ground.copy()
        store = await ground.open(clock)
        return async () => {
          await store.close()
          await restore()
          store = await ground.open(clock)
          return store
        }
      },
    }

    describeKeyedValues(bench)
    describeLeasesAndTimers(bench)
    describePartitionStates(bench)
    describeStoreModel(bench)
  })
}
