import { createConfigView, publishConfig } from '@nabiz/shared/config-view'
import { createOutgoing } from '@nabiz/shared/http'
import { kafkaLogConfig, openKafkaLog } from '@nabiz/shared/log'
import { createSilentLogger } from '@nabiz/shared/logging'
import { Registry } from '@nabiz/shared/metrics'
import { openRedisStore, redisStoreConfig } from '@nabiz/shared/store'
import { systemClock } from '@nabiz/shared/time'
import { openEmbeddedLog } from '../../../shared/log/embedded/open-embedded-log.ts'
import { openEmbeddedStore } from '../../../shared/store/embedded/embedded-store.ts'
import { createAlerting } from '../src/app.ts'
import type { Channel } from '../src/channels/index.ts'
import { alertingConfig } from '../src/config.ts'
import { aPlan, aTransition } from './builders.ts'

/**
 * A process that lives to be killed: alerting on the log and store of `place`, with a channel that reports each notice
 * to `receiver` and waits for its answer. It writes the breaches `from` to `to`, in order, one brand each.
 */
const [place = '{}', receiver = '', from = '0', to = '0'] = process.argv.slice(2)

const { dataDir, log: logAt, store: storeAt } = JSON.parse(place)
const isCluster = logAt.driver === 'kafka'
const logger = createSilentLogger()
const log = isCluster
  ? await openKafkaLog({ config: kafkaLogConfig.parse(logAt), instance: 'a', onFatal: () => process.exit(3) })
  : await openEmbeddedLog({ folder: `${dataDir}/log` })
const store = isCluster
  ? await openRedisStore({ config: redisStoreConfig.parse(storeAt), logger })
  : await openEmbeddedStore({ folder: `${dataDir}/store`, clock: systemClock })
const view = createConfigView(log, { clock: systemClock })
await view.start()
await publishConfig(log, view, [{ kind: 'plan', id: 'default', content: aPlan() }], 'test', Date.now())

const pager: Channel = {
  id: 'pager',
  type: 'recording',
  async deliver({ incident, sequence, kind, maybeRepeat }, signal) {
    const body = JSON.stringify({ incident, sequence, kind, maybeRepeat })
    const answer = await fetch(receiver, { method: 'POST', body, signal })
    return answer.ok ? { kind: 'delivered' } : { kind: 'failed', detail: `answered ${answer.status}` }
  },
}
await createAlerting({
  config: alertingConfig.parse({ port: 0 }),
  log,
  store,
  clock: systemClock,
  view,
  logger,
  registry: new Registry(),
  random: Math.random,
  instance: 'a',
  build: 'test',
  outgoing: createOutgoing(),
  terminal: { write: () => undefined, colours: false },
  extraChannels: [pager],
  serveHttp: false,
}).start()

for (let number = Number(from); number < Number(to); number++) {
  const breach = aTransition({ id: `breach-${number}`, brand: `brand-${number}`, at: Date.now() })
  const value = new TextEncoder().encode(JSON.stringify(breach))
  await log.append([{ topic: 'breaches', key: breach.brand, value }])
}
