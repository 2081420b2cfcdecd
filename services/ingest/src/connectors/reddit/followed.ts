import { hour, minute } from '@nabiz/shared/time'
import { z } from 'zod'

/** Ages at which a thing is asked about again, ms. */
const askedAgainAt = [10 * minute, 1 * hour, 6 * hour, 24 * hour]

export const followedShape = z.array(z.tuple([z.string(), z.string(), z.number(), z.number()]))
/** Things with words that were seen, oldest first: `[name, place, seen at (ms), times asked again]`. */
export type Followed = z.infer<typeof followedShape>

/** Adds what was found at a place; what is known already stays as it is. The newest `most` are kept. */
export function follow(
  followed: Followed,
  found: readonly string[],
  place: string,
  now: number,
  most: number,
): Followed {
  const known = new Set(followed.map(([name]) => name))
  const fresh = [...new Set(found)].filter((name) => !known.has(name))
  const all = [...followed, ...fresh.map((name): Followed[number] => [name, place, now, 0])]
  return most === 0 ? [] : all.slice(-most)
}

/** Names of one place that are to be asked about now, `limit` at most. */
export function dueOf(followed: Followed, now: number, limit: number): { place: string; names: string[] } {
  const due = followed.filter(([, , at, times]) => {
    const age = askedAgainAt[times]
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
): Followed {
  const these = new Set(names)
  return followed.flatMap((one): Followed => {
    const [name, place, at, times] = one
    if (!these.has(name)) return [one]
    // One look makes up for all that were missed.
    const next = Math.max(times + 1, askedAgainAt.filter((age) => now - at >= age).length)
    return goneNames.has(name) || next >= askedAgainAt.length ? [] : [[name, place, at, next]]
  })
}
