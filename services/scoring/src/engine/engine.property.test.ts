import fc from 'fast-check'
import { expect, it } from 'vitest'
import { aWarmStory, minute, type Story } from './testing/story.ts'

it('keeps episodes apart, never recovers a blind brand and gives every breach an id of its own', () => {
  const step = fc.record({
    minutes: fc.integer({ min: 1, max: 90 }),
    rate: fc.constantFrom(0, 0, 1, 8, 40),
    label: fc.constantFrom('negative' as const, 'neutral' as const),
    condition: fc.constantFrom('ok' as const, 'ok' as const, 'blind' as const, 'catching_up' as const),
    lateMinutes: fc.constantFrom(0, 0, 3, 45, 400),
    gap: fc.constantFrom(1, 1, 1, 70),
  })
  fc.assert(
    fc.property(fc.array(step, { minLength: 3, maxLength: 10 }), (steps) => {
      const story = aWarmStory(2)
      for (const { minutes, rate, label, condition, lateMinutes, gap } of steps) {
        story.connectors = [{ platform: 'forum', account: 'main', condition }]
        story.heartbeat(story.now + gap * minute)
        const before = story.breaches.length
        for (let left = minutes; left > 0; left -= 1) {
          story.heartbeat(story.now + minute)
          for (let more = rate; more > 0; more -= 1) {
            story.mention({ label, createdAt: story.now - lateMinutes * minute })
          }
          if (left % 5 === 0) story.metric(rate * 100, { since: story.now - (5 + lateMinutes) * minute })
        }
        if (condition === 'ok') continue
        // The first two heartbeats of a step still close minutes of the step before.
        const told = story.breaches
          .slice(before)
          .filter((breach) => breach.at > story.now - (minutes - 1) * minute)
        expect(told.filter((breach) => breach.transition === 'recovered')).toEqual([])
      }
      expectApart(story)
    }),
    { numRuns: 8 },
  )
})

function expectApart(story: Story): void {
  expect(new Set(story.breaches.map((breach) => breach.id)).size).toBe(story.breaches.length)
  for (const signal of ['volume', 'negative', 'negativity', 'reach', 'engagement']) {
    let running: string | undefined
    let at = 0
    for (const breach of story.breachesOf(signal)) {
      expect(breach.at).toBeGreaterThan(at)
      at = breach.at
      if (breach.transition === 'opened') {
        expect(running).toBe(undefined)
        running = breach.id
      }
      expect(breach.episode).toBe(running)
      if (breach.transition === 'recovered') running = undefined
    }
  }
}
