import { expect, it } from 'vitest'
import { namesIn } from './partition-state.ts'
import { aWarmStory, minute, Story } from './testing/story.ts'

it('applies a copy only if its offset is greater than the last of its kind and id', () => {
  const story = new Story()
  expect(story.thresholds({}, 7)).toEqual({ kind: 'applied' })
  expect(story.thresholds({}, 7)).toEqual({ kind: 'dropped', reason: 'stale_config' })
  expect(story.thresholds({}, 6)).toEqual({ kind: 'dropped', reason: 'stale_config' })
  expect(story.brand('kuzey', {}, 3)).toEqual({ kind: 'applied' })
  expect(story.thresholds({}, 5, 'bora')).toEqual({ kind: 'applied' })
})

it('takes the names of a brand from a repeat of its copy where an older build kept none', () => {
  const story = new Story()
  story.brand('kuzey', { names: ['Kuzey'], competitors: ['Poyraz'] }, 3)
  expect(namesIn(story.state, 'kuzey')).toMatchObject({ names: ['Kuzey'], competitors: ['Poyraz'] })
  story.restore()
  const kept = JSON.parse(new TextDecoder().decode(story.values.get('c/kuzey')))
  delete kept.brand.content.called
  story.values.set('c/kuzey', new TextEncoder().encode(JSON.stringify(kept)))
  story.state = story.engine.decode(new Map(story.values))
  expect(namesIn(story.state, 'kuzey')).toBeUndefined()
  expect(story.brand('kuzey', { names: ['Kuzey'] }, 3)).toEqual({ kind: 'applied' })
  expect(namesIn(story.state, 'kuzey')?.names).toEqual(['Kuzey'])
  expect(story.brand('kuzey', { names: ['Kuzey'] }, 3)).toEqual({ kind: 'dropped', reason: 'stale_config' })
})

it('reads thresholds of an older build with what it did not know at its default', () => {
  const story = new Story()
  story.brand()
  story.thresholds({ warnAt: 0.7 })
  story.restore()
  const kept = JSON.parse(new TextDecoder().decode(story.values.get('c/kuzey')))
  for (const field of ['platforms', 'graceHours', 'signals']) delete kept.thresholds.default.content[field]
  delete kept.thresholds.default.content.windows.fall
  story.values.set('c/kuzey', new TextEncoder().encode(JSON.stringify(kept)))
  const { settings } = story.engine.decode(new Map(story.values)).brands.get('kuzey') ?? {}
  expect(settings?.thresholds).toMatchObject({
    warnAt: 0.7,
    graceHours: 0,
    signals: {},
    windows: { fall: 4 },
  })
  expect(settings?.thresholds.platforms.pages).toBe(true)
})

it('refuses content that its schema refuses and keeps what was in force', () => {
  const story = new Story()
  story.brand()
  story.heartbeat()
  expect(story.thresholds({ recoverBelow: 2 })).toEqual({ kind: 'dropped', reason: 'invalid_config' })
  expect(story.brand('kuzey', { zoneOffsets: [] }, 5)).toEqual({ kind: 'dropped', reason: 'invalid_config' })
  expect(story.mention()).toEqual({ kind: 'counted' })
})

it('judges by new thresholds from their copy on and names their version', () => {
  const story = aWarmStory(4)
  story.thresholds({ authorsGate: 1_000 }, 9)
  story.pass(story.now + 3 * minute, () => 40)
  expect(story.breaches).toEqual([])
  expect(story.signals.at(-1)?.config).toBe('t9')
  story.thresholds({ authorsGate: 0 }, 10)
  story.pass(story.now + 2 * minute, () => 40)
  expect(story.breachesOf('volume')[0]?.config).toBe('t10')
})

it('takes thresholds that came before their brand', () => {
  const story = new Story()
  story.thresholds({}, 4)
  story.brand()
  story.heartbeat()
  story.pass(story.now + minute)
  expect(story.signals[0]?.config).toBe('t4')
})

it('forgets a brand that is no longer watched, and begins anew when it comes back', () => {
  const story = aWarmStory(2)
  story.restore()
  expect(names(story.values, 'b/kuzey')).not.toEqual([])
  story.brand('kuzey', {}, 20, false)
  expect(story.mention()).toEqual({ kind: 'dropped', reason: 'unknown_brand' })
  story.restore()
  expect([...names(story.values, 'b/'), ...names(story.values, 'h/')]).toEqual([])
  expect(story.brand('kuzey', {}, 19)).toEqual({ kind: 'dropped', reason: 'stale_config' })
  story.brand('kuzey', {}, 21)
  story.pass(story.now + 2 * minute)
  story.restore()
  expect(story.mention()).toEqual({ kind: 'counted' })
  expect(story.signals.at(-1)?.state).toBe('warming')
})

it('ends the episodes of a brand that is no longer watched', () => {
  const story = aWarmStory(4)
  story.pass(story.now + 3 * minute, () => 40)
  // A quiet minute more, so that nothing else is told of at the moment of the end.
  story.heartbeat(story.now + minute)
  story.brand('kuzey', {}, 20, false)
  const volume = story.breachesOf('volume')
  expect(volume.at(-1)).toMatchObject({ transition: 'recovered', episode: volume[0]?.id, at: story.now })
})

it('begins anew also when a brand leaves and comes back between two checkpoints', () => {
  const story = aWarmStory(2)
  story.restore()
  story.brand('kuzey', {}, 20, false)
  story.brand('kuzey', {}, 21)
  story.pass(story.now + 2 * minute)
  story.restore()
  story.pass(story.now + 2 * minute)
  expect(story.signals.at(-1)?.windows[0]?.expected).toBe(0)
})

function names(values: ReadonlyMap<string, Uint8Array>, prefix: string): string[] {
  return [...values.keys()].filter((name) => name.startsWith(prefix))
}
