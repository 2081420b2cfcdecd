import type { Count } from '@nabiz/shared/contracts'
import { minute, second } from '@nabiz/shared/time'
import { afterEach, expect, it } from 'vitest'
import { aSentimentServer, labelledBy } from '../../services/scoring/tests/fakes/sentiment-server.ts'
import { describeOnEachDriver } from '../../shared/testing/each-driver.ts'
import { counterOf, openWorld, startOf, type World } from './world.ts'

let world: World
let server: Awaited<ReturnType<typeof aSentimentServer>>

describeOnEachDriver('a sentiment engine of somebody’s own', (drivers) => {
  afterEach(() => world.close())

  it('is heard once: the log read again gives the same counts, though it would say something else now', async () => {
    // Each answer differs from the last, whatever is asked.
    let turn = 0
    server = await aSentimentServer(labelledBy(() => (turn++ % 3 === 0 ? 'positive' : 'negative')))
    await open()
    const ingest = await world.startIngest('one')
    for (let tick = 0; tick < 8; tick += 1) {
      await ingest.push(postsOf(tick, 10))
      await world.tick(30 * second)
    }
    const live = { counts: await world.counts(), breaches: await world.transitions() }
    const asked = server.texts()
    // The probe brand's own may be one more.
    expect(asked).toBeGreaterThanOrEqual(80)
    expect(asked).toBeLessThanOrEqual(81)
    const negatives = negativesOf(live.counts)
    expect(negatives).toBeGreaterThan(40)
    expect(negatives).toBeLessThan(70)
    server.answerWith(labelledBy(() => 'positive'))
    const again = await world.scoreAgain()
    expect(server.texts()).toBe(asked)
    const told = (records: readonly { brand: string }[]) =>
      records.filter(({ brand }) => brand === 'lorvex').map((record) => JSON.stringify(record))
    const counts = told(live.counts)
    expect(told(again.counts)).toEqual([...counts, ...counts])
    const breaches = told(live.breaches)
    expect(breaches.length).toBeGreaterThan(0)
    expect(told(again.breaches)).toEqual([...breaches, ...breaches])
  }, 60_000)

  it('is stood in for by the built-in one while it is away, and every mention is counted', async () => {
    server = await aSentimentServer(labelledBy(() => 'positive'))
    await open({ retries: 0, openAfterFailures: 2, openSeconds: 3_600 })
    const ingest = await world.startIngest('one')
    await ingest.push(postsOf(0, 5))
    await world.tick(30 * second)
    await server.close()
    await ingest.push(postsOf(1, 5))
    await world.tick(30 * second)
    await ingest.push(postsOf(2, 5))
    await world.tick(30 * second)
    await world.tick(minute)
    const counted = await world.counts()
    expect(counted.reduce((sum, { mentions }) => sum + mentions, 0)).toBe(15)
    expect(negativesOf(counted)).toBe(10)
    const texts = 'nabiz_scoring_sentiment_texts_total'
    // The probe brand's own may be one more.
    expect([5, 6]).toContain(await counterOf(world.registry, texts, { source: 'engine' }))
    expect(await counterOf(world.registry, texts, { source: 'fallback' })).toBe(10)
  }, 60_000)

  async function open(http: object = {}): Promise<void> {
    world = await openWorld({
      drivers,
      start: startOf(drivers, 10 * minute),
      brands: ['lorvex'],
      thresholds: { floors: { firstDayPerHour: 30 } },
      sentiment: { engine: 'http', http: { url: server.url, model: 'berturk@3', batchSize: 4, ...http } },
    })
  }

  function negativesOf(counts: readonly Count[]): number {
    return counts.reduce((sum, { negatives }) => sum + Object.values(negatives).reduce((a, b) => a + b, 0), 0)
  }

  function postsOf(tick: number, count: number) {
    return Array.from({ length: count }, (_, index) => ({
      id: `${tick}-${index}`,
      text: `lorvex rezalet, berbat bir gün ${tick * 100 + index}`,
      createdAt: new Date(world.clock.now()).toISOString(),
      author: { id: `author ${index % 7}` },
    }))
  }
})
