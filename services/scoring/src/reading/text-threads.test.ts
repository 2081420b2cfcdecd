import { createSilentLogger } from '@nabiz/shared/logging'
import { createRegistry, type Registry } from '@nabiz/shared/metrics'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createBuiltInEngines } from '../sentiment/index.ts'
import { readPlain } from './read-text.ts'
import { createTextThreads, type TextThreads } from './text-threads.ts'

const engines = createBuiltInEngines()
const some = [
  'Velmora kargosu yine gecikti, rezalet bir hizmet',
  'Velmora is better than Dorvane, love it 😍',
  'Şaka gibi! İki gündür kimse cevap vermiyor #velmoraREZALET',
  '',
  '\uD800 yarım',
  'https://velmora.example/x',
  'ужасный сервис, никогда больше',
]
/** Enough to be worth a thread. */
const texts = Array.from({ length: 70 }, (_, at) => `${some[at % some.length]} ${at < some.length ? '' : at}`)
const hints = texts.map((_, at) => ['tr', undefined, 'en'][at % 3])

let registry: Registry
let threads: TextThreads

beforeAll(async () => {
  registry = createRegistry()
  threads = createTextThreads({ threads: 1, registry, logger: createSilentLogger() })
  await threads.start()
}, 60_000)

afterAll(() => threads.stop())

describe('a thread that reads texts', () => {
  it.each(engines.map((engine) => ({ engine })))('says what $engine.id says here', async ({ engine }) => {
    const read = await threads.read({ engine: engine.id, texts, hints })
    expect(read).toEqual(texts.map((text, at) => readPlain(text, hints[at], engine)))
  })

  it('is not asked for few texts, nor by an engine it does not have', async () => {
    const few = { engine: engines[0].id, texts: texts.slice(0, 10), hints: hints.slice(0, 10) }
    expect(await threads.read(few)).toBeUndefined()
    expect(await threads.read({ engine: 'somebody@1', texts, hints })).toBeUndefined()
    expect(await countOf('nabiz_scoring_text_thread_failures_total')).toBe(0)
  })

  it('that fails leaves the texts to whoever asks, and is counted', async () => {
    // Nothing that can be sent to a thread.
    const unsendable = texts.map(() => () => '') as unknown as string[]
    expect(await threads.read({ engine: engines[0].id, texts: unsendable, hints })).toBeUndefined()
    expect(await countOf('nabiz_scoring_text_thread_failures_total')).toBe(1)
    expect(await threads.read({ engine: engines[0].id, texts, hints })).toHaveLength(70)
  })

  it('that cannot be loaded leaves all texts to whoever asks, and ends nothing', async () => {
    const worker = new URL('data:text/javascript,throw new Error("cannot be loaded")')
    const broken = createTextThreads({
      threads: 1,
      registry: createRegistry(),
      logger: createSilentLogger(),
      worker,
    })
    await broken.start()
    expect(await broken.read({ engine: engines[0].id, texts, hints })).toBeUndefined()
    await broken.stop()
  })

  it('that was told to stop, or that is none, reads nothing', async () => {
    for (const count of [0, 1]) {
      const none = createTextThreads({
        threads: count,
        registry: createRegistry(),
        logger: createSilentLogger(),
      })
      // The first large batch starts a thread and does not wait for it.
      expect(await none.read({ engine: engines[0].id, texts, hints })).toBeUndefined()
      await none.stop()
      expect(await none.read({ engine: engines[0].id, texts, hints })).toBeUndefined()
    }
  })
})

async function countOf(name: string): Promise<number> {
  const metric = await registry.getSingleMetric(name)?.get()
  return metric?.values[0]?.value ?? 0
}
