import { type Alerting, createAlerting } from '@nabiz/alerting'
import { createIngest, type Ingest } from '@nabiz/ingest'
import {
  createBuiltInEngines,
  createCustomEngines,
  createScoring,
  createSecondOpinionEngine,
  createTextThreads,
  type Scoring,
} from '@nabiz/scoring'
import { type ConfigView, createConfigView, inPublishingTurn, publishConfig } from '@nabiz/shared/config-view'
import type { BrandVersion } from '@nabiz/shared/contracts'
import { createOutgoing } from '@nabiz/shared/http'
import type { Logger } from '@nabiz/shared/logging'
import { createRegistry, type Registry } from '@nabiz/shared/metrics'
import { Lifecycle } from '@nabiz/shared/pipeline'
import type { Clock } from '@nabiz/shared/time'
import { buildId } from './build-id.ts'
import { configItems } from './config/config-items.ts'
import type { NabizConfig } from './config/nabiz-config.ts'
import type { Drivers } from './drivers.ts'
import { putFirstModelInForce } from './models/model-in-force.ts'
import type { ServiceName } from './service-names.ts'
import { stoppedPartitions } from './stopped-partitions.ts'

/** Where a page of the `log` channel is drawn. */
export interface Terminal {
  write(text: string): void
  columns: number
  colours: boolean
}

export interface RunServicesOptions {
  config: NabizConfig
  services: readonly ServiceName[]
  drivers: Drivers
  clock: Clock
  logger: (service: string) => Logger
  terminal: Terminal
  /** Marks every brand of the config as made up. */
  simulated?: boolean
}

/** Services at work in this process. */
export interface RunningServices {
  view: ConfigView
  ingest: Ingest | undefined
  scoring: Scoring | undefined
  alerting: Alerting | undefined
  registries: ReadonlyMap<ServiceName, Registry>
  /** Puts what a new config says about brands, thresholds and plans in force; resolves to the number of changes. */
  apply(config: NabizConfig): Promise<number>
  /** Partitions that stopped and need a person, each with why. */
  stopped(): string[]
  stop(): Promise<void>
}

/**
 * Publishes the config's brands, thresholds and plans and starts the services, readers before writers. Each has its own
 * registry and server, so that one process or three look the same to whoever scrapes them.
 */
export async function runServices(options: RunServicesOptions): Promise<RunningServices> {
  const { config, services, drivers, clock } = options
  const { log, store } = drivers
  const programLog = options.logger('nabiz')
  const build = buildId()
  const view = createConfigView(log, {
    clock,
    onError: (message) => programLog.error({ message }, 'config not read'),
  })
  const outgoing = createOutgoing({ allowHosts: config.outgoing.allowHosts })
  const registries = new Map<ServiceName, Registry>(
    services.map((service) => [service, createRegistry({ service })]),
  )
  const extra: Pick<BrandVersion, 'simulated'> = options.simulated ? { simulated: true } : {}

  async function apply(next: NabizConfig): Promise<number> {
    const changes = await inPublishingTurn({ store, clock, holder: config.instance }, async () => {
      await view.refresh()
      const items = configItems(next, view, clock.now(), extra)
      return publishConfig(log, view, items, `config of ${next.instance}`, clock.now())
    })
    if (changes.length > 0) programLog.info({ changes: changes.length }, 'config put in force')
    return changes.length
  }

  async function checkModel({ models }: Scoring): Promise<void> {
    const inForce = await inPublishingTurn({ store, clock, holder: config.instance }, () =>
      putFirstModelInForce({ log, store, view, models, by: `config of ${config.instance}`, at: clock.now() }),
    )
    if (inForce !== models.defaultId) {
      const way = 'nabiz model activate'
      programLog.warn({ inForce, configured: models.defaultId, way }, 'another sentiment engine is in force')
    }
  }

  const common = { log, store, view, clock, outgoing, build, random: Math.random, instance: config.instance }
  const wants = (service: ServiceName) => services.includes(service)
  const forService = (service: ServiceName) => ({
    logger: options.logger(service),
    registry: registries.get(service) ?? createRegistry({ service }),
  })
  const alerting = wants('alerting')
    ? createAlerting({
        ...common,
        ...forService('alerting'),
        config: { ...config.alerting, channels: withLogChannel(config.alerting.channels) },
        terminal: options.terminal,
      })
    : undefined
  // Their tables take most of a second to make: whoever does not score goes without.
  const engines = wants('scoring') ? createBuiltInEngines() : undefined
  const scoring = engines
    ? createScoring({
        ...common,
        ...forService('scoring'),
        config: config.scoring,
        sentiment: engines[0],
        otherEngines: engines.slice(1),
        custom: await createCustomEngines({ ...forService('scoring'), config: config.sentiment, outgoing }),
        secondOpinion: await createSecondOpinionEngine({
          ...forService('scoring'),
          config: config.sentiment,
          outgoing,
        }),
        textThreads: createTextThreads({ ...forService('scoring'), threads: config.scoring.textThreads }),
      })
    : undefined
  const ingest = wants('ingest')
    ? createIngest({ ...common, ...forService('ingest'), config: config.ingest })
    : undefined

  const lifecycle = new Lifecycle([
    { name: 'outgoing', stop: () => outgoing.close() },
    {
      name: 'config view',
      async start() {
        await view.start()
        await apply(config)
        if (scoring) await checkModel(scoring)
      },
      stop: () => view.stop(),
    },
    ...[alerting, scoring, ingest].flatMap((service) =>
      service ? [{ name: 'service', start: service.start, stop: service.stop }] : [],
    ),
  ])
  await lifecycle.start()
  return {
    view,
    ingest,
    scoring,
    alerting,
    registries,
    apply,
    stopped: () => stoppedPartitions([scoring, alerting]),
    stop: () => lifecycle.stop(),
  }
}

/** The `log` channel is always there, so that a plan may name it and a fresh install pages somewhere. */
function withLogChannel(channels: NabizConfig['alerting']['channels']): NabizConfig['alerting']['channels'] {
  return channels.some((channel) => channel.id === 'log')
    ? channels
    : [...channels, { type: 'log', id: 'log' }]
}
