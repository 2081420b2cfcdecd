import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { aSentimentServer, failing, negativeIf } from '../../services/scoring/tests/fakes/sentiment-server.ts'
import { aTinyModelFolder } from '../../services/scoring/tests/fakes/tiny-model.ts'
import { runInProcess } from './cli/run-in-process.ts'

describe('nabiz sentiment --config', () => {
  it('judges by the server that the config names, and does not ask it about empty lines', async () => {
    const server = await aSentimentServer(negativeIf('rötar'))
    const { exitCode, answers } = await judged('yine rötar\n\nharika bir gün\n', {
      engine: 'http',
      http: { url: server.url, model: 'berturk@3' },
    })
    expect(exitCode).toBe(0)
    expect(answers.map(({ label }) => label)).toEqual(['negative', 'neutral', 'neutral'])
    expect(answers[0]).toMatchObject({ engine: expect.stringMatching(/^http\/berturk@3#/), score: -0.9 })
    expect(server.texts()).toBe(2)
  })

  it('judges by the model in this process that the config names', async () => {
    const folder = await aTinyModelFolder()
    const { answers } = await judged('tam rezalet\nharika\n', { engine: 'onnx', onnx: { folder } })
    expect(answers.map(({ label }) => label)).toEqual(['negative', 'positive'])
    expect(answers[0]?.engine).toMatch(/^onnx\//)
  })

  it('says who judged instead while the server is away, or ends where nobody may', async () => {
    const server = await aSentimentServer(failing)
    const http = { url: server.url, model: 'berturk@3', retries: 0 }
    const { answers } = await judged('rezalet\n', { engine: 'http', http })
    expect(answers[0]?.engine).not.toContain('http/')
    const waiting = await judged('rezalet\n', { engine: 'http', whileAway: 'wait', http })
    expect(waiting).toMatchObject({ exitCode: 3, answers: [], stderr: expect.stringContaining('503') })
    expect(waiting.stderr).not.toContain('rezalet')
  })

  it('judges by another engine at hand where one is named, and names those there are', async () => {
    const { answers } = await judged('rezalet\n', {}, 'lexicon@3')
    expect(answers[0]?.engine).toBe('lexicon@3')
    expect(await judged('rezalet\n', {}, 'lexicon@1')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/lexicon@1[\s\S]*lexicon@3/),
    })
  })
})

/** What `nabiz sentiment` answers to an input by a config with this `sentiment` section. */
async function judged(input: string, section: object, engine?: string) {
  const folder = await mkdtemp(join(tmpdir(), 'nabiz-sentiment-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const config = join(folder, 'nabiz.yaml')
  await writeFile(config, JSON.stringify({ sentiment: section, outgoing: { allowHosts: ['127.0.0.1'] } }))
  const named = engine === undefined ? [] : ['--engine', engine]
  const args = ['sentiment', '--config', config, '--language', 'tr', ...named]
  const { exitCode, stdout, stderr } = await runInProcess(args, {}, input)
  const answers = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { label: string; score: number; engine: string })
  return { exitCode, answers, stderr }
}
