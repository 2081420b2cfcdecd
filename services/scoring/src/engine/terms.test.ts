import { describe, expect, it } from 'vitest'
import { logOddsScore } from './terms.ts'
import { minute, Story } from './testing/story.ts'

describe('the terms of a breach', () => {
  it('are those said more often than before, the surest first, and not those that are always said', () => {
    const story = aStory()
    // A brand that is always spoken of in two words.
    everyday(story, 10 * 60)
    const began = story.now
    for (let minutes = 1; minutes <= 5; minutes += 1) {
      for (let at = 0; at < 40; at += 1) {
        const terms = ['kuzey', ...(at < 36 ? ['rötar'] : []), ...(at < 20 ? ['bagaj'] : []), 'uçuş']
        story.mention({ label: 'negative', terms })
      }
      story.heartbeat(began + minutes * minute)
    }
    const breach = story.breaches.at(-1)
    expect(breach?.evidence.terms.map(({ name }) => name)).toEqual(['rötar', 'bagaj'])
    expect(breach?.evidence.terms[0]?.share).toBeGreaterThan(0.7)
  })

  it('are those said most where nothing earlier is known', () => {
    const story = aStory()
    for (let at = 0; at < 200; at += 1)
      story.mention({ label: 'negative', terms: at % 2 === 0 ? ['iptal', 'iade'] : ['iptal'] })
    expect(story.breaches.at(-1)?.evidence.terms.map(({ name }) => name)).toEqual(['iptal', 'iade'])
  })
})

describe('logOddsScore', () => {
  it('grows with the difference and with how much was said, and says little of what was said three times', () => {
    const usual = { count: 240, mentions: 2_400 }
    const same = logOddsScore({ count: 10, mentions: 100 }, usual)
    const twice = logOddsScore({ count: 20, mentions: 100 }, usual)
    const often = logOddsScore({ count: 200, mentions: 1_000 }, usual)
    expect(same).toBeCloseTo(0, 1)
    expect(twice).toBeGreaterThan(1)
    expect(often).toBeGreaterThan(2 * twice)
    const rare = logOddsScore({ count: 3, mentions: 1_000 }, { count: 0, mentions: 2_400 })
    expect(rare).toBeGreaterThan(0)
    expect(rare).toBeLessThan(often)
  })

  it('stands for a term in every mention, before and now', () => {
    const score = logOddsScore({ count: 50, mentions: 50 }, { count: 900, mentions: 900 })
    expect(Math.abs(score)).toBeLessThan(0.5)
  })
})

function aStory(): Story {
  const story = new Story()
  story.brand()
  story.heartbeat()
  return story
}

function everyday(story: Story, minutes: number): void {
  const began = story.now
  for (let passed = 1; passed <= minutes; passed += 1) {
    if (passed % 4 === 0) story.mention({ terms: ['kuzey', 'uçuş', `w${passed % 50}`] })
    story.heartbeat(began + passed * minute)
  }
}
