import type { Span } from './regions.ts'

/** An occurrence of one of the indexed strings. */
export interface Occurrence extends Span {
  key: string
}

/** Finds every occurrence of many strings in one pass. */
export interface PatternIndex {
  /** All occurrences, overlapping ones included; in no promised order. */
  find(text: string): Occurrence[]
}

/** Units of a key that go into the automaton, which keeps it small; the rest of a key is compared where they occur. */
const PREFIX_UNITS = 8

/** The state in which nothing of any key is read. */
const ROOT = 0

/** Keys that begin with the same units: how many these are, and the keys' lengths. */
interface Prefix {
  units: number
  lengths: Set<number>
}

/** An automaton of Aho and Corasick: each state stands for the units read last, as far as they begin a key. */
interface Automaton {
  /** Beginnings of keys, one unit longer by every step. */
  steps: Steps
  /** By state: that of the longest end of its units that begins a key as well. */
  fallbacks: number[]
  /** By state: the prefixes that are read to their end there. */
  found: (readonly Prefix[])[]
}

/** Indexes distinct, non-empty strings. */
export function createPatternIndex(keys: ReadonlySet<string>): PatternIndex {
  const { steps, fallbacks, found } = createAutomaton(keys)
  /** By code: 1 where a key begins with it. With few keys most of a text is passed over by this alone. */
  const begins = new Uint8Array(0x10000)
  for (const key of keys) begins[key.charCodeAt(0)] = 1
  return {
    find(text) {
      const occurrences: Occurrence[] = []
      let state = ROOT
      for (let index = 0; index < text.length; index += 1) {
        const code = text.charCodeAt(index)
        if (state === ROOT && begins[code] === 0) continue
        let next = steps.get(state, code)
        while (next === ROOT && state !== ROOT) {
          state = fallbacks[state] ?? ROOT
          next = steps.get(state, code)
        }
        state = next
        for (const { units, lengths } of found[state] ?? none) {
          const start = index + 1 - units
          // Keys of one length are looked up together, so a thousand names that begin alike cost no more than one.
          for (const length of lengths) {
            const end = start + length
            const key = text.slice(start, end)
            if (key.length === length && keys.has(key)) occurrences.push({ start, end, key })
          }
        }
      }
      return occurrences
    },
  }
}

const none: readonly Prefix[] = []

function createAutomaton(keys: ReadonlySet<string>): Automaton {
  const prefixes = prefixesOf(keys)
  let most = 1
  for (const prefix of prefixes.keys()) most += prefix.length
  const steps = createSteps(most)
  const found: Prefix[][] = [[]]
  /** States by the number of their units, each with the step that leads to it. */
  const levels: { before: number; code: number; state: number }[][] = []
  for (const [prefix, lengths] of prefixes) {
    let state = ROOT
    for (let index = 0; index < prefix.length; index += 1) {
      const [before, code] = [state, prefix.charCodeAt(index)]
      state = steps.get(before, code)
      if (state !== ROOT) continue
      state = found.push([]) - 1
      steps.set(before, code, state)
      levels[index] ??= []
      levels[index]?.push({ before, code, state })
    }
    found[state]?.push({ units: prefix.length, lengths })
  }
  const fallbacks = found.map(() => ROOT)
  for (const { before, code, state } of levels.flat()) {
    if (before === ROOT) continue
    let end = before
    do end = fallbacks[end] ?? ROOT
    while (end !== ROOT && steps.get(end, code) === ROOT)
    const fallback = steps.get(end, code)
    fallbacks[state] = fallback
    found[state]?.push(...(found[fallback] ?? none))
  }
  return { steps, fallbacks, found }
}

/** The keys' first units, each with the lengths of the keys that begin with them. */
function prefixesOf(keys: ReadonlySet<string>): Map<string, Set<number>> {
  const prefixes = new Map<string, Set<number>>()
  for (const key of keys) {
    const prefix = key.slice(0, PREFIX_UNITS)
    const lengths = prefixes.get(prefix)
    if (lengths === undefined) prefixes.set(prefix, new Set([key.length]))
    else lengths.add(key.length)
  }
  return prefixes
}

/** Steps from state to state by a code. In arrays, as a map for each state is half as fast with thousands of keys. */
interface Steps {
  /** ROOT: there is no such step. */
  get(state: number, code: number): number
  set(state: number, code: number, to: number): void
}

/** Room for `most` steps. */
function createSteps(most: number): Steps {
  // A third of the places stays free, so that one is soon found.
  const mask = 2 ** Math.ceil(Math.log2(most * 1.5)) - 1
  /** State, code and target of each place, side by side as they are read together. */
  const table = new Int32Array((mask + 1) * 4)

  /** Where the step stands, or could. */
  function placeOf(state: number, code: number): number {
    const mixed = Math.imul(Math.imul(state, 0x9e3779b1) ^ code, 0x85ebca6b)
    let place = (mixed >>> 10) & mask
    for (;;) {
      const at = place * 4
      if (table[at + 2] === ROOT || (table[at] === state && table[at + 1] === code)) return at
      place = (place + 1) & mask
    }
  }

  return {
    get: (state, code) => table[placeOf(state, code) + 2] ?? ROOT,
    set: (state, code, to) => table.set([state, code, to], placeOf(state, code)),
  }
}
