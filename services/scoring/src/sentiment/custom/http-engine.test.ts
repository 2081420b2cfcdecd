import { setTimeout as sleep } from 'node:timers/promises'
import { withEnvironment } from '@nabiz/shared/config'
import { DependencyError } from '@nabiz/shared/errors'
import { createOutgoing } from '@nabiz/shared/http'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type Answer, aSentimentServer, negativeIf } from '../../../tests/fakes/sentiment-server.ts'
import { httpEngineConfig } from './config.ts'
import type { CustomEngineTelemetry } from './engine-telemetry.ts'
import { createHttpEngine } from './http-engine.ts'

const never = new AbortController().signal

describe('createHttpEngine', () => {
  it('judges texts in batches and gives the results in the order asked', async () => {
    const { engine, server } = await setup(negativeIf('rezalet'), { batchSize: 2, concurrency: 3 })
    const results = await engine.judge(textsOf('a', 'rezalet', 'b', 'c', 'tam rezalet'), never)
    expect(results.map((result) => result.label)).toEqual([
      'neutral',
      'negative',
      'neutral',
      'neutral',
      'negative',
    ])
    expect(results[1]).toMatchObject({ score: -0.9, confidence: 0.9, engine: engine.id, language: 'tr' })
    expect(server.requests.map((asked) => asked.texts.length).sort()).toEqual([1, 2, 2])
  })

  it('names the model, sends the token, passes the hint on and cuts what is too long', async () => {
    const { engine, server } = await setup(negativeIf('x'), { maxTextLength: 16, token: { env: 'TOKEN' } })
    await engine.judge([{ text: `${'ş'.repeat(15)}😀`, languageHint: 'tr' }], never)
    const [asked] = server.requests
    expect(asked?.model).toBe('berturk@3')
    expect(asked?.headers.authorization).toBe('Bearer swordfish')
    expect(asked?.texts).toEqual([{ text: `${'ş'.repeat(15)}\ufffd`, language: 'tr' }])
  })

  it.each([
    ['no text', ''],
    ['NUL and half a character', 'a\0\ud800b'],
    ['right to left', 'سيء جدا'],
    ['100,000 characters', 'kötü '.repeat(20_000)],
  ])('judges %s', async (_what, text) => {
    const { engine } = await setup(negativeIf('kötü'))
    const [result] = await engine.judge([{ text, languageHint: undefined }], never)
    expect(result?.label).toBe(text.includes('kötü') ? 'negative' : 'neutral')
  })

  it('asks again after a failure that may pass, and no more often than it may', async () => {
    let failures = 1
    const { engine, server } = await setup((asked, response) => {
      if (failures-- <= 0) return negativeIf('x')(asked, response)
      response.writeHead(503).end()
      return undefined
    })
    expect(await engine.judge(textsOf('a'), never)).toHaveLength(1)
    expect(server.requests).toHaveLength(2)
    failures = 9
    await expect(engine.judge(textsOf('b'), never)).rejects.toMatchObject({ code: 'sentiment_engine' })
    expect(server.requests).toHaveLength(5)
  })

  it.each<[string, Answer]>([
    ['another model', (_asked, response) => json(response, { model: 'other', results: [neutral] })],
    ['too few results', (_asked, response) => json(response, { model: 'berturk@3', results: [] })],
    ['no JSON', (_asked, response) => void response.end('<html>')],
    [
      'a score beyond 1',
      (_asked, response) => json(response, { model: 'berturk@3', results: [{ ...neutral, score: 7 }] }),
    ],
    ['status 401', (_asked, response) => void response.writeHead(401).end()],
    ['an answer of 5 MB', (_asked, response) => void response.end('x'.repeat(5_000_000))],
  ])(
    'refuses %s without asking twice, and says what was wrong and no word of the text',
    async (_what, answer) => {
      const { engine, server, outcomes } = await setup((asked, response) => {
        answer(asked, response)
        return undefined
      })
      const fault = await engine.judge(textsOf('secret words'), never).catch((err: unknown) => err)
      expect(fault).toBeInstanceOf(DependencyError)
      expect(String(fault)).not.toContain('secret')
      expect(server.requests.length).toBeLessThanOrEqual(_what.includes('5 MB') ? 3 : 1)
      expect(outcomes).not.toContain('ok')
    },
  )

  it('follows no redirect', async () => {
    const target = await aSentimentServer(negativeIf('x'))
    const { engine } = await setup((_asked, response) => {
      response.writeHead(307, { location: target.url }).end()
      return undefined
    })
    await expect(engine.judge(textsOf('a'), never)).rejects.toThrow('status 307')
    expect(target.requests).toEqual([])
  })

  it('gives up on an answer that does not come in time', async () => {
    const { engine, outcomes } = await setup(() => undefined, { timeoutMs: 60, retries: 0 })
    await expect(engine.judge(textsOf('a'), never)).rejects.toMatchObject({ code: 'http_timeout' })
    expect(outcomes).toEqual(['timeout'])
  })

  it('leaves a server alone that failed in a row, and asks it again after a while', async () => {
    const broken: Answer = (_asked, response) => void response.writeHead(500).end()
    const { engine, server, circuit } = await setup(broken, {
      retries: 0,
      openAfterFailures: 3,
      openSeconds: 0.1,
    })
    for (let turn = 0; turn < 3; turn += 1) await engine.judge(textsOf('a'), never).catch(() => undefined)
    await expect(engine.judge(textsOf('a'), never)).rejects.toThrow('left alone')
    expect(server.requests).toHaveLength(3)
    server.answerWith(negativeIf('a'))
    await sleep(150)
    expect((await engine.judge(textsOf('a'), never))[0]?.label).toBe('negative')
    expect(circuit).toEqual([true, false, false])
  })

  it('has another id when its model, its matrix or what it sends of a text is another', async () => {
    const confusion = {
      tr: [
        [8, 1, 1],
        [1, 8, 1],
        [1, 1, 8],
      ],
    }
    const ids = await Promise.all(
      [{}, { model: 'berturk@4' }, { confusion }, { maxTextLength: 99 }, { timeoutMs: 77 }].map(
        async (config) => (await setup(negativeIf('x'), config)).engine.id,
      ),
    )
    expect(new Set(ids).size).toBe(4)
    expect(ids[0]).toBe(ids[4])
    expect((await setup(negativeIf('x'), { confusion })).engine.confusion('tr')?.sensitivity).toBe(0.8)
  })
})

const neutral = { label: 'neutral', score: 0 }

function json(response: Parameters<Answer>[1], value: object): undefined {
  response.end(JSON.stringify(value))
}

function textsOf(...texts: string[]) {
  return texts.map((text) => ({ text, languageHint: 'tr' }))
}

async function setup(answer: Answer, config: object = {}) {
  const server = await aSentimentServer(answer)
  const outgoing = createOutgoing({ allowHosts: ['127.0.0.1'] })
  onTestFinished(() => outgoing.close())
  const outcomes: string[] = []
  const circuit: boolean[] = []
  const telemetry: CustomEngineTelemetry = {
    asked: (outcome) => outcomes.push(outcome),
    circuit: (isOpen) => circuit.push(isOpen),
    judged: () => undefined,
    engineAway: () => undefined,
  }
  const parsed = withEnvironment({ TOKEN: 'swordfish' }, () =>
    httpEngineConfig.parse({ url: server.url, model: 'berturk@3', ...config }),
  )
  const identifyLanguage = (_text: string, hint: string | undefined) => hint ?? 'und'
  const engine = createHttpEngine({ config: parsed, outgoing, telemetry, identifyLanguage })
  return { engine, server, outcomes, circuit }
}
