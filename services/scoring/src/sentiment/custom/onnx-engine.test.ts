import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConfigError } from '@nabiz/shared/errors'
import { describe, expect, it, onTestFinished } from 'vitest'
import { aTinyModelFolder } from '../../../tests/fakes/tiny-model.ts'
import type { CustomEngineTelemetry } from './engine-telemetry.ts'
import { onnxEngineConfig } from './onnx-config.ts'
import { createOnnxEngine } from './onnx-engine.ts'

const never = new AbortController().signal

describe('createOnnxEngine', () => {
  it('tokenizes, runs the model and turns its logits into label, score and confidence', async () => {
    const engine = await open(await aTinyModelFolder())
    const [bad, good, plain] = await engine.judge(textsOf('Tam bir REZALET!', 'harika', 'kargo'), never)
    // [CLS] + two unknown words + rezalet + an unknown sign: logits 4, 1.6, 0.
    const total = Math.exp(4) + Math.exp(1.6) + 1
    expect(bad).toMatchObject({ label: 'negative', language: 'tr', engine: engine.id })
    expect(bad?.confidence).toBeCloseTo(Math.exp(4) / total, 5)
    expect(bad?.score).toBeCloseTo((1 - Math.exp(4)) / total, 5)
    expect(good?.label).toBe('positive')
    expect(plain?.label).toBe('neutral')
  })

  it('splits words into the pieces the tokenizer knows', async () => {
    const engine = await open(await aTinyModelFolder())
    const [one, other] = await engine.judge(textsOf('rezalet', 'rezaletler'), never)
    expect(other?.confidence).toBeGreaterThan(one?.confidence ?? 1)
  })

  it('judges a text alike alone and in any batch, whatever pads the row', async () => {
    const folder = await aTinyModelFolder()
    const texts = textsOf('rezalet', 'harika '.repeat(30), '', 'kargo harika', 'rezalet')
    const all = await (await open(folder, { batchSize: 5 })).judge(texts, never)
    const alone = await (await open(folder, { batchSize: 1 })).judge(texts, never)
    expect(all.map(({ label }) => label)).toEqual(alone.map(({ label }) => label))
    all.forEach((result, index) => {
      expect(result.score).toBeCloseTo(alone[index]?.score ?? 9, 5)
    })
  })

  it.each([
    ['0 characters', ''],
    ['100,000 characters', 'rezalet '.repeat(12_500)],
    ['NUL and half a character', 'rezalet \0\ud800'],
    ['right to left and CJK', 'سيء 很糟糕'],
    ['emoji alone', '😡😡'],
  ])('judges %s', async (_what, text) => {
    const [result] = await (await open(await aTinyModelFolder())).judge(textsOf(text), never)
    expect(result?.label).toBe(text.includes('rezalet') ? 'negative' : 'neutral')
  })

  it('takes labels by their names or by the config’s word, two as well as three', async () => {
    const named = await open(await aTinyModelFolder({ labels: ['Positive', 'NEUTRAL', 'olumsuz'] }))
    expect((await named.judge(textsOf('rezalet'), never))[0]?.label).toBe('positive')
    const labels = { a: 'negative', b: 'negative', c: 'positive' }
    const told = await open(await aTinyModelFolder({ labels: ['a', 'b', 'c'] }), { labels })
    expect((await told.judge(textsOf('kargo'), never))[0]?.label).toBe('negative')
    await expect(open(await aTinyModelFolder({ labels: ['a', 'b', 'c'] }))).rejects.toThrow(
      'sentiment.onnx.labels',
    )
  })

  it('has an id by content: another weight, temperature or length is another engine', async () => {
    const folder = await aTinyModelFolder()
    const ids = [(await open(folder)).id, (await open(folder)).id]
    ids.push((await open(folder, { temperature: 2 })).id, (await open(folder, { maxTokens: 16 })).id)
    ids.push((await open(await aTinyModelFolder({ hasMask: false }))).id)
    expect(ids[0]).toBe(ids[1])
    expect(new Set(ids).size).toBe(4)
  })

  it('names every file that is missing, at once', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'nabiz-onnx-'))
    onTestFinished(() => rm(folder, { recursive: true, force: true }))
    const fault = await open(folder).catch((err: unknown) => err)
    expect(fault).toBeInstanceOf(ConfigError)
    for (const name of ['model.onnx', 'tokenizer.json', 'tokenizer_config.json', 'config.json'])
      expect(String(fault)).toContain(name)
  })

  it.each([
    ['model.onnx', 'ONNX Runtime'],
    ['tokenizer.json', 'as Hugging Face wrote it'],
    ['config.json', 'as Hugging Face wrote it'],
  ])('refuses a %s that is cut short, and says what was expected', async (name, expected) => {
    const folder = await aTinyModelFolder()
    const bytes = await readFile(join(folder, name))
    await writeFile(join(folder, name), bytes.subarray(0, bytes.length / 2))
    await expect(open(folder)).rejects.toThrow(expected)
  })
})

function textsOf(...texts: string[]) {
  return texts.map((text) => ({ text, languageHint: 'tr' }))
}

async function open(folder: string, config: object = {}) {
  const telemetry: CustomEngineTelemetry = {
    asked: () => undefined,
    circuit: () => undefined,
    judged: () => undefined,
    engineAway: () => undefined,
  }
  const engine = await createOnnxEngine({
    config: onnxEngineConfig.parse({ folder, ...config }),
    telemetry,
    identifyLanguage: (_text, hint) => hint ?? 'und',
  })
  onTestFinished(() => engine.close())
  return engine
}
