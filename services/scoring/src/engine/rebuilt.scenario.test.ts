import { describe, expect, it } from 'vitest'
import { day, hour, minute, Story } from './testing/story.ts'

/** What is said, with what either model makes of it: the second finds twice as much negative. */
const models = {
  strict: { bad: 'negative', grey: 'neutral', plain: 'neutral' },
  doubling: { bad: 'negative', grey: 'negative', plain: 'neutral' },
} as const
type Model = keyof typeof models
type Said = keyof (typeof models)['strict']

describe('a model that finds twice as much negative', () => {
  it('pages when it is switched on as it is', () => {
    const story = aStory()
    story.model('doubling', 5)
    pass(story, 'doubling', day)
    expect(story.breaches.map(({ signal }) => signal)).toContain('negative')
  })

  it('pages nobody when its past was rebuilt first, in a day and in three more', () => {
    const story = aStory()
    story.model('doubling', 5, rebuiltBy('doubling', story))
    pass(story, 'doubling', 4 * day)
    expect(story.breaches).toEqual([])
    expect(story.signals.at(-1)?.engine).toBe('doubling')
  })

  it('still hears a storm, from the first minute on', () => {
    const story = aStory()
    story.model('doubling', 5, rebuiltBy('doubling', story))
    const from = story.now
    story.pass(from + 10 * minute, () => 5, { label: 'negative' })
    const [breach] = story.breachesOf('negative')
    expect(breach?.engine).toBe('doubling')
    expect(breach && breach.at - from).toBeLessThan(10 * minute)
  })

  it('expects from the switch on what it found in the days before', () => {
    const story = aStory()
    pass(story, 'strict', hour)
    const before = expectedOf(story)
    story.model('doubling', 5, rebuiltBy('doubling', story))
    pass(story, 'doubling', hour)
    expect(expectedOf(story) / before).toBeGreaterThan(1.6)
    expect(expectedOf(story) / before).toBeLessThan(2.4)
  })

  it('stands in every record from its copy on, and a second copy of it changes nothing', () => {
    const story = aStory()
    const rebuilt = rebuiltBy('doubling', story)
    story.model('doubling', 5, rebuilt)
    pass(story, 'doubling', hour)
    const before = story.emissions.length
    expect(story.model('doubling', 9)).toEqual({ kind: 'applied' })
    expect(story.model('strict', 7)).toEqual({ kind: 'dropped', reason: 'stale_config' })
    pass(story, 'doubling', hour)
    const engines = story.emissions
      .slice(before)
      .flatMap((one) => (one.topic === 'signals' ? [one.value.engine] : []))
    expect(new Set(engines)).toEqual(new Set(['doubling']))
    expect(story.breaches).toEqual([])
  })

  it('gives the same after a checkpoint at any place', () => {
    const [whole, cut] = [aStory(), aStory()]
    const rebuilt = rebuiltBy('doubling', whole)
    for (const story of [whole, cut]) {
      if (story === cut) story.restore()
      story.model('doubling', 5, rebuilt)
      if (story === cut) story.restore()
      pass(story, 'doubling', 3 * hour)
      if (story === cut) story.restore()
      story.pass(story.now + 10 * minute, () => 5, { label: 'negative' })
    }
    expect(JSON.stringify(cut.emissions)).toBe(JSON.stringify(whole.emissions))
    expect(cut.breaches.length).toBeGreaterThan(0)
  })

  it('keeps what came between the rebuilding and the switch', () => {
    const story = aStory()
    const rebuilt = rebuiltBy('doubling', story)
    pass(story, 'strict', 20 * minute)
    story.model('doubling', 5, rebuilt)
    pass(story, 'doubling', day)
    expect(story.breaches).toEqual([])
  })

  it('refuses content that names no engine, and an encoding of another version', () => {
    const story = aStory()
    expect(story.model('', 5)).toEqual({ kind: 'dropped', reason: 'invalid_config' })
    expect(() => story.model('doubling', 6, Uint8Array.of(9))).toThrow('found version 9, expected 1')
  })
})

/** Five days under the first model, without a page. */
function aStory(): Story {
  const story = new Story()
  story.brand()
  story.thresholds({ floors: { firstDayPerHour: 1_000 } })
  story.heartbeat()
  story.model('strict', 2)
  pass(story, 'strict', 5 * day)
  expect(story.breaches).toEqual([])
  return story
}

/** About 20 mentions in ten minutes, a fifth bad and a fifth grey, as a model judges them. */
function pass(story: Story, model: Model, lengthMs: number): void {
  const until = story.now + lengthMs
  while (story.now < until) {
    story.heartbeat(story.now + minute)
    const index = Math.floor(story.now / minute)
    for (let turn = 0; turn < 2; turn += 1) {
      const roll = (Math.imul(2 * index + turn, 2_654_435_761) >>> 8) % 100
      const said: Said = roll < 20 ? 'bad' : roll < 40 ? 'grey' : 'plain'
      story.mention({ label: models[model][said], terms: [said] })
    }
  }
}

/** What the story so far looks like to a model. */
function rebuiltBy(model: Model, story: Story): Uint8Array {
  const state = story.engine.create(model)
  for (const input of story.inputs) {
    if (input.kind === 'config' && input.copy.kind === 'model') continue
    if (input.kind !== 'mention') {
      story.engine.apply(state, input, () => undefined)
      continue
    }
    const said = input.scored.terms[0] as Said
    const sentiment = { ...input.scored.sentiment, label: models[model][said] }
    story.engine.apply(state, { ...input, scored: { ...input.scored, sentiment } }, () => undefined)
  }
  const rebuilt = story.engine.rebuilt(state, 'kuzey')
  if (!rebuilt) throw new Error('the story has no brand')
  return rebuilt
}

function expectedOf(story: Story): number {
  return story.signals.findLast(({ signal }) => signal === 'negative')?.windows[0]?.expected ?? 0
}
