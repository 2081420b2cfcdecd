import { expect, it } from 'vitest'
import { aMention, hour, minute, monday, Story } from './testing/story.ts'

it('tells each minute that held mentions once it is closed, by platform', () => {
  const story = aStory()
  story.mention({ label: 'negative', author: { id: 'k1:a', followers: 70 } })
  story.mention({ label: 'negative', author: { id: 'k1:b' } })
  story.mention({ author: { id: 'k1:a', followers: 70 } })
  story.mention({ platform: 'video', author: undefined })
  expect(story.counts).toEqual([])
  story.heartbeat(story.now + minute)
  expect(story.counts).toMatchObject([
    {
      platform: 'forum',
      minute: monday,
      revision: 0,
      mentions: 3,
      negatives: { tr: 2 },
      languages: { tr: 3 },
      reach: 71,
      observed: true,
      authors: { distinct: 2 },
    },
    { platform: 'video', mentions: 1, authors: { distinct: 0, sketch: '' } },
  ])
  expect(story.counts[0]?.authors.sketch).toMatch(/^[0-9a-f]{32}$/)
})

it('tells Turkish and English apart however many other languages came before them', () => {
  const story = aStory()
  const say = (language: string, sequence: number) => {
    const scored = aMention(1_000 + sequence, { createdAt: story.now, label: 'negative' })
    const sentiment = { ...scored.sentiment, language }
    story.apply({
      kind: 'mention',
      timestamp: story.now,
      offset: 1_000 + sequence,
      scored: { ...scored, sentiment },
    })
  }
  const others = Array.from({ length: 30 }, (_, at) => `x${String.fromCharCode(97 + at)}`)
  for (const [at, language] of [...others, 'tr', 'en', 'tr'].entries()) say(language, at)
  story.heartbeat(story.now + minute)
  expect(story.counts[0]?.languages).toMatchObject({ tr: 2, en: 1 })
  expect(Object.keys(story.counts[0]?.languages ?? {}).length).toBeLessThanOrEqual(14)
})

it('keeps reach a whole number though a platform names followers that nobody can have', () => {
  const story = aStory()
  for (const id of ['k1:a', 'k1:b', 'k1:c'])
    story.mention({ label: 'negative', author: { id, followers: Number.MAX_SAFE_INTEGER } })
  story.mention({ label: 'negative', author: { id: 'k1:d', followers: 2 } })
  story.heartbeat(story.now + minute)
  expect(Number.isSafeInteger(story.counts[0]?.reach)).toBe(true)
  expect((story.counts[0]?.reach ?? 0) % 10).toBe(2)
})

it('accounts for every counted mention in the last revision of each minute', () => {
  const story = aStory()
  let sent = 0
  for (let step = 0; step < 300; step += 1) {
    story.heartbeat(story.now + minute)
    for (let left = step % 4; left > 0; left -= 1) {
      story.mention({
        createdAt: story.now - ((step * left * 7) % 200) * minute,
        platform: left === 3 ? 'video' : 'forum',
      })
      sent += 1
    }
  }
  story.heartbeat(story.now + minute)
  const latest = new Map<string, number>()
  const revisions = new Map<string, number>()
  for (const count of story.counts) {
    const name = `${count.platform} ${count.minute}`
    expect(count.revision).toBe((revisions.get(name) ?? -1) + 1)
    revisions.set(name, count.revision)
    latest.set(name, count.mentions)
  }
  expect([...latest.values()].reduce((sum, mentions) => sum + mentions, 0)).toBe(sent)
})

it('tells a zero when a platform goes out of sight, when it comes back, and hourly', () => {
  const story = aStory()
  story.pass(story.now + 2 * hour + 5 * minute)
  const quiet = story.counts.length
  expect(quiet).toBeGreaterThanOrEqual(2)
  expect(quiet).toBeLessThanOrEqual(3)
  story.connectors = [{ platform: 'forum', account: 'main', condition: 'blind' }]
  story.pass(story.now + 10 * minute)
  story.connectors = [{ platform: 'forum', account: 'main', condition: 'ok' }]
  story.pass(story.now + 10 * minute)
  const seen = story.counts.slice(quiet).map((count) => [count.mentions, count.observed])
  expect(seen).toEqual([
    [0, false],
    [0, true],
  ])
})

function aStory(): Story {
  const story = new Story()
  story.brand()
  story.heartbeat()
  return story
}
