import { DependencyError } from '@nabiz/shared/errors'
import { createHttpServer, type FastifyInstance, listening, type Outgoing, portOf } from '@nabiz/shared/http'
import type { Log, Subscription } from '@nabiz/shared/log'
import type { Logger } from '@nabiz/shared/logging'
import type { Registry } from '@nabiz/shared/metrics'
import { createReachability, Lifecycle, type Part, type Progress } from '@nabiz/shared/pipeline'
import type { Store } from '@nabiz/shared/store'
import { type Clock, second } from '@nabiz/shared/time'
import { type Beat, createBeat } from './beat/beat.ts'
import { rememberInstallation, rememberProbePage } from './beat/earn-beat.ts'
import { createChannelSet } from './channel-set.ts'
import type { Channel, ChannelContext, Notice } from './channels/index.ts'
import type { AlertingConfig } from './config.ts'
import { createSender } from './deliveries/sender.ts'
import { createSenderLeases } from './deliveries/sender-lease.ts'
import { createWake } from './deliveries/wake.ts'
import { probeChannel } from './escalation/plan-of.ts'
import { createAckLink } from './http/ack-link.ts'
import { addRoutes } from './http/routes.ts'
import type { Incident } from './incidents/incident.ts'
import { createIncidentReader } from './incidents/incident-reader.ts'
import type { PartitionOwner } from './partition/partition-owner.ts'
import { createPipeline } from './pipeline.ts'
import type { ConfigSource } from './ports.ts'
import { createSettings } from './settings.ts'
import { createTelemetry } from './telemetry.ts'

export interface AlertingOptions {
  config: AlertingConfig
  log: Log
  store: Store
  /** Alerting alone waits for people, so it alone reads a clock to decide anything. */
  clock: Clock
  /** Brands, thresholds and plans; its owner starts and stops it. */
  view: ConfigSource
  logger: Logger
  registry: Registry
  /** In [0, 1); spreads retries. */
  random: () => number
  /** Stable name of this member. */
  instance: string
  build: string
  outgoing: Outgoing
  terminal: ChannelContext['terminal']
  /** What reaches `record` channels and the probe's recording channel. */
  onRecord?: (channel: string, notice: Notice) => void
  /** Channels beside the configured ones (replay, demonstration, tests). */
  extraChannels?: readonly Channel[]
  /** Told how far each partition's effects are written; a replay goes step by step with it. */
  progress?: Progress
  /** How long one try of a delivery may take, ms of the machine's clock; default 20 s. */
  tryTimeoutMs?: number
  /** False leaves out the HTTP server (replay, bench). */
  serveHttp?: boolean
}

/** The alerting service, built and not yet started. */
export interface Alerting {
  start(): Promise<void>
  stop(): Promise<void>
  port(): number
  notReady(): string[]
  /** Incidents this member holds in memory, probes included. */
  incidents(): Incident[]
  /** Resolves when nothing is due by alerting's clock: no timer, no delivery; for runs that go step by step. */
  idle(): Promise<void>
  /** Why the last beat was withheld or did not arrive; undefined when none is configured. */
  beatFaults(): readonly string[] | undefined
  /** Adds alerting's routes to a server of the caller's. */
  routes(app: FastifyInstance): void
}

/** Builds the service; nothing happens before `start`. */
export function createAlerting(options: AlertingOptions): Alerting {
  const { config, log, store, clock, logger, registry, random, instance, outgoing } = options
  const telemetry = createTelemetry(registry, logger)
  const channels = createChannelSet(config.channels, options.extraChannels ?? [], {
    outgoing,
    now: () => clock.now(),
    terminal: options.terminal,
    ...(options.onRecord ? { onRecord: options.onRecord } : {}),
  })
  const personal = [...channels.keys()].filter((id) => id !== probeChannel)
  const settings = createSettings(options.view, personal)
  const owners = new Map<number, PartitionOwner>()
  const states = store.partitions('alerting')
  const wake = createWake(clock)
  const leases = createSenderLeases(store, clock, instance, (err) => telemetry.waiting('lease', err))
  const stopping = new AbortController()
  const givingUp = new AbortController()
  let subscription: Subscription | undefined

  const reachability = createReachability({
    clock,
    async look() {
      await log.topicId('breaches')
      await store.get('health')
    },
    onLost: (reason) => logger.error({ reason }, 'the log or the store does not answer'),
  })

  const ownTelemetry = {
    ...telemetry,
    waiting(what: string, err: unknown) {
      reachability.waited()
      telemetry.waiting(what, err)
    },
  }

  // The sender and the reader may both find out; the second telling must not drop what the first brought back.
  function onLost(owner: PartitionOwner): void {
    if (owners.get(owner.partition) !== owner) return
    owners.delete(owner.partition)
    subscription?.reassign(owner.partition)
  }

  const sender = createSender({
    owners,
    channels,
    store,
    clock,
    random,
    tryTimeoutMs: options.tryTimeoutMs ?? 20 * second,
    leases,
    wake,
    telemetry: ownTelemetry,
    settings,
    ackUrl: createAckLink(config),
    onLost,
    async onDelivered(notice, delivery) {
      if (notice.probe && delivery.kind === 'page') await rememberProbePage(store, clock.now())
    },
  })

  const pipeline = createPipeline({
    owners,
    log,
    states,
    clock,
    settings,
    telemetry: ownTelemetry,
    member: instance,
    build: options.build,
    random,
    stopping: givingUp.signal,
    progress: options.progress,
    wake: () => wake.now(),
    drain: (partition) => sender.drain(partition),
    onLost,
    onDurable(partition, offset, hasMoved) {
      reachability.wrote()
      if (!hasMoved) return
      subscription?.commit(partition, offset).catch((err: unknown) => telemetry.waiting('group offset', err))
    },
  })

  function routes(app: FastifyInstance): void {
    addRoutes(app, {
      log,
      clock,
      reader: createIncidentReader(owners, states),
      settings,
      isKnownBrand: (brand) => options.view.brand(brand) !== undefined,
      ackSecret: config.ackSecret,
      readToken: config.readToken,
      adminToken: config.adminToken,
    })
  }

  function notReady(): string[] {
    if (!subscription) return ['starting']
    const stopped = [...subscription.stoppedPartitions()].map(
      ([partition, why]) => `partition ${partition} stopped: ${why}`,
    )
    return reachability.isReachable() ? stopped : [...stopped, 'the log or the store cannot be reached']
  }

  let beat: Beat | undefined
  if (config.beat) {
    const { url, method, everySeconds } = config.beat
    beat = createBeat({ store, clock, outgoing, telemetry, url, method, everyMs: everySeconds * second })
  }
  const server = options.serveHttp === false ? undefined : createHttpServer({ logger, registry, notReady })
  if (server) routes(server)

  const senderPart: Part & { running?: Promise<void> } = {
    name: 'sender',
    async start() {
      await rememberInstallation(store, clock.now()).catch(ignoreUnreachable)
      senderPart.running = sender.run(stopping.signal)
    },
    async stop() {
      stopping.abort()
      wake.now()
      await senderPart.running
    },
  }
  const consumerPart: Part = {
    name: 'consumer',
    async start() {
      subscription = await log.subscribe({
        group: 'alerting',
        topic: 'breaches',
        member: instance,
        handler: pipeline,
      })
    },
    async stop() {
      await subscription?.close()
      subscription = undefined
    },
  }
  const lifecycle = new Lifecycle([
    ...(server ? [listening(server, config)] : []),
    senderPart,
    consumerPart,
    // Who serves no HTTP is asked by nobody.
    ...(server ? [reachability] : []),
    ...(beat ? [beat] : []),
  ])

  return {
    routes,
    notReady,
    port: () => portOf(server),
    incidents: () => [...owners.values()].flatMap((owner) => [...owner.state.incidents.values()]),
    async idle() {
      while (!sender.isIdle()) {
        wake.now()
        await new Promise((resolve) => setTimeout(resolve, 1))
      }
    },
    beatFaults: () => beat?.faults(),
    async start() {
      await lifecycle.start()
      logger.info({ port: portOf(server), channels: personal }, 'alerting started')
    },
    async stop() {
      givingUp.abort()
      await lifecycle.stop()
      logger.info('alerting stopped')
    },
  }
}

/** The store may be down at the start; what is remembered there can wait for the first beat. */
function ignoreUnreachable(err: unknown): void {
  if (!(err instanceof DependencyError && err.retryable)) throw err
}
