import { mention } from '@nabiz/shared/contracts'
import { day, hour, minute } from '@nabiz/shared/time'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createBrandMatcher } from '../../matching/brand-matcher.ts'
import { type Crisis, crisisEnd, crisisIntensity, usualCrisis } from './crisis.ts'
import { demoBrands, toBrandConfig } from './simulated-brand.ts'
import type { SimulatedItem } from './simulated-item.ts'
import { createSimulation, type Simulation } from './simulation.ts'

/** A Monday, 00:00 UTC. */
const monday = Date.UTC(2026, 10, 2)
/** 13:00 in Istanbul. */
const noon = monday + 10 * hour

describe('createSimulation', () => {
  it('gives the same items for the same seed and minute, in any order of asking', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), minutes, minutes, (seed, one, other) => {
        const forth = world(seed)
        const first = [forth.items(one), forth.items(other)]
        const back = world(seed)
        expect([back.items(other), back.items(one)].reverse()).toEqual(first)
        expect(forth.items(one + 59_999)).toEqual(first[0])
      }),
      { numRuns: 60 },
    )
  })

  it('gives other items for another seed', () => {
    expect(world('one').items(noon)).not.toEqual(world('two').items(noon))
  })

  it('names exactly its own brand in every text, as the brand matcher reads it', () => {
    const matcher = createBrandMatcher(demoBrands.map(toBrandConfig))
    fc.assert(
      fc.property(fc.string(), minutes, (seed, at) => {
        for (const { item, brand } of world(seed).minute(at, crisesAt(at - 10 * minute))) {
          if (item.operation !== 'upsert') continue
          expect([item.text, matcher.match(item.text).map((match) => match.brandId)]).toEqual([
            item.text,
            [brand],
          ])
        }
      }),
      { numRuns: 60 },
    )
  })

  it('makes items a mention record can hold, all labelled simulated, all ids and authors of its own', () => {
    const seen = new Set<string>()
    for (const { item, at, brand } of run(world('shape'), noon, 60, crisesAt(noon))) {
      const { idIsPersonal: _idIsPersonal, brands: _brands, ...own } = item
      const record = { v: 1, type: 'mention', platform: 'simulator', brand, receivedAt: at, ...own }
      expect(mention.safeParse(record).error?.issues).toBeUndefined()
      expect(item.simulated).toBe(true)
      expect(item.id).toMatch(/^sim-/)
      expect(item.author?.id).toMatch(/^sim-/)
      const version = `${item.id} ${item.operation} ${item.revision}`
      expect(seen.has(version)).toBe(false)
      seen.add(version)
    }
  })

  it.each(demoBrands.map((brand) => [brand.id, brand.ratePerHour] as const))(
    'keeps the rate of %s over two weeks near %i an hour, within 0.08 of it',
    (brand, rate) => {
      const items = run(world('rate'), monday, 14 * 24 * 60).filter(
        (item) => isNew(item) && item.brand === brand,
      )
      expect(items.length / (14 * 24)).toBeGreaterThan(rate * 0.92)
      expect(items.length / (14 * 24)).toBeLessThan(rate * 1.08)
    },
  )

  it('is quiet at night and busy in the evening of the brand, not of the server', () => {
    const items = run(world('rhythm'), monday, 7 * 24 * 60).filter(({ brand }) => brand === 'lokmajet')
    const at = (from: number) =>
      items.filter(
        (item) =>
          (item.at - monday + 3 * hour) % day >= from * hour &&
          (item.at - monday + 3 * hour) % day < (from + 2) * hour,
      ).length
    expect(at(19) / at(3)).toBeGreaterThan(8)
  })

  it('varies more than chance alone: hourly counts have a variance over twice their mean', () => {
    const sim = world('spread')
    const ratios = Array.from({ length: 21 }, (_, index) => {
      const from = monday + index * day + 12 * hour
      const count = run(sim, from, 60).filter((item) => isNew(item) && item.brand === 'lokmajet').length
      return { count, expected: sim.expectedPerHour('lokmajet', from + hour / 2) }
    })
    const dispersion =
      ratios.reduce((sum, { count, expected }) => sum + (count - expected) ** 2 / expected, 0) / ratios.length
    expect(dispersion).toBeGreaterThan(2)
  })

  it('follows every edit and delete back to an item written before', () => {
    const items = run(world('changes'), noon - hour, 240)
    const written = new Map(items.filter(isNew).map((entry) => [entry.item.id, entry]))
    const changes = items.filter((entry) => !isNew(entry) && entry.at > noon)
    expect(changes.length).toBeGreaterThan(5)
    for (const change of changes) {
      expect(written.get(change.item.id)?.at).toBeLessThan(change.at)
      expect(change.item.createdAt).toBe(written.get(change.item.id)?.at)
    }
  })

  it('replies to items that exist', () => {
    const items = run(world('replies'), noon - hour, 120)
    const ids = new Set(items.map(({ item }) => item.id))
    const replies = items.filter(({ item, at }) => item.parent !== undefined && at > noon)
    expect(replies.length).toBeGreaterThan(50)
    for (const { item } of replies) expect(ids).toContain(item.parent)
  })

  it('has authors with heavy-tailed followers: the top hundredth holds over a fifth of them', () => {
    const followers = run(world('tail'), noon, 600)
      .map(({ item }) => item.author?.followers ?? 0)
      .sort((a, b) => b - a)
    const sum = (values: number[]) => values.reduce((total, value) => total + value, 0)
    expect(sum(followers.slice(0, Math.ceil(followers.length / 100))) / sum(followers)).toBeGreaterThan(0.2)
  })

  it('refuses a crisis of a brand it does not have', () => {
    const crisis = { brand: 'nobody', startsAt: noon, ...usualCrisis }
    expect(() => world('x').minute(noon, [crisis])).toThrow(
      /no simulated brand "nobody"; there are kuzey-air/,
    )
  })
})

describe('a crisis', () => {
  it('raises volume at its height by the stated factor, within a fifth, on every seed', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 12, max: 20 }), (seed, factor) => {
        const sim = world(seed)
        const crisis: Crisis = { brand: 'kuzey-air', startsAt: noon, ...usualCrisis, factor }
        const height = run(sim, noon + 6 * minute, 40, [crisis]).filter(
          (item) => isNew(item) && item.brand === 'kuzey-air',
        )
        const ratio = height.length / ((sim.expectedPerHour('kuzey-air', noon + 26 * minute) * 40) / 60)
        expect(ratio / factor).toBeGreaterThan(0.8)
        expect(ratio / factor).toBeLessThan(1.2)
      }),
      { numRuns: 15 },
    )
  })

  it('is negative in the stated share of its own mentions, and lifts the share of all', () => {
    const items = run(world('share'), noon + 6 * minute, 40, crisesAt(noon))
    const ownMentions = items.filter(({ tone }) => tone === 'crisis')
    expect(shareOfNegative(ownMentions)).toBeGreaterThan(0.77)
    expect(shareOfNegative(ownMentions)).toBeLessThan(0.83)
    expect(shareOfNegative(items)).toBeGreaterThan(0.7)
    expect(shareOfNegative(run(world('share'), noon, 60))).toBeLessThan(0.4)
  })

  it('leaves the ordinary items of the same minutes as they are', () => {
    const sim = world('beside')
    const ordinary = sim.items(noon + 9 * minute)
    expect(sim.items(noon + 9 * minute, crisesAt(noon))).toEqual(expect.arrayContaining(ordinary))
  })

  it('adds nothing before its second, rises, and is over by its end', () => {
    const crisis: Crisis = { brand: 'tolvena', startsAt: noon + 20_500, ...usualCrisis }
    const sim = world('curve')
    const added = (at: number) => sim.minute(at, [crisis]).filter(({ tone }) => tone === 'crisis')
    expect(added(noon - minute)).toEqual([])
    expect(added(noon).every(({ at }) => at >= crisis.startsAt)).toBe(true)
    expect(added(noon).length).toBeGreaterThan(0)
    expect(added(crisisEnd(crisis) + minute)).toEqual([])
  })

  it('passes the first posts on nearly word for word', () => {
    const items = run(world('repeat'), noon, 30, [{ brand: 'lokmajet', startsAt: noon, ...usualCrisis }])
    const crisis = items.filter(({ tone }) => tone === 'crisis')
    const repeated = crisis.filter(({ item }) => item.parent?.includes('-first-'))
    expect(repeated.length / crisis.length).toBeGreaterThan(0.2)
    const texts = new Map(crisis.map(({ item }) => [item.id, item.text]))
    for (const { item } of repeated) expect(item.text).toContain(texts.get(item.parent ?? ''))
  })

  it('has an intensity between 0 and 1 that never rises after its height', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 600 }), fc.integer({ min: 0, max: 120 }), (from, more) => {
        const crisis: Crisis = { brand: 'tolvena', startsAt: noon, ...usualCrisis }
        const at = noon + from * minute
        const [now, later] = [crisisIntensity(crisis, at), crisisIntensity(crisis, at + more * minute)]
        expect(now).toBeGreaterThanOrEqual(0)
        expect(now).toBeLessThanOrEqual(1)
        if (from >= crisis.rampMinutes) expect(later).toBeLessThanOrEqual(now)
      }),
    )
  })
})

const minutes = fc.integer({ min: 0, max: 365 * 24 * 60 }).map((index) => monday + index * minute)

function world(seed: string): Simulation {
  return createSimulation({ seed, brands: demoBrands })
}

function crisesAt(startsAt: number): Crisis[] {
  return demoBrands.map((brand) => ({ brand: brand.id, startsAt, ...usualCrisis }))
}

function run(sim: Simulation, from: number, count: number, crises: readonly Crisis[] = []): SimulatedItem[] {
  return Array.from({ length: count }, (_, index) => sim.minute(from + index * minute, crises)).flat()
}

function isNew({ item }: SimulatedItem): boolean {
  return item.operation === 'upsert' && item.revision === undefined
}

function shareOfNegative(items: readonly SimulatedItem[]): number {
  return items.filter(({ negative }) => negative).length / items.length
}
