import { performance } from 'node:perf_hooks'
import { createIngest, ingestConfig } from '@nabiz/ingest'
import { withEnvironment } from '@nabiz/shared/config'
import { createConfigView, publishConfig } from '@nabiz/shared/config-view'
import { createOutgoing } from '@nabiz/shared/http'
import { createSilentLogger } from '@nabiz/shared/logging'
import { createRegistry } from '@nabiz/shared/metrics'
import { systemClock } from '@nabiz/shared/time'
import { configItems } from '../../src/config/config-items.ts'
import { nabizConfig } from '../../src/config/nabiz-config.ts'
import type { Drivers } from '../../src/drivers.ts'
import { signatureOf } from '../../tests/crash/feeder.ts'
import { signingSecret } from '../../tests/crash/installation.ts'
import type { Figure } from '../figure.ts'
import { withDrivers, withFolder } from '../with-drivers.ts'
import { withCluster, withDriversAt } from './with-cluster.ts'

/** Senders at once, each waiting for its answer; and items in one push. */
const senders = 32
const itemsOf = [1, 100]
const forMs = 8_000

/** Signed webhooks a second through ingest into the log, on Kafka and Redis and on the embedded drivers, in one run. */
export async function clusterWebhooks(): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const items of itemsOf) {
    const embedded = await withFolder((folder) =>
      withDrivers(folder, true, (drivers) => pushesASecond(drivers, items)),
    )
    const cluster = await withCluster(({ place }) =>
      withDriversAt(place(), (drivers) => pushesASecond(drivers, items)),
    )
    figures.push({
      name: `cluster_webhooks_${items}`,
      what: `signed webhooks of ${items} item${items === 1 ? '' : 's'} into Kafka, to the embedded log`,
      value: cluster / embedded,
      unit: 'times',
      better: 'more',
      note: `${Math.round(cluster)} webhooks a second, embedded ${Math.round(embedded)}; ${senders} senders`,
    })
  }
  return figures
}

async function pushesASecond({ log, store }: Drivers, items: number): Promise<number> {
  const logger = createSilentLogger()
  const view = createConfigView(log, { clock: systemClock })
  const config = nabizConfig.parse({ brands: [{ id: 'velmora', name: 'Velmora', names: ['Velmora'] }] })
  await publishConfig(log, view, configItems(config, view, systemClock.now()), 'bench', systemClock.now())
  const outgoing = createOutgoing({ allowHosts: [] })
  const ingest = createIngest({
    config: withEnvironment({ SECRET: signingSecret }, () =>
      ingestConfig.parse({ port: 0, connectors: [{ platform: 'webhook', secrets: [{ env: 'SECRET' }] }] }),
    ),
    log,
    store,
    view,
    clock: systemClock,
    outgoing,
    logger,
    registry: createRegistry(),
    random: Math.random,
    instance: 'bench',
  })
  await ingest.start()
  const url = `http://127.0.0.1:${ingest.port()}/webhooks/webhook/main`
  let id = 0
  let answered = 0
  const push = async () => {
    const body = JSON.stringify({
      items: Array.from({ length: items }, () => ({
        id: `m${id++}`,
        text: `Velmora kargom hâlâ gelmedi ${id}`,
        createdAt: Date.now(),
        language: 'tr',
        author: { id: `a${id % 5_000}`, followers: 50 },
      })),
    })
    const headers = { 'content-type': 'application/json', ...signatureOf(body) }
    const response = await fetch(url, { method: 'POST', headers, body })
    await response.text()
    if (response.status !== 202) throw new Error(`answered ${response.status}`)
    answered += 1
  }
  // Half a second to warm up.
  const until = performance.now() + forMs + 500
  let startedAt = 0
  await Promise.all(
    Array.from({ length: senders }, async () => {
      while (performance.now() < until) {
        await push()
        if (startedAt === 0 && performance.now() > until - forMs) {
          startedAt = performance.now()
          answered = 0
        }
      }
    }),
  )
  const seconds = (performance.now() - startedAt) / 1_000
  await ingest.stop()
  await outgoing.close()
  return answered / seconds
}
