import { createHash } from 'node:crypto'
import { DependencyError } from '@nabiz/shared/errors'
import type { Outgoing } from '@nabiz/shared/http'
import {
  BrokenCircuitError,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleWhen,
  retry,
  wrap,
} from 'cockatiel'
import type { SentimentResult } from '../sentiment-engine.ts'
import type { SlowEngine, TextToJudge } from '../slow-engine.ts'
import type { HttpEngineConfig } from './config.ts'
import type { CustomEngineTelemetry } from './engine-telemetry.ts'
import { type HttpResult, readAnswer, requestBody } from './http-protocol.ts'
import { inParallel } from './in-parallel.ts'
import { measuredConfusion } from './measured-confusion.ts'

export interface HttpEngineOptions {
  config: HttpEngineConfig
  outgoing: Pick<Outgoing, 'request'>
  telemetry: CustomEngineTelemetry
  /** Names a text's language where the server does not. */
  identifyLanguage(text: string, hint: string | undefined): string
}

/** First and longest pause before a request is tried again, ms. */
const firstPauseMs = 100
const longestPauseMs = 1_000

/**
 * An engine behind HTTP: batches, each with a timeout and bounded retries; a server that fails again and again is left
 * alone for a while. Faults are retryable DependencyErrors, also those a person must mend: mentions go on meanwhile.
 */
export function createHttpEngine(options: HttpEngineOptions): SlowEngine {
  const { config, outgoing, telemetry, identifyLanguage } = options
  const id = `http/${config.model}#${hashOf(config)}`
  const breaker = circuitBreaker(
    handleWhen((err) => err instanceof DependencyError),
    { halfOpenAfter: config.openSeconds * 1_000, breaker: new ConsecutiveBreaker(config.openAfterFailures) },
  )
  breaker.onStateChange((state) => telemetry.circuit(state === CircuitState.Open))
  const again = retry(
    handleWhen((err) => err instanceof DependencyError && err.retryable),
    {
      maxAttempts: config.retries,
      backoff: new ExponentialBackoff({ initialDelay: firstPauseMs, maxDelay: longestPauseMs }),
    },
  )
  // Each try counts for the breaker; an open one ends the retries at once.
  const policy = wrap(again, breaker)

  async function ask(texts: readonly TextToJudge[], signal: AbortSignal): Promise<readonly HttpResult[]> {
    const response = await outgoing.request({
      method: 'POST',
      url: config.url,
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        ...(config.token === undefined ? {} : { authorization: `Bearer ${config.token.reveal()}` }),
      },
      body: requestBody(config.model, texts, config.maxTextLength),
      timeoutMs: config.timeoutMs,
      signal,
    })
    if (response.status !== 200) throw fault(`status ${response.status}`, isTransient(response.status))
    const results = readAnswer(response.body, config.model, texts.length)
    if (typeof results === 'string') throw fault(results, false)
    return results
  }

  async function judgeOne(texts: readonly TextToJudge[], signal: AbortSignal): Promise<SentimentResult[]> {
    const startedAt = performance.now()
    try {
      const results = await policy.execute(({ signal: each }) => ask(texts, each), signal)
      telemetry.asked('ok', (performance.now() - startedAt) / 1_000)
      return results.map((result, index) => resultOf(result, texts[index] as TextToJudge))
    } catch (err) {
      telemetry.asked(outcomeOf(err), (performance.now() - startedAt) / 1_000)
      if (err instanceof BrokenCircuitError) throw fault('left alone after failures', true)
      // Whatever was wrong, the same mentions may be judged once a person has mended it.
      if (err instanceof DependencyError && !err.retryable)
        throw new DependencyError(err.code, err.message, { retryable: true, cause: err })
      throw err
    }
  }

  function resultOf({ label, score, confidence, language }: HttpResult, asked: TextToJudge): SentimentResult {
    return {
      label,
      score,
      confidence: confidence ?? Math.abs(score),
      language: language ?? identifyLanguage(asked.text, asked.languageHint),
      engine: id,
    }
  }

  return {
    id,
    confusion: measuredConfusion(config.confusion),
    judge: (texts, signal) =>
      inParallel(texts, config.batchSize, config.concurrency, (batch) => judgeOne(batch, signal)),
    close: async () => undefined,
  }
}

/** What decides the figures beside the model's name. */
function hashOf({ maxTextLength, confusion }: HttpEngineConfig): string {
  const content = JSON.stringify([
    maxTextLength,
    Object.entries(confusion).sort(([a], [b]) => (a < b ? -1 : 1)),
  ])
  return createHash('sha256').update(content).digest('hex').slice(0, 12)
}

function isTransient(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || status >= 500
}

function fault(what: string, retryable: boolean): DependencyError {
  return new DependencyError('sentiment_engine', `sentiment.http: ${what}`, { retryable })
}

function outcomeOf(err: unknown): 'open_circuit' | 'timeout' | 'refused' | 'failed' {
  if (err instanceof BrokenCircuitError) return 'open_circuit'
  if (!(err instanceof DependencyError)) return 'failed'
  if (err.code === 'http_timeout') return 'timeout'
  return err.retryable ? 'failed' : 'refused'
}
