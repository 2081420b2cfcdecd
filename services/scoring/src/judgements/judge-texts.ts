import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { SentimentEngine, SentimentResult } from '../sentiment/sentiment-engine.ts'
import type { SlowEngine, TextToJudge } from '../sentiment/slow-engine.ts'

export interface JudgeTextsOptions {
  engine: SlowEngine
  /** Judges while the slow engine cannot; undefined: the fault is thrown and the caller waits. */
  fallback: SentimentEngine | undefined
  /** Texts whose results are remembered; a storm is the same few texts many times. */
  rememberedTexts: number
  telemetry: JudgeTextsTelemetry
}

export interface JudgeTextsTelemetry {
  /** Texts that got a result, by where it came from. */
  judged(source: 'engine' | 'memory' | 'fallback', texts: number): void
  /** The engine could not judge a batch; undefined: it can again. */
  engineAway(err: unknown): void
}

export type JudgeTexts = (
  texts: readonly TextToJudge[],
  signal: AbortSignal,
) => Promise<readonly SentimentResult[]>

/** Judges each distinct text once: from memory, by the engine, or by what stands in for it. */
export function createJudgeTexts(options: JudgeTextsOptions): JudgeTexts {
  const { engine, fallback, telemetry } = options
  const memory = new LRUCache<string, SentimentResult>({ max: options.rememberedTexts })

  async function ask(
    texts: readonly TextToJudge[],
    signal: AbortSignal,
  ): Promise<readonly SentimentResult[]> {
    try {
      const results = await engine.judge(texts, signal)
      telemetry.engineAway(undefined)
      telemetry.judged('engine', texts.length)
      return results
    } catch (err) {
      if (signal.aborted) throw err
      telemetry.engineAway(err)
      if (fallback === undefined) throw err
      telemetry.judged('fallback', texts.length)
      return texts.map(({ text, languageHint }) => fallback.score(text, languageHint))
    }
  }

  return async function judgeTexts(texts, signal) {
    const keys = texts.map(keyOf)
    const found = new Map<string, SentimentResult>()
    const asked = new Map<string, TextToJudge>()
    texts.forEach((text, index) => {
      const key = keys[index] ?? ''
      const known = memory.get(key)
      if (known) found.set(key, known)
      else asked.set(key, text)
    })
    if (found.size > 0) telemetry.judged('memory', keys.filter((key) => found.has(key)).length)
    if (asked.size > 0) {
      const results = await ask([...asked.values()], signal)
      ;[...asked.keys()].forEach((key, index) => {
        const result = results[index]
        if (!result)
          throw new RangeError(`results of ${engine.id}: ${results.length} for ${asked.size} texts`)
        found.set(key, result)
        // What stood in for the engine must not outlive its absence.
        if (result.engine === engine.id) memory.set(key, result)
      })
    }
    return keys.map((key) => {
      const result = found.get(key)
      if (!result) throw new RangeError(`no result for a text of ${engine.id}`)
      return result
    })
  }
}

/** A hash, so that no text stays in memory. */
function keyOf({ text, languageHint }: TextToJudge): string {
  return createHash('sha256')
    .update(`${languageHint ?? ''}\n`)
    .update(text)
    .digest('base64')
}
