import { createHttpServer, listening, portOf } from '@nabiz/shared/http'
import type { Log, Subscription } from '@nabiz/shared/log'
import type { Logger } from '@nabiz/shared/logging'
import type { Registry } from '@nabiz/shared/metrics'
import { createReachability, Lifecycle, type Progress } from '@nabiz/shared/pipeline'
import type { Store } from '@nabiz/shared/store'
import { type Clock, second } from '@nabiz/shared/time'
import type { ScoringConfig } from './config.ts'
import { createEngine } from './engine/index.ts'
import { createPipeline } from './pipeline.ts'
import { createReadText } from './reading/read-text.ts'
import type { TextThreads } from './reading/text-threads.ts'
import { createAskOpinion, type SecondOpinionEngine } from './second-opinion/ask-opinion.ts'
import type { CustomEngine } from './sentiment/custom/create-custom-engines.ts'
import { createModelShelf, type ModelShelf } from './sentiment/model-shelf.ts'
import type { SentimentEngine } from './sentiment/sentiment-engine.ts'
import { createBreather } from './steps/breather.ts'
import { createDeadLetterGuard } from './steps/dead-letter-guard.ts'
import { createTelemetry } from './telemetry.ts'

export interface ScoringOptions {
  config: ScoringConfig
  log: Log
  store: Store
  clock: Clock
  logger: Logger
  registry: Registry
  random: () => number
  /** Stable name of this member. */
  instance: string
  build: string
  sentiment: SentimentEngine
  /** Further engines of this build, which the config may have put in force. */
  otherEngines?: readonly SentimentEngine[]
  /** Engines of somebody's own; the first is the default, and `sentiment` stands in for them while they are away. */
  custom?: readonly CustomEngine[]
  /** Another engine, which reads a sample of the mentions behind a breach. */
  secondOpinion?: SecondOpinionEngine | undefined
  /** Read the texts of large batches ahead; absent: the thread that counts reads them all. */
  textThreads?: TextThreads
  /** Records in a batch at most; a replay's results do not depend on it. */
  maxBatchRecords?: number
  /** Told how far each partition's effects are written; a replay goes step by step with it. */
  progress?: Progress
  /** False leaves out the HTTP server (replay, bench). */
  serveHttp?: boolean
}

/** The scoring service, built and not yet started. */
export interface Scoring {
  start(): Promise<void>
  stop(): Promise<void>
  port(): number
  notReady(): string[]
  /** The sentiment engines it has. */
  readonly models: Pick<ModelShelf, 'defaultId' | 'has'>
}

/** Builds the service; nothing happens before `start`. */
export function createScoring(options: ScoringOptions): Scoring {
  const { config, log, store, clock, logger, registry, sentiment } = options
  const telemetry = createTelemetry(registry, logger)
  const server =
    options.serveHttp === false
      ? undefined
      : createHttpServer({ logger, registry, notReady, live: () => true })
  let subscription: Subscription | undefined

  const reachability = createReachability({
    clock,
    async look() {
      await log.topicId('mentions')
      await store.get('health')
    },
    onLost: (reason) => logger.error({ reason }, 'the log or the store does not answer'),
  })

  const models = createModelShelf({
    builtIn: [sentiment, ...(options.otherEngines ?? [])],
    custom: options.custom ?? [],
  })
  const secondOpinion = options.secondOpinion && createAskOpinion({ ...options.secondOpinion, telemetry })

  const pipeline = createPipeline({
    log,
    store,
    states: store.partitions('scoring'),
    engine: createEngine({
      confusion: (language, id) => models.confusion(language, id),
      engineId: models.defaultId,
      build: options.build,
    }),
    models,
    secondOpinion,
    build: options.build,
    member: options.instance,
    readText: createReadText(models),
    textThreads: options.textThreads,
    clock,
    random: options.random,
    telemetry: {
      ...telemetry,
      waiting(what, err) {
        reachability.waited()
        telemetry.waiting(what, err)
      },
    },
    guard: createDeadLetterGuard(() => clock.now()),
    breathe: createBreather(),
    checkpointEveryMs: config.checkpointEverySeconds * second,
    checkpointEveryRecords: config.checkpointEveryRecords,
    acceptModelChangeFrom: config.acceptModelChangeFrom,
    progress: options.progress,
    reassign: (partition) => subscription?.reassign(partition),
    onDurable(partition, offset) {
      reachability.wrote()
      subscription?.commit(partition, offset).catch((err: unknown) => telemetry.waiting('group offset', err))
    },
  })

  function notReady(): string[] {
    if (!subscription) return ['starting']
    const stopped = [...subscription.stoppedPartitions()].map(
      ([partition, why]) => `partition ${partition} stopped: ${why}`,
    )
    return reachability.isReachable() ? stopped : [...stopped, 'the log or the store cannot be reached']
  }

  const lifecycle = new Lifecycle([
    ...(server ? [listening(server, config)] : []),
    // Stopped after the consumer, whose last batches are still judged.
    {
      name: 'sentiment engines',
      async stop() {
        await secondOpinion?.close()
        await models.close()
        await options.textThreads?.stop()
      },
    },
    {
      name: 'consumer',
      async start() {
        subscription = await log.subscribe({
          group: 'scoring',
          topic: 'mentions',
          member: options.instance,
          handler: pipeline,
          ...(options.maxBatchRecords === undefined ? {} : { maxBatchRecords: options.maxBatchRecords }),
        })
      },
      async stop() {
        await subscription?.close()
        subscription = undefined
      },
    },
    // Who serves no HTTP is asked by nobody.
    ...(server ? [reachability] : []),
  ])

  return {
    models,
    notReady,
    port: () => portOf(server),
    async start() {
      await lifecycle.start()
      logger.info({ port: portOf(server), engines: models.ids() }, 'scoring started')
    },
    async stop() {
      await lifecycle.stop()
      logger.info('scoring stopped')
    },
  }
}
