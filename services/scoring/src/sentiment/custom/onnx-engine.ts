import type { SentimentLabel } from '@nabiz/shared/contracts'
import { ConfigError, DependencyError, messageOf } from '@nabiz/shared/errors'
import type { SentimentResult } from '../sentiment-engine.ts'
import type { SlowEngine, TextToJudge } from '../slow-engine.ts'
import type { CustomEngineTelemetry } from './engine-telemetry.ts'
import { measuredConfusion } from './measured-confusion.ts'
import type { OnnxEngineConfig } from './onnx-config.ts'
import { type OnnxFolder, readOnnxFolder } from './onnx-folder.ts'
import { loadOnnxRuntime, type OnnxRuntime, type OnnxSession } from './onnx-runtime.ts'

export interface OnnxEngineOptions {
  config: OnnxEngineConfig
  telemetry: CustomEngineTelemetry
  identifyLanguage(text: string, hint: string | undefined): string
}

/** Characters handed to the tokenizer for each token that is read: more could not fill them. */
const charactersPerToken = 40

/**
 * A text classifier that was exported to ONNX. Batches of equal width, one after the other: the runtime has threads of
 * its own. ConfigError for a folder that holds no such model, or where no runtime is installed.
 */
export async function createOnnxEngine(options: OnnxEngineOptions): Promise<SlowEngine> {
  const { config, telemetry, identifyLanguage } = options
  const folder = await readOnnxFolder(config)
  const { runtime } = await loadOnnxRuntime()
  const session = await openSession(runtime, folder, config)
  const id = `onnx/${folder.hash}`

  async function pass(texts: readonly TextToJudge[]): Promise<SentimentResult[]> {
    const startedAt = performance.now()
    try {
      const logits = await run(session, runtime, folder, texts)
      telemetry.asked('ok', (performance.now() - startedAt) / 1_000)
      return texts.map(({ text, languageHint }, index) => ({
        ...resultOf(logits[index] ?? [], folder.labels, config.temperature),
        language: identifyLanguage(text, languageHint),
        engine: id,
      }))
    } catch (err) {
      telemetry.asked('failed', (performance.now() - startedAt) / 1_000)
      throw new DependencyError('sentiment_engine', `sentiment.onnx: ${messageOf(err).slice(0, 200)}`, {
        retryable: true,
        cause: err,
      })
    }
  }

  return {
    id,
    confusion: measuredConfusion(config.confusion),
    async judge(texts, signal) {
      const results: SentimentResult[] = []
      for (let from = 0; from < texts.length; from += config.batchSize) {
        signal.throwIfAborted()
        results.push(...(await pass(texts.slice(from, from + config.batchSize))))
      }
      return results
    },
    close: () => session.release(),
  }
}

async function openSession(
  runtime: OnnxRuntime,
  { model, labels }: OnnxFolder,
  { modelFile, threads }: OnnxEngineConfig,
): Promise<OnnxSession> {
  const path = `sentiment.onnx.folder: ${modelFile}`
  const options = threads === 0 ? {} : { intraOpNumThreads: threads }
  let session: OnnxSession
  try {
    session = await runtime.InferenceSession.create(model, options)
  } catch (err) {
    throw new ConfigError('sentiment.onnx', [
      { path, found: messageOf(err).slice(0, 200), expected: 'a model that ONNX Runtime 1.30 can load' },
    ])
  }
  const known = ['input_ids', 'attention_mask', 'token_type_ids']
  const others = session.inputNames.filter((name) => !known.includes(name))
  if (others.length === 0 && session.inputNames.includes('input_ids') && labels.length > 1) return session
  throw new ConfigError('sentiment.onnx', [
    {
      path,
      found: `inputs ${session.inputNames.join(', ')}`.slice(0, 200),
      expected: `a text classifier with the input input_ids and no others than ${known.join(', ')}`,
    },
  ])
}

/** A row of logits for each text. */
async function run(
  session: OnnxSession,
  runtime: OnnxRuntime,
  { tokenizer, padId, maxTokens, labels }: OnnxFolder,
  texts: readonly TextToJudge[],
): Promise<number[][]> {
  const rows = texts.map(({ text }) => {
    const ids: readonly number[] = tokenizer.encode(text.slice(0, maxTokens * charactersPerToken)).ids
    // The last token closes the text, wherever it was cut.
    return ids.length > maxTokens ? [...ids.slice(0, maxTokens - 1), ids.at(-1) ?? padId] : [...ids]
  })
  const width = Math.max(1, ...rows.map((row) => row.length))
  const size = rows.length * width
  const ids = new BigInt64Array(size).fill(BigInt(padId))
  const mask = new BigInt64Array(size)
  rows.forEach((row, at) => {
    row.forEach((token, index) => {
      ids[at * width + index] = BigInt(token)
      mask[at * width + index] = 1n
    })
  })
  const content: Record<string, BigInt64Array> = {
    input_ids: ids,
    attention_mask: mask,
    token_type_ids: new BigInt64Array(size),
  }
  const feeds = Object.fromEntries(
    session.inputNames.map((name) => [
      name,
      new runtime.Tensor('int64', content[name] ?? ids, [rows.length, width]),
    ]),
  )
  const outputs = await session.run(feeds)
  const output = outputs.logits ?? outputs[session.outputNames[0] ?? '']
  if (!output || output.data.length !== rows.length * labels.length)
    throw new RangeError(
      `${output?.data.length ?? 0} logits for ${rows.length} texts of ${labels.length} labels`,
    )
  return rows.map((_row, at) =>
    labels.map((_label, index) => {
      const logit = Number(output.data[at * labels.length + index])
      if (!Number.isFinite(logit)) throw new RangeError('a logit that is no number')
      return logit
    }),
  )
}

/** Softmax of the logits over the temperature; the likeliest label, the first of equals. */
function resultOf(
  logits: readonly number[],
  labels: readonly SentimentLabel[],
  temperature: number,
): Pick<SentimentResult, 'label' | 'score' | 'confidence'> {
  const most = Math.max(...logits)
  const weights = logits.map((logit) => Math.exp((logit - most) / temperature))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const shares: Record<SentimentLabel, number> = { negative: 0, neutral: 0, positive: 0 }
  labels.forEach((label, index) => {
    shares[label] += (weights[index] ?? 0) / total
  })
  const [label, confidence] = (Object.entries(shares) as [SentimentLabel, number][]).reduce((best, each) =>
    each[1] > best[1] ? each : best,
  )
  const within = (value: number) => Math.min(1, Math.max(-1, value))
  return { label, score: within(shares.positive - shares.negative), confidence: within(confidence) }
}
