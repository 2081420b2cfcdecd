import { randomBytes } from 'node:crypto'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Manifest, Store } from '../store.ts'

export interface StoreFigures {
  /** Commits of one 10 KB value of each of `brands` brands and, rarely, a second one; ms. */
  commitP50Ms: number
  commitP99Ms: number
  /** The whole state of all brands, loaded at once. */
  loadMegabytesPerSecond: number
  /** Longest turn of the event loop while committing and loading, ms. */
  longestTurnMs: number
  /** What a brand's values take in the store, bytes; undefined where the store cannot tell. */
  bytesPerBrand: number | undefined
  /** Bytes of a brand's values themselves. */
  payloadPerBrand: number
}

export interface MeasureOptions {
  brands: number
  commits: number
  /** Bytes the store takes now, e.g. Redis's used_memory. */
  usedBytes?: () => Promise<number>
}

/** A hot value and one for each of 15 days, as scoring keeps them; random, as they are dense. */
const valuesPerBrand = 16
const valueBytes = 10_000
const coldEvery = 48
const stage = 'bench'

/** Measures one partition of a store; what it writes under the stage `bench` stays there. */
export async function measureStore(store: Store, options: MeasureOptions): Promise<StoreFigures> {
  const { brands, commits, usedBytes } = options
  const states = store.partitions(stage)
  const before = await usedBytes?.()
  let base = await states.manifest(0)
  const commit = async (puts: Map<string, Uint8Array>) => {
    const next = manifestAt((base?.offset ?? 0) + 1)
    if (!(await states.commit({ partition: 0, base, next, puts }))) throw new Error('a commit was refused')
    base = next
  }
  for (let value = 0; value < valuesPerBrand; value++)
    await commit(new Map(Array.from({ length: brands }, (_, brand) => [nameOf(brand, value), aValue()])))
  const after = await usedBytes?.()

  const loop = monitorEventLoopDelay({ resolution: 1 })
  const times: number[] = []
  for (let round = 0; round < commits; round++) {
    const puts = new Map<string, Uint8Array>()
    for (let brand = 0; brand < brands; brand++) {
      puts.set(nameOf(brand, 0), aValue())
      if ((brand + round) % coldEvery === 0) puts.set(nameOf(brand, 1 + (round % 15)), aValue())
    }
    loop.enable()
    const begun = performance.now()
    await commit(puts)
    times.push(performance.now() - begun)
    loop.disable()
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  loop.enable()
  const begun = performance.now()
  const { values } = await states.load(0)
  const loadSeconds = (performance.now() - begun) / 1_000
  loop.disable()
  let loaded = 0
  for (const value of values.values()) loaded += value.length
  times.sort((a, b) => a - b)
  return {
    commitP50Ms: times[Math.floor(times.length * 0.5)] ?? 0,
    commitP99Ms: times[Math.floor(times.length * 0.99)] ?? 0,
    loadMegabytesPerSecond: loaded / 1e6 / loadSeconds,
    longestTurnMs: loop.max / 1e6,
    bytesPerBrand: before === undefined || after === undefined ? undefined : (after - before) / brands,
    payloadPerBrand: valuesPerBrand * valueBytes,
  }
}

function nameOf(brand: number, value: number): string {
  return `brand-${brand}/${value}`
}

function aValue(): Uint8Array {
  return randomBytes(valueBytes)
}

function manifestAt(offset: number): Manifest {
  return {
    topicId: 'bench',
    epoch: 0,
    offset,
    partitionTime: 0,
    stateVersion: 1,
    build: 'bench',
    model: '',
    writer: 'bench',
    writtenAt: 0,
  }
}
