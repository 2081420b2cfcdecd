import { describe, expect, it } from 'vitest'
import { MentionSampler } from './mention-sampler.ts'

describe('MentionSampler', () => {
  it('gives all mentions of a window where they are few, with what they were judged to be', () => {
    const sampler = new MentionSampler(10)
    count(sampler, { from: 0, to: 4, minute: 100, isNegative: true, language: 'tr' })
    count(sampler, { from: 4, to: 6, minute: 108, language: 'en' })
    count(sampler, { from: 6, to: 8, minute: 109, brand: 'poyraz' })
    const sample = sampler.sample('kuzey', 109, 60)
    expect(sample.map(({ offset }) => offset)).toEqual([0, 1, 2, 3, 4, 5])
    expect(sample[0]).toEqual({ offset: 0, language: 'tr', isNegative: true })
    expect(sample[5]).toEqual({ offset: 5, language: 'en', isNegative: false })
    expect(sampler.sample('kuzey', 109, 5).map(({ offset }) => offset)).toEqual([4, 5])
    expect(sampler.sample('lodos', 109, 60)).toEqual([])
  })

  it('draws from a storm and from the quiet before it as many as either has mentions', () => {
    const sampler = new MentionSampler(100)
    let offset = 0
    for (let minute = 0; minute < 60; minute += 1) {
      const times = minute < 50 ? 20 : 200
      count(sampler, { from: offset, to: offset + times, minute })
      offset += times
    }
    const sample = sampler.sample('kuzey', 59, 60).map((mention) => mention.offset)
    expect(sample.length).toBeLessThanOrEqual(100)
    expect(sample.length).toBeGreaterThan(90)
    expect(new Set(sample).size).toBe(sample.length)
    // 1,000 came before the storm and 2,000 in it.
    const before = sample.filter((each) => each < 1_000).length / sample.length
    expect(before).toBeGreaterThan(0.25)
    expect(before).toBeLessThan(0.42)
    // And evenly within the storm.
    const late = sample.filter((each) => each >= 2_000).length / sample.filter((each) => each >= 1_000).length
    expect(late).toBeGreaterThan(0.35)
    expect(late).toBeLessThan(0.65)
  })

  it('forgets what is older than the longest window', () => {
    const sampler = new MentionSampler(10)
    count(sampler, { from: 0, to: 5, minute: 0 })
    count(sampler, { from: 5, to: 6, minute: 200 })
    expect(sampler.sample('kuzey', 200, 60).map(({ offset }) => offset)).toEqual([5])
    expect(sampler.sample('kuzey', 59, 60)).toEqual([])
  })

  it('draws the same when the same is counted again', () => {
    const [one, other] = [new MentionSampler(20), new MentionSampler(20)]
    for (const sampler of [one, other]) count(sampler, { from: 7, to: 5_000, minute: 3 })
    expect(one.sample('kuzey', 4, 15)).toHaveLength(20)
    expect(other.sample('kuzey', 4, 15)).toEqual(one.sample('kuzey', 4, 15))
  })

  it('knows what was taken back', () => {
    const sampler = new MentionSampler(10)
    sampler.deleted('telegram', 'm1')
    expect(sampler.isDeleted('telegram', 'm1')).toBe(true)
    expect(sampler.isDeleted('telegram', 'm2')).toBe(false)
  })
})

interface Counted {
  from: number
  to: number
  minute: number
  brand?: string
  language?: string
  isNegative?: boolean
}

function count(sampler: MentionSampler, { from, to, ...rest }: Counted): void {
  for (let offset = from; offset < to; offset += 1)
    sampler.counted({ brand: 'kuzey', language: 'tr', isNegative: false, ...rest, offset })
}
