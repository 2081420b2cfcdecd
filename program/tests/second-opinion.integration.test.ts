import { minute, second } from '@nabiz/shared/time'
import { afterEach, expect, it } from 'vitest'
import {
  type Answer,
  aSentimentServer,
  failing,
  labelledBy,
  negativeIf,
  silent,
} from '../../services/scoring/tests/fakes/sentiment-server.ts'
import { describeOnEachDriver } from '../../shared/testing/each-driver.ts'
import { counterOf, openWorld, startOf, type World } from './world.ts'

let world: World
let server: Awaited<ReturnType<typeof aSentimentServer>>

describeOnEachDriver('a second opinion', (drivers) => {
  afterEach(() => world.close())

  it('stands in the breach and the page beside ours, and again when the log is read again though the server would say something else', async () => {
    await open(negativeIf('7'))
    await storm()
    const [opened] = await openings()
    const opinion = opened?.evidence.secondOpinion
    if (!opinion || 'absent' in opinion) throw new Error(`no opinion: ${JSON.stringify(opinion)}`)
    expect(opinion.engine).toMatch(/^http\/berturk@3#/)
    expect(opinion.mentions).toBeGreaterThanOrEqual(15)
    // A tenth of the texts ends with a 7; the built-in engine calls all of them negative.
    expect(opinion.theirs.share).toBeLessThan(0.3)
    expect(opinion.theirs.low).toBeLessThan(opinion.theirs.share)
    expect(opinion.theirs.high).toBeGreaterThan(opinion.theirs.share)
    expect(opinion.ours.low).toBeGreaterThan(opinion.theirs.high)
    const page = world.notices.find(({ notice }) => notice.brand.id === 'lorvex')
    expect(page?.notice.leading.evidence.secondOpinion).toEqual(opinion)
    expect(await counterOf(world.registry, opinions, { outcome: 'answered' })).toBeGreaterThan(0)

    const live = (await transitions()).map((record) => JSON.stringify(record))
    const asked = server.texts()
    server.answerWith(labelledBy(() => 'positive'))
    // What was pending then is no news any more.
    world.clock.advance(3 * minute)
    const { breaches } = await world.scoreAgain()
    const again = breaches.filter(({ brand }) => brand === 'lorvex').map((record) => JSON.stringify(record))
    expect(again).toEqual([...live, ...live])
    expect(server.texts()).toBe(asked)
  }, 60_000)

  it.each<[string, Answer, string]>([
    ['does not answer', silent, 'timeout'],
    ['fails', failing, 'unavailable'],
  ])(
    'changes nothing but its own absence where the server %s',
    async (_what, answer, absent) => {
      await open(answer)
      await storm()
      const [opened] = await openings()
      expect(opened?.evidence.secondOpinion).toEqual({
        engine: expect.stringMatching(/^http\/berturk@3#/),
        absent,
      })
      expect(world.notices.some(({ notice }) => notice.brand.id === 'lorvex')).toBe(true)
      expect(await counterOf(world.registry, opinions, { outcome: absent })).toBeGreaterThan(0)
      expect((await world.counts()).reduce((sum, { mentions }) => sum + mentions, 0)).toBe(80)
    },
    60_000,
  )

  const opinions = 'nabiz_scoring_second_opinions_total'

  async function open(answer: Answer): Promise<void> {
    server = await aSentimentServer(answer)
    const http = { url: server.url, model: 'berturk@3', retries: 0 }
    world = await openWorld({
      drivers,
      start: startOf(drivers, 10 * minute),
      brands: ['lorvex'],
      thresholds: { floors: { firstDayPerHour: 120 } },
      sentiment: { secondOpinion: { engine: 'http', timeoutSeconds: answer === silent ? 0.05 : 30, http } },
    })
  }

  async function storm(): Promise<void> {
    const ingest = await world.startIngest('one')
    for (let tick = 0; tick < 8; tick += 1) {
      await ingest.push(postsOf(tick, 10))
      await world.tick(30 * second)
    }
  }

  async function transitions() {
    return (await world.transitions()).filter(({ brand }) => brand === 'lorvex')
  }

  async function openings() {
    return (await transitions()).filter(({ transition }) => transition === 'opened')
  }

  function postsOf(tick: number, count: number) {
    return Array.from({ length: count }, (_, index) => ({
      id: `${tick}-${index}`,
      text: `lorvex rezalet, berbat bir gün ${'abcdefgh'.charAt(tick)}${index}`,
      createdAt: new Date(world.clock.now()).toISOString(),
      author: { id: `author ${index % 7}` },
    }))
  }
})
