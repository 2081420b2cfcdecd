import { z } from 'zod'

export const followedShape = z.array(z.tuple([z.string(), z.string(), z.number(), z.number()]))
/** Things that were seen, oldest first: `[name, place, since when (ms), times asked again]`. */
export type Followed = z.infer<typeof followedShape>

/** A thing to be asked about again; its age counts from `at`, ms. */
export interface Found {
  name: string
  place: string
  at: number
}

/** What edits and deletes of a platform that tells of none are found by: things are asked about again at these ages, ms. */
export interface Following {
  ages: readonly number[]
  /** The newest that are kept. */
  most: number
}

/** Adds what was found; what is known already stays as it is, what is older than the last age is left out. */
export function follow(
  followed: Followed,
  found: readonly Found[],
  now: number,
  { ages, most }: Following,
): Followed {
  const known = new Set(followed.map(([name]) => name))
  const fresh = new Map(found.filter(({ name }) => !known.has(name)).map((one) => [one.name, one]))
  const added = [...fresh.values()].flatMap(({ name, place, at }): Followed => {
    const passed = agesPassed(ages, now - at)
    return passed < ages.length ? [[name, place, at, passed]] : []
  })
  return most === 0 ? [] : [...followed, ...added].slice(-most)
}

/** Names of one place that are to be asked about now, `limit` at most. */
export function dueOf(
  followed: Followed,
  now: number,
  limit: number,
  { ages }: Following,
): { place: string; names: string[] } {
  const due = followed.filter(([, , at, times]) => {
    const age = ages[times]
    return age !== undefined && now - at >= age
  })
  const place = due[0]?.[1] ?? ''
  const names = due.flatMap(([name, where]) => (where === place ? [name] : []))
  return { place, names: names.slice(0, limit) }
}

/** These were asked about at `now`; after the last time, and when they are gone, they are let go. */
export function asked(
  followed: Followed,
  names: readonly string[],
  goneNames: ReadonlySet<string>,
  now: number,
  { ages }: Following,
): Followed {
  const these = new Set(names)
  return followed.flatMap((one): Followed => {
    const [name, place, at, times] = one
    if (!these.has(name)) return [one]
    // One look makes up for all that were missed.
    const next = Math.max(times + 1, agesPassed(ages, now - at))
    return goneNames.has(name) || next >= ages.length ? [] : [[name, place, at, next]]
  })
}

function agesPassed(ages: readonly number[], age: number): number {
  return ages.filter((one) => age >= one).length
}
