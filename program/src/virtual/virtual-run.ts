import { type Channel, createAlerting } from '@nabiz/alerting'
import { createOfflineIngest, type Item, type Receipt, type Unreadable } from '@nabiz/ingest'
import { createCustomEngines, createScoring, createSentimentEngine } from '@nabiz/scoring'
import { createConfigView, publishConfig } from '@nabiz/shared/config-view'
import type { BrandVersion } from '@nabiz/shared/contracts'
import { createOutgoing } from '@nabiz/shared/http'
import type { Logger } from '@nabiz/shared/logging'
import { createRegistry, type Registry } from '@nabiz/shared/metrics'
import { Progress } from '@nabiz/shared/pipeline'
import { ManualClock, minute } from '@nabiz/shared/time'
import { buildId } from '../build-id.ts'
import { configItems } from '../config/config-items.ts'
import type { NabizConfig } from '../config/nabiz-config.ts'
import type { Drivers } from '../drivers.ts'
import { unlessStopped } from '../stopped-partitions.ts'

export interface VirtualRunOptions {
  config: NabizConfig
  drivers: Drivers
  /** The log's and alerting's clock; the run moves it. */
  clock: ManualClock
  /** Platform under which the items are counted. */
  platform: string
  logger: Logger
  /** Every notice of every plan goes here and nowhere else. */
  channels: readonly Channel[]
  simulated?: boolean
  /** Records in a batch of scoring at most; results do not depend on it. */
  maxBatchRecords?: number
}

/** The whole pipeline in virtual time, in a log of its own: the same steps as live, as fast as they go. */
export interface VirtualRun {
  readonly registry: Registry
  /** Takes the items of one minute, with a heartbeat at its end. `start`: the minute's first ms. */
  minute(
    start: number,
    items: readonly Item[],
    brandOf?: (item: Item) => string | undefined,
  ): Promise<Receipt>
  /** Keeps bytes that nothing understands as dead letters. */
  bury(unreadable: readonly Unreadable[]): Promise<Receipt>
  /** Writes what was taken, lets every stage come to its end, and lets alerting's time come up to now. */
  settle(): Promise<void>
  stop(): Promise<void>
}

/** Starts the stages; nothing is sent to people. */
export async function startVirtualRun(options: VirtualRunOptions): Promise<VirtualRun> {
  const { drivers, clock, platform, logger } = options
  const { log, store } = drivers
  const registry = createRegistry()
  const ingestClock = new ManualClock(clock.now())
  const view = createConfigView(log, { clock })
  await view.refresh()
  const extra: Pick<BrandVersion, 'simulated'> = options.simulated ? { simulated: true } : {}
  await publishConfig(
    log,
    view,
    configItems(options.config, view, clock.now(), extra),
    'virtual run',
    clock.now(),
  )

  const ingest = createOfflineIngest({ log, view, clock: ingestClock, registry, logger, platform })
  const scored = new Progress()
  const alerted = new Progress()
  const common = {
    log,
    store,
    clock,
    logger,
    registry,
    random: () => 0.5,
    instance: 'virtual',
    build: buildId(),
  }
  const outgoing = createOutgoing({ allowHosts: options.config.outgoing.allowHosts })
  const scoring = createScoring({
    ...common,
    config: { ...options.config.scoring, checkpointEverySeconds: 600 },
    sentiment: createSentimentEngine(),
    custom: await createCustomEngines({ config: options.config.sentiment, outgoing, registry, logger }),
    progress: scored,
    serveHttp: false,
    ...(options.maxBatchRecords === undefined ? {} : { maxBatchRecords: options.maxBatchRecords }),
  })
  const alerting = createAlerting({
    ...common,
    view,
    outgoing,
    config: { ...options.config.alerting, channels: [], beat: undefined },
    extraChannels: options.channels,
    terminal: { write: () => undefined, colours: false },
    progress: alerted,
    serveHttp: false,
  })
  await ingest.start()
  // Mentions before a partition's first heartbeat would only be held until it comes.
  ingest.beat()
  await scoring.start()
  await alerting.start()

  async function endsOf(topic: 'mentions' | 'breaches'): Promise<Map<number, number>> {
    return new Map((await log.bounds(topic)).map(({ partition, end }) => [partition, end]))
  }

  async function comeToEnd(): Promise<void> {
    await scored.reached(await endsOf('mentions'))
    await alerted.reached(await endsOf('breaches'))
    await alerting.idle()
  }

  return {
    registry,
    async minute(start, items, brandOf) {
      ingestClock.set(start + minute - 1)
      const named = brandOf ? items.map((item) => withBrand(item, brandOf(item))) : items
      const receipt = await ingest.take({ items: named })
      ingestClock.set(start + minute)
      ingest.beat()
      return receipt
    },
    bury: (unreadable) => ingest.take({ items: [], unreadable }),
    async settle() {
      clock.set(ingestClock.now())
      await ingest.flush()
      await unlessStopped([scoring, alerting], comeToEnd())
    },
    async stop() {
      await ingest.stop()
      await scoring.stop()
      await alerting.stop()
      await outgoing.close()
    },
  }
}

function withBrand(item: Item, brand: string | undefined): Item {
  return brand === undefined ? item : { ...item, brands: [...(item.brands ?? []), brand] }
}
