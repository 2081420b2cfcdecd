import { AhoCorasick } from '@monyone/aho-corasick/fast'
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

/**
 * Units of a key that go into the automaton. The library takes time with the square of its states to build
 * (10,000 whole patterns: 1.2 s, their first eight units: 0.06 s); the rest of a key is compared where they occur.
 */
const PREFIX_UNITS = 8

/** Indexes distinct, non-empty strings. */
export function createPatternIndex(keys: ReadonlySet<string>): PatternIndex {
  const lengthsByPrefix = new Map<string, Set<number>>()
  for (const key of keys) {
    const prefix = key.slice(0, PREFIX_UNITS)
    const lengths = lengthsByPrefix.get(prefix)
    if (lengths === undefined) lengthsByPrefix.set(prefix, new Set([key.length]))
    else lengths.add(key.length)
  }
  const automaton = new AhoCorasick([...lengthsByPrefix.keys()])
  return {
    find(text) {
      const occurrences: Occurrence[] = []
      for (const { begin, keyword } of automaton.matchInText(text)) {
        // Keys of one length are looked up together, so a thousand names that begin alike cost no more than one.
        for (const length of lengthsByPrefix.get(keyword) ?? []) {
          const end = begin + length
          const key = text.slice(begin, end)
          if (key.length === length && keys.has(key)) occurrences.push({ start: begin, end, key })
        }
      }
      return occurrences
    },
  }
}
