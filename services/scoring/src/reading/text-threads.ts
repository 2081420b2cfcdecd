import { messageOf } from '@nabiz/shared/errors'
import type { Logger } from '@nabiz/shared/logging'
import { counter, type Registry } from '@nabiz/shared/metrics'
import { Tinypool } from 'tinypool'
import { type PackedReadings, unpackReadings } from './packed-readings.ts'
import type { PlainReading } from './read-text.ts'
import type { TextsToRead } from './read-texts.ts'

/** Texts below which a thread takes longer to be asked than to read. */
const fewestTexts = 64

/** Nobody waits longer for a thread, ms: a thousand texts take it some ten. */
const patienceMs = 30_000

export interface TextThreadsOptions {
  /** How many; 0: none, and nothing is read ahead. */
  threads: number
  registry: Registry
  logger: Logger
  /** Module that a thread runs; the one beside this unless given. */
  worker?: URL
}

/**
 * Threads that read texts before the thread that counts comes to them. What they say is what that thread would find by
 * itself, so that nothing depends on them but time.
 */
export interface TextThreads {
  /** Starts them; done once they can read. The first large batch does it otherwise, so that whoever has none goes without. */
  start(): Promise<void>
  /**
   * Readings in order; undefined where the texts are few, the threads are not there yet, the engine is none of this build
   * or a thread failed: then whoever asks reads by himself. Does not reject.
   */
  read(texts: TextsToRead): Promise<readonly PlainReading[] | undefined>
  stop(): Promise<void>
}

/** Makes the threads' keeper; none runs yet. */
export function createTextThreads(options: TextThreadsOptions): TextThreads {
  const { threads, registry, logger, worker = new URL('./read-worker.mjs', import.meta.url) } = options
  const read = counter(registry, 'nabiz_scoring_texts_read_ahead_total', 'Texts read on other threads')
  const failures = counter(
    registry,
    'nabiz_scoring_text_thread_failures_total',
    'Batches of texts that another thread did not read; they were read on the main one',
  )
  let pool: Tinypool | undefined
  let starting: Promise<void> | undefined
  /** What they can judge by, once they run. */
  let engines: ReadonlySet<string> = new Set()

  async function startPool(): Promise<void> {
    const started = new Tinypool({
      filename: worker.href,
      name: 'readTexts',
      minThreads: threads,
      maxThreads: threads,
    })
    pool = started
    // Without a listener a thread that fails would end the process.
    started.on('error', (err) => logger.error({ err: messageOf(err) }, 'a thread that reads texts failed'))
    try {
      engines = new Set(await (started.run(undefined, { name: 'engineIds' }) as Promise<string[]>))
    } catch (err) {
      // Ended meanwhile, it rejects what was asked of it.
      if (pool !== started) return
      pool = undefined
      logger.error({ err: messageOf(err) }, 'no thread reads texts ahead: the main one reads them all')
      await started.destroy()
    }
  }

  function start(): Promise<void> {
    starting ??= threads === 0 ? Promise.resolve() : startPool()
    return starting
  }

  return {
    start,
    async read(texts) {
      if (texts.texts.length < fewestTexts) return undefined
      void start()
      if (!pool || !engines.has(texts.engine)) return undefined
      try {
        const packed: PackedReadings = await pool.run(texts, { signal: AbortSignal.timeout(patienceMs) })
        read.inc(texts.texts.length)
        return unpackReadings(packed)
      } catch (err) {
        failures.inc()
        logger.error({ err: messageOf(err), texts: texts.texts.length }, 'texts were not read ahead')
        return undefined
      }
    },
    async stop() {
      starting = Promise.resolve()
      const stopped = pool
      pool = undefined
      await stopped?.destroy()
    },
  }
}
