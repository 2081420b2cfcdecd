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
import { signingSecret } from '../../tests/crash/installation.ts'
import { benchBrand } from './push.ts'

/** Runs ingest with one generic webhook; `work` is given the webhook's address. */
export async function withIngest<T>({ log, store }: Drivers, work: (url: string) => Promise<T>): Promise<T> {
  const view = createConfigView(log, { clock: systemClock })
  const config = nabizConfig.parse({ brands: [{ id: benchBrand, name: 'Velmora', names: ['Velmora'] }] })
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
    logger: createSilentLogger(),
    registry: createRegistry(),
    random: Math.random,
    instance: 'bench',
  })
  await ingest.start()
  try {
    return await work(`http://127.0.0.1:${ingest.port()}/webhooks/webhook/main`)
  } finally {
    await ingest.stop()
    await outgoing.close()
  }
}
