import { type ConfigView, inPublishingTurn, publishConfig } from '@nabiz/shared/config-view'
import { createHttpServer, type FastifyInstance, listening, type Outgoing, portOf } from '@nabiz/shared/http'
import type { Log } from '@nabiz/shared/log'
import type { Logger } from '@nabiz/shared/logging'
import type { Registry } from '@nabiz/shared/metrics'
import { Lifecycle } from '@nabiz/shared/pipeline'
import type { Store } from '@nabiz/shared/store'
import { type Clock, hour } from '@nabiz/shared/time'
import { createStoreKnownTotals } from './adapters/store-known-totals.ts'
import { createStoreSeenItems, olderKeysUntil } from './adapters/store-seen-items.ts'
import { createBrandBook } from './brands/brand-book.ts'
import type { ConnectorAccount, IngestConfig } from './config.ts'
import { createConnectorContext } from './connector-context.ts'
import type { Accept, ConnectorFactory } from './connectors/connector.ts'
import { connectors } from './connectors/index.ts'
import { keptKey, loadSeal } from './credentials/kept-key.ts'
import type { Seal } from './credentials/seal.ts'
import { createVault, type Vault } from './credentials/vault.ts'
import { createHeartbeats } from './heartbeats.ts'
import { type Conditions, createConditions } from './hosts/conditions.ts'
import { createPollerHost, createStreamHost } from './hosts/source-host.ts'
import { mountWebhook } from './hosts/webhook-host.ts'
import { createAccept, type PipelineOptions } from './pipeline.ts'
import { createProbe, probeBrand, probeBrandId } from './probe.ts'
import { createPseudonymise, type Pseudonymise } from './steps/pseudonymise.ts'
import { createTelemetry, type IngestTelemetry } from './telemetry.ts'

export interface IngestOptions {
  config: IngestConfig
  log: Log
  store: Store
  view: ConfigView
  clock: Clock
  outgoing: Outgoing
  logger: Logger
  registry: Registry
  random: () => number
  /** Stable name of this replica. */
  instance: string
}

/** The ingest service, built and not yet started. */
export interface Ingest {
  start(): Promise<void>
  stop(): Promise<void>
  /** Port the server listens on, once started. */
  port(): number
  /** Why it cannot take deliveries now; empty: it can. */
  notReady(): string[]
}

/** Builds the service; nothing happens before `start`. */
export function createIngest(options: IngestOptions): Ingest {
  const { config, log, store, view, clock, logger, registry, instance } = options
  const telemetry = createTelemetry(registry, logger)
  const accounts = new Map(
    config.connectors.map((account) => [`${account.platform}/${account.account}`, account]),
  )
  const conditions = createConditions(
    clock,
    (platform, account) => accounts.get(`${platform}/${account}`)?.brands,
  )
  const book = createBrandBook({
    log,
    view,
    clock,
    telemetry,
    onError: (err) => logger.error({ err }, 'config not relayed'),
  })
  let lifecycle: Lifecycle | undefined
  let app: FastifyInstance | undefined
  let isUp = false
  let healthy = () => true

  function notReady(): string[] {
    if (!isUp) return ['starting']
    return healthy() ? [] : ['the log or the store cannot be reached']
  }

  return {
    notReady,
    port: () => portOf(app),
    async start() {
      const probeItem = { kind: 'brand', id: probeBrandId, content: probeBrand } as const
      await inPublishingTurn({ store, clock, holder: instance }, () =>
        publishConfig(log, view, [probeItem], 'nabiz', clock.now()),
      )
      const pseudonymise = await loadPseudonymise(config, store)
      const rememberedMs = config.rememberHours * hour
      const olderUntil = await olderKeysUntil(store, log, clock.now(), rememberedMs)
      const seen = createStoreSeenItems({ store, clock, rememberedMs, olderUntil })
      const pipeline: PipelineOptions = {
        log,
        seen,
        totals: createStoreKnownTotals(store),
        clock,
        pseudonymise,
        telemetry,
        matcher: book.matcher,
        isWatched: book.isWatched,
      }
      const server = createHttpServer({ logger, registry, notReady, bodyLimitBytes: config.bodyLimitBytes })
      app = server
      const webhooks: string[][] = []
      const seal = await loadSeal(config, store)
      const vault = createVault(clock, (err) => logger.warn({ err }, 'credential not usable'))
      const hosts = config.connectors.flatMap((account) =>
        createHosts(account, server, { ...options, pipeline, conditions, telemetry, webhooks, seal, vault }),
      )
      const heartbeats = createHeartbeats({
        log,
        clock,
        conditions,
        telemetry,
        source: instance,
        checkHealth: async () => void (await store.get('health')),
        onHealthy() {
          for (const [platform = '', account = ''] of webhooks) {
            conditions.report(platform, account, 'webhook', { condition: 'ok' })
          }
        },
      })
      healthy = heartbeats.healthy
      const probe = createProbe({
        accept: createAccept('probe', 'main', pipeline),
        store,
        clock,
        holder: instance,
        onError: (err) => logger.error({ err }, 'probe not sent'),
      })
      lifecycle = new Lifecycle([
        book,
        vault,
        listening(server, config),
        ...hosts.map((host) => ({ name: 'source', ...host })),
        heartbeats,
        { name: 'probe', ...probe },
      ])
      await lifecycle.start()
      isUp = true
      logger.info({ port: portOf(server), accounts: accounts.size }, 'ingest started')
    },
    async stop() {
      isUp = false
      await lifecycle?.stop()
      logger.info('ingest stopped')
    },
  }
}

interface HostContext extends IngestOptions {
  pipeline: PipelineOptions
  conditions: Conditions
  telemetry: IngestTelemetry
  seal: Seal
  vault: Vault
  /** Filled with [platform, account] of each webhook mounted. */
  webhooks: string[][]
}

function createHosts(entry: ConnectorAccount, app: FastifyInstance, context: HostContext) {
  const { platform, account } = entry
  const { conditions, telemetry, store, clock, random } = context
  const factory: ConnectorFactory = connectors[platform]
  const connector = factory.create(
    entry.options,
    createConnectorContext({ ...context, platform, account, holder: context.instance, mayRenew: true }),
  )
  const accept = withBrands(createAccept(platform, account, context.pipeline), entry.brands)
  const source = {
    platform,
    account,
    accept,
    store,
    clock,
    random,
    conditions,
    telemetry,
    holder: context.instance,
  }
  return connector.ways.flatMap((way) => {
    if (way.way === 'poller') return [createPollerHost(way, source)]
    if (way.way === 'stream') return [createStreamHost(way, source)]
    mountWebhook(app, way, source)
    if (!way.isControl) context.webhooks.push([platform, account])
    return []
  })
}

/** Every item of an account with brands of its own is about those brands too. */
function withBrands(accept: Accept, brands: readonly string[]): Accept {
  if (brands.length === 0) return accept
  const added = <T extends { brands?: readonly string[] }>(one: T): T => ({
    ...one,
    brands: [...new Set([...brands, ...(one.brands ?? [])])],
  })
  return (delivery) =>
    accept({
      ...delivery,
      items: delivery.items.map(added),
      ...(delivery.counts ? { counts: delivery.counts.map(added) } : {}),
    })
}

/** The configured key, or the one kept in the store, made by whoever comes first. */
async function loadPseudonymise(config: IngestConfig, store: Store): Promise<Pseudonymise> {
  const key = config.pseudonymKey ?? (await keptKey(store, 'ingest/pseudonym-key'))
  return createPseudonymise(key, config.pseudonymKeyVersion)
}
