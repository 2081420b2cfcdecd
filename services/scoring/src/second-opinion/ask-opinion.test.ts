import { withEnvironment } from '@nabiz/shared/config'
import { createOutgoing } from '@nabiz/shared/http'
import { createLogger } from '@nabiz/shared/logging'
import { createRegistry } from '@nabiz/shared/metrics'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  type Answer,
  aSentimentServer,
  failing,
  negativeIf,
  silent,
} from '../../tests/fakes/sentiment-server.ts'
import { aTinyModelFolder } from '../../tests/fakes/tiny-model.ts'
import { sentimentConfig } from '../sentiment/custom/config.ts'
import { createSecondOpinionEngine } from '../sentiment/custom/create-custom-engines.ts'
import { createAskOpinion, type SampledText } from './ask-opinion.ts'

const never = new AbortController().signal

describe('createAskOpinion', () => {
  it('has a sample judged by the server, each mention beside its verdict', async () => {
    const { asked, outcomes } = await setup(negativeIf('rezalet'))
    const answer = await asked.ask(async () => textsOf('rezalet', 'iyi', 'rezalet'), never)
    expect(answer).toMatchObject({
      kind: 'answered',
      mentions: [0, 1, 2],
      results: [{ label: 'negative' }, { label: 'neutral' }, { label: 'negative' }],
    })
    expect(outcomes).toEqual(['answered'])
  })

  it('has a sample judged by a model in this process', async () => {
    const folder = await aTinyModelFolder()
    const { asked } = await setup(silent, { engine: 'onnx', onnx: { folder } })
    const answer = await asked.ask(async () => textsOf('rezalet', 'harika'), never)
    expect(answer).toMatchObject({ results: [{ label: 'negative' }, { label: 'positive' }] })
    expect(asked.engine.id).toMatch(/^onnx\//)
  })

  it('gives up a server that does not answer when the bound is over', async () => {
    const { asked, outcomes } = await setup(silent, { timeoutSeconds: 0.05 })
    const answer = await asked.ask(async () => textsOf('rezalet'), never)
    expect(answer).toEqual({ kind: 'absent', absent: 'timeout' })
    expect(outcomes).toEqual(['timeout'])
  })

  it('gives up a log that does not answer as well', async () => {
    const { asked } = await setup(silent, { timeoutSeconds: 0.05 })
    const answer = await asked.ask(() => new Promise<never>(() => undefined), never)
    expect(answer).toEqual({ kind: 'absent', absent: 'timeout' })
  })

  it('lets no minute’s pages wait longer than the bound in all, and asks again in the next minute', async () => {
    let now = 0
    const { asked, server } = await setup(negativeIf('x'), { timeoutSeconds: 3 }, () => now)
    const within = async (ms: number) => {
      const texts = async () => {
        now += ms
        return textsOf('a')
      }
      const answer = await asked.ask(texts, never)
      return answer.kind === 'answered' ? 'answered' : answer.absent
    }
    expect([await within(1_500), await within(1_400), await within(100), await within(1)]).toEqual([
      'answered',
      'answered',
      'answered',
      'busy',
    ])
    expect(server.requests).toHaveLength(1)
    now += 61_000
    expect(await within(10)).toBe('answered')
  })

  it('counts what is asked at once as one wait', async () => {
    let now = 0
    const { asked } = await setup(negativeIf('x'), { timeoutSeconds: 3 }, () => now)
    let begin = () => {}
    const begun = new Promise<void>((resolve) => {
      begin = resolve
    })
    const three = ['a', 'b', 'c'].map((text) =>
      asked.ask(async () => {
        await begun
        return textsOf(text)
      }, never),
    )
    now += 2_000
    begin()
    expect((await Promise.all(three)).map(({ kind }) => kind)).toEqual(['answered', 'answered', 'answered'])
    expect((await asked.ask(async () => textsOf('d'), never)).kind).toBe('answered')
  })

  it.each<[string, Answer, string]>([
    ['fails', failing, 'unavailable'],
    ['answers with something else', () => [{ label: 'rezalet' }], 'refused'],
  ])('says why there is none where the server %s, and logs no text', async (_what, answer, absent) => {
    const { asked, outcomes, logged } = await setup(answer, { http: { retries: 0 } })
    expect(await asked.ask(async () => textsOf('gizli sözler'), never)).toEqual({ kind: 'absent', absent })
    expect(outcomes).toEqual([absent])
    expect(logged()).toContain('second_opinion')
    expect(logged()).not.toContain('gizli')
  })

  it('says that there is none where no mention is at hand', async () => {
    const { asked, server } = await setup(negativeIf('x'))
    expect(await asked.ask(async () => [], never)).toEqual({ kind: 'absent', absent: 'no_mentions' })
    expect(server.requests).toHaveLength(0)
  })

  it('needs nobody for what was read ahead', async () => {
    const { asked, server, registry } = await setup(negativeIf('rezalet'))
    asked.prepare('kuzey', async () => textsOf('rezalet', 'iyi'))
    const texts = registry.getSingleMetric('nabiz_scoring_second_opinion_texts_total')
    await expect.poll(async () => (await texts?.get())?.values[0]?.value).toBe(2)
    server.answerWith(silent)
    const answer = await asked.ask(async () => textsOf('iyi', 'rezalet'), never)
    expect(answer).toMatchObject({ results: [{ label: 'neutral' }, { label: 'negative' }] })
  })

  it('rejects when the caller gives up, and closes while something is read ahead', async () => {
    const { asked } = await setup(silent)
    const stopping = new AbortController()
    const answer = asked.ask(async () => textsOf('a'), stopping.signal)
    stopping.abort(new Error('stopped'))
    await expect(answer).rejects.toThrow('stopped')
    asked.prepare('kuzey', async () => textsOf('b'))
    await asked.close()
  })
})

interface SecondOpinionFields {
  engine?: string
  http?: object
  onnx?: object
  timeoutSeconds?: number
}

async function setup(answer: Answer, config: SecondOpinionFields = {}, elapsed?: () => number) {
  const server = await aSentimentServer(answer)
  const http = { url: server.url, model: 'berturk@3', ...config.http }
  const registry = createRegistry()
  const lines: string[] = []
  const outgoing = createOutgoing({ allowHosts: ['127.0.0.1'] })
  onTestFinished(() => outgoing.close())
  const engine = await createSecondOpinionEngine({
    config: withEnvironment({}, () =>
      sentimentConfig.parse({ secondOpinion: { engine: 'http', ...config, http } }),
    ),
    outgoing,
    registry,
    logger: createLogger({
      service: 'test',
      level: 'trace',
      destination: { write: (line) => void lines.push(line) },
    }),
  })
  if (!engine) throw new Error('no engine')
  const outcomes: string[] = []
  const telemetry = { opinion: (outcome: string) => void outcomes.push(outcome) }
  const asked = createAskOpinion({ ...engine, telemetry, ...(elapsed ? { elapsed } : {}) })
  onTestFinished(() => asked.close())
  return { asked, server, registry, outcomes, logged: () => lines.join('') }
}

function textsOf(...texts: string[]): SampledText<number>[] {
  return texts.map((text, mention) => ({ text, languageHint: 'tr', mention }))
}
