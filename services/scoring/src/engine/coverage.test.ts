import type { ConnectorCondition } from '@nabiz/shared/contracts'
import { expect, it } from 'vitest'
import { hour, minute, Story } from './testing/story.ts'

const forum: ConnectorCondition = { platform: 'forum', account: 'main', condition: 'ok' }
const video: ConnectorCondition = { platform: 'video', account: 'a', condition: 'ok' }

it('goes on recovering while a platform is blind that carries less than a tenth of the mentions', () => {
  const story = aStormOver({ everyOnVideo: 20 })
  story.connectors = [forum, { ...video, condition: 'blind' }]
  story.pass(story.now + 2 * hour)
  expect(story.breachesOf('volume').at(-1)?.transition).toBe('recovered')
  expect(story.breachesOf('volume').at(-1)?.evidence.coverage).toMatchObject([
    { platform: 'forum', observed: 1 },
    { platform: 'video', observed: 0 },
  ])
})

it('does not recover while a platform is blind that carries a tenth or more', () => {
  const story = aStormOver({ everyOnVideo: 4 })
  story.connectors = [forum, { ...video, condition: 'blind' }]
  story.pass(story.now + 2 * hour)
  expect(story.breachesOf('volume').at(-1)?.transition).not.toBe('recovered')
})

it('takes a platform for blind while any account that serves the brand is, and only then', () => {
  const story = aStormOver({ everyOnVideo: 4 })
  const other: ConnectorCondition = { ...video, account: 'b', condition: 'blind', brands: ['bora'] }
  story.connectors = [forum, video, other]
  story.pass(story.now + 2 * hour)
  expect(story.breachesOf('volume').at(-1)?.transition).toBe('recovered')
  story.connectors = [forum, video, { ...other, brands: ['bora', 'kuzey'] }]
  story.pass(story.now + 2 * hour)
  const last = story.counts.filter((count) => count.platform === 'video').at(-1)
  expect(last?.observed).toBe(false)
})

it('marks no minute unseen because of a connector of another platform', () => {
  const story = aStormOver({ everyOnVideo: 4 })
  story.connectors = [forum, video, { platform: 'radio', account: 'r', condition: 'blind', brands: ['bora'] }]
  story.pass(story.now + 5 * minute)
  expect(story.counts.filter((count) => !count.observed)).toEqual([])
})

it('keeps the reason of a replica whose token was refused, though another says that its webhook is well', () => {
  const story = aStormOver({ everyOnVideo: 4 })
  const refused: ConnectorCondition = { ...video, condition: 'blind', reason: 'platform_auth' }
  for (let step = 0; step < 5; step += 1) {
    story.connectors = [forum, refused]
    story.heartbeat(story.now + 30_000, undefined, 'ingest-0')
    story.connectors = [forum, video]
    story.heartbeat(story.now + 30_000, undefined, 'ingest-1')
  }
  expect(story.signals.at(-1)?.coverage).toMatchObject([
    { platform: 'forum', observed: 1 },
    { platform: 'video', reason: 'platform_auth' },
  ])
})

it('counts what comes for a platform as seen or missed by the condition of that platform alone', () => {
  const story = new Story()
  const page: ConnectorCondition = { platform: 'facebook', account: 'main', condition: 'ok' }
  story.connectors = [page, { ...page, platform: 'messenger', condition: 'blind', reason: 'log_unavailable' }]
  story.brand()
  story.heartbeat()
  story.mention({ platform: 'messenger' })
  story.pass(story.now + 5 * minute)
  const told = (platform: string) => story.counts.filter((count) => count.platform === platform).at(-1)
  expect([told('facebook')?.observed, told('messenger')?.observed]).toEqual([true, false])
})

/** A day and a half on two platforms, then a storm that has just ended. */
function aStormOver({ everyOnVideo }: { everyOnVideo: number }): Story {
  const story = new Story()
  story.connectors = [forum, video]
  story.brand()
  story.heartbeat()
  const until = story.now + 36 * hour
  for (let sequence = 0; story.now < until; sequence += 1) {
    story.heartbeat(story.now + minute)
    if (sequence % 6 === 0)
      story.mention({ platform: sequence % (6 * everyOnVideo) === 0 ? 'video' : 'forum' })
  }
  for (let step = 0; step < 5; step += 1) {
    story.heartbeat(story.now + minute)
    for (let left = 40; left > 0; left -= 1) {
      story.mention({ platform: left % everyOnVideo === 0 ? 'video' : 'forum' })
    }
  }
  return story
}
