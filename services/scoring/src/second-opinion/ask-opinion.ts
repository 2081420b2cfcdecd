import type { OpinionAbsence } from '@nabiz/shared/contracts'
import { DependencyError } from '@nabiz/shared/errors'
import { minute } from '@nabiz/shared/time'
import type { JudgeTexts } from '../judgements/judge-texts.ts'
import type { SentimentResult } from '../sentiment/sentiment-engine.ts'
import type { SlowEngine, TextToJudge } from '../sentiment/slow-engine.ts'

/** Another engine, and how it is asked. */
export interface SecondOpinionEngine {
  engine: SlowEngine
  judgeTexts: JudgeTexts
  /** Mentions of a sample at most. */
  sampleSize: number
  /** What pages wait for it at most, ms. */
  boundMs: number
}

export interface OpinionTelemetry {
  /** A breach got an opinion, or went without one. `seconds`: what it waited. */
  opinion(outcome: 'answered' | OpinionAbsence, seconds: number): void
}

export interface AskOpinionOptions extends SecondOpinionEngine {
  telemetry: OpinionTelemetry
  /** ms of a clock that never goes back. */
  elapsed?: () => number
}

/** A text, and what it is a part of. */
export interface SampledText<M> extends TextToJudge {
  mention: M
}

/** The texts of a sample that the engine read, and what it made of each. */
export type Answer<M> =
  | { kind: 'answered'; mentions: readonly M[]; results: readonly SentimentResult[] }
  | { kind: 'absent'; absent: OpinionAbsence }

/** The one door to the other engine: bounds what it costs those who wait for a page. */
export interface AskOpinion {
  readonly engine: SlowEngine
  readonly sampleSize: number
  /** Reads the texts and has them judged within the bound; never rejects but when `signal` is aborted. */
  ask<M>(read: ReadTexts<M>, signal: AbortSignal): Promise<Answer<M>>
  /** Has texts judged that may be asked about soon; nobody waits, and a failure is none. */
  prepare(name: string, read: ReadTexts<unknown>): void
  close(): Promise<void>
}

export type ReadTexts<M> = (signal: AbortSignal) => Promise<readonly SampledText<M>[]>

/** Preparations under way at once; more would only be in each other's way. */
const mostPrepared = 4

/**
 * All waiting for opinions in any minute, of whatever brands, is bounded: not each ask alone, or the page of the tenth
 * brand would wait for nine others'. What is asked at once waits at once and counts once.
 */
export function createAskOpinion(options: AskOpinionOptions): AskOpinion {
  const { engine, judgeTexts, sampleSize, boundMs, telemetry } = options
  const elapsed = options.elapsed ?? (() => performance.now())
  const closed = new AbortController()
  const preparing = new Map<string, Promise<void>>()
  /** Waits of the last minute that are over, and since when somebody waits now. */
  let waits: { from: number; to: number }[] = []
  let waitsSince = 0
  let waiting = 0

  function leftMs(now: number): number {
    waits = waits.filter(({ to }) => to > now - minute)
    const running = waiting === 0 ? 0 : now - waitsSince
    return boundMs - running - waits.reduce((sum, { from, to }) => sum + to - from, 0)
  }

  async function judge<M>(read: ReadTexts<M>, signal: AbortSignal): Promise<Answer<M>> {
    const texts = await read(signal)
    if (texts.length === 0) return { kind: 'absent', absent: 'no_mentions' }
    const results = await judgeTexts(texts, signal)
    return { kind: 'answered', mentions: texts.map(({ mention }) => mention), results }
  }

  async function ask<M>(read: ReadTexts<M>, signal: AbortSignal): Promise<Answer<M>> {
    const startedAt = elapsed()
    const left = leftMs(startedAt)
    if (left <= 0) {
      telemetry.opinion('busy', 0)
      return { kind: 'absent', absent: 'busy' }
    }
    if (waiting === 0) waitsSince = startedAt
    waiting += 1
    const timeout = AbortSignal.timeout(Math.ceil(left))
    const either = AbortSignal.any([signal, timeout])
    let answer: Answer<M>
    try {
      answer = await unlessAborted(judge(read, either), either)
    } catch (err) {
      signal.throwIfAborted()
      answer = { kind: 'absent', absent: timeout.aborted ? 'timeout' : absenceOf(err) }
    } finally {
      waiting -= 1
      if (waiting === 0) waits.push({ from: waitsSince, to: elapsed() })
    }
    const outcome = answer.kind === 'answered' ? 'answered' : answer.absent
    telemetry.opinion(outcome, (elapsed() - startedAt) / 1_000)
    return answer
  }

  return {
    engine,
    sampleSize,
    ask,
    prepare(name, read) {
      if (preparing.has(name) || preparing.size >= mostPrepared || closed.signal.aborted) return
      const prepared = judge(read, closed.signal)
        // What judged nothing has told its own metrics.
        .catch(() => undefined)
        .then(() => void preparing.delete(name))
      preparing.set(name, prepared)
    },
    async close() {
      closed.abort()
      await Promise.all(preparing.values())
      await engine.close()
    },
  }
}

/** Rejects as soon as the signal is aborted, whether or not the work heeds it. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted()
  let end = (): void => undefined
  const aborted = new Promise<never>((_resolve, reject) => {
    end = () => reject(signal.reason)
    signal.addEventListener('abort', end, { once: true })
  })
  try {
    return await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', end)
  }
}

function absenceOf(err: unknown): OpinionAbsence {
  if (!(err instanceof DependencyError)) return 'unavailable'
  if (err.code === 'http_timeout') return 'timeout'
  const { cause } = err
  return err.retryable && !(cause instanceof DependencyError && !cause.retryable) ? 'unavailable' : 'refused'
}
