import { hour, minute } from '@nabiz/shared/time'
import { describe, expect, it } from 'vitest'
import { asked, dueOf, follow } from './followed.ts'

const following = { ages: [10 * minute, hour, 6 * hour, 24 * hour], most: 1_000 }

describe('what is followed', () => {
  it('is asked about at each age, and then let go', () => {
    let followed = follow([], [found('a')], 0, following)
    const looks: number[] = []
    for (let now = 0; now <= 30 * hour; now += minute) {
      const { names } = dueOf(followed, now, 100, following)
      if (names.length === 0) continue
      looks.push(now)
      followed = asked(followed, names, new Set(), now, following)
    }
    expect(looks).toEqual(following.ages)
    expect(followed).toEqual([])
  })

  it('is asked about once when several looks were missed, and let go when it is gone', () => {
    const followed = follow([], [found('a'), found('b')], 0, following)
    const after = asked(followed, ['a', 'b'], new Set(['b']), 7 * hour, following)
    expect(after).toEqual([['a', 'here', 0, 3]])
  })

  it('begins at its age when it is found late, and not at all when it is too old', () => {
    const late = [found('a', 'here', 3 * hour), found('b', 'here', -20 * hour)]
    const followed = follow([], late, 5 * hour, following)
    expect(followed).toEqual([['a', 'here', 3 * hour, 2]])
    expect(dueOf(followed, 9 * hour, 100, following).names).toEqual(['a'])
  })

  it('keeps its first time, a hundred of one place at a time, and the newest when there are too many', () => {
    const names = Array.from({ length: 150 }, (_, index) => `t1_${index}`)
    const first = follow(
      [],
      names.map((name) => found(name)),
      0,
      following,
    )
    const followed = follow(first, [found('t1_0', 'there', 5), found('t3_p', 'there', 5)], 5, following)
    expect(followed.at(-1)).toEqual(['t3_p', 'there', 5, 0])
    expect(dueOf(followed, hour, 100, following)).toEqual({ place: 'here', names: names.slice(0, 100) })
    const fewer = follow(followed, [], 5, { ...following, most: 2 })
    expect(fewer.map(([name]) => name)).toEqual(['t1_149', 't3_p'])
    expect(follow(followed, [found('t1_9')], 5, { ...following, most: 0 })).toEqual([])
  })
})

function found(name: string, place = 'here', at = 0) {
  return { name, place, at }
}
