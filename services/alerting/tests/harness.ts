import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Secret } from '@nabiz/shared/config'
import { type ConfigView, createConfigView, publishConfig } from '@nabiz/shared/config-view'
import {
  type BreachRecord,
  type IncidentRecord,
  type PlanConfig,
  partitionCount,
} from '@nabiz/shared/contracts'
import { DependencyError } from '@nabiz/shared/errors'
import { createOutgoing, type Outgoing } from '@nabiz/shared/http'
import type { Log } from '@nabiz/shared/log'
import { createSilentLogger } from '@nabiz/shared/logging'
import { Registry } from '@nabiz/shared/metrics'
import type { PartitionStore, Store } from '@nabiz/shared/store'
import { ManualClock } from '@nabiz/shared/time'
import { openEmbeddedLog } from '../../../shared/log/embedded/open-embedded-log.ts'
import { openEmbeddedStore } from '../../../shared/store/embedded/embedded-store.ts'
import { type Alerting, createAlerting } from '../src/app.ts'
import type { Channel } from '../src/channels/index.ts'
import { type AlertingConfig, alertingConfig } from '../src/config.ts'
import { aBrand, aPlan, start } from './builders.ts'

/** How a running app's access to log and store can be taken away. */
export interface Access {
  /** `unreachable`: every call is refused for now; `dead`: nothing it does has any effect. */
  mode: 'open' | 'unreachable' | 'dead'
}

export interface World {
  clock: ManualClock
  log: Log
  store: Store
  /** A service of its own on the same log and store. */
  launch(
    options: LaunchOptions,
  ): Promise<{ app: Alerting; access: Access; view: ConfigView; registry: Registry }>
  /** Takes the app's world away without a word, and opens log and store again. */
  kill(access: Access, options?: { losingStore?: boolean }): Promise<void>
  write(...records: readonly (BreachRecord | Uint8Array)[]): Promise<void>
  /** Every record of `incidents`, in order of their partitions. */
  incidents(): Promise<IncidentRecord[]>
  close(): Promise<void>
}

export interface LaunchOptions {
  channels: readonly Channel[]
  plan?: Partial<PlanConfig>
  instance?: string
  serveHttp?: boolean
  config?: Record<string, unknown>
  outgoing?: Outgoing
  beat?: NonNullable<AlertingConfig['beat']>
  brand?: Parameters<typeof aBrand>[0]
}

export const secrets = {
  ackSecret: new Secret('a secret of the test'),
  readToken: new Secret('read-token-of-the-test'),
  adminToken: new Secret('admin-token-of-the-test'),
}

/** Log and store on the embedded drivers in a folder of their own, under a clock that moves only when told. */
export async function openWorld(): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'nabiz-alerting-'))
  const clock = new ManualClock(start)
  const apps: { app: Alerting; access: Access; view: ConfigView }[] = []

  async function open(): Promise<{ log: Log; store: Store }> {
    return {
      log: await openEmbeddedLog({ folder: join(folder, 'log'), clock, fsync: false }),
      store: await openEmbeddedStore({ folder: join(folder, 'store'), clock, fsync: false }),
    }
  }
  let parts = await open()

  return {
    clock,
    get log() {
      return parts.log
    },
    get store() {
      return parts.store
    },
    async launch(options) {
      const access: Access = { mode: 'open' }
      const view = createConfigView(parts.log, { clock })
      await view.start()
      const brand = aBrand(options.brand)
      await publishConfig(
        parts.log,
        view,
        [
          { kind: 'plan', id: 'default', content: aPlan(options.plan) },
          { kind: 'brand', id: brand.id, content: brand },
        ],
        'test',
        clock.now(),
      )
      const registry = new Registry()
      const config = alertingConfig.parse({ port: 0, publicUrl: 'https://nabiz.example', ...options.config })
      const app = createAlerting({
        config: { ...config, ...secrets, ...(options.beat ? { beat: options.beat } : {}) },
        log: guarded(parts.log, access),
        store: guarded(parts.store, access),
        clock,
        view,
        logger: createSilentLogger(),
        registry,
        random: () => 0.5,
        instance: options.instance ?? 'a',
        build: 'test',
        tryTimeoutMs: 2_000,
        outgoing: options.outgoing ?? createOutgoing(),
        terminal: { write: () => undefined, colours: false },
        extraChannels: options.channels,
        serveHttp: options.serveHttp ?? false,
      })
      await app.start()
      apps.push({ app, access, view })
      return { app, access, view, registry }
    },
    async kill(access, { losingStore = false } = {}) {
      access.mode = 'dead'
      const gone = apps.find((entry) => entry.access === access)
      await gone?.view.stop()
      await parts.log.close()
      await parts.store.close()
      if (losingStore) await rm(join(folder, 'store'), { recursive: true })
      parts = await open()
    },
    async write(...records) {
      await parts.log.append(
        records.map((record) =>
          record instanceof Uint8Array
            ? { topic: 'breaches', key: 'lale-air', value: record }
            : {
                topic: 'breaches',
                key: record.brand,
                value: new TextEncoder().encode(JSON.stringify(record)),
              },
        ),
      )
    },
    async incidents() {
      const found: IncidentRecord[] = []
      for (const { partition, earliest, end } of await parts.log.bounds('incidents')) {
        if (earliest >= end) continue
        for await (const records of parts.log.read({ topic: 'incidents', partition, from: earliest }))
          for (const record of records) found.push(JSON.parse(new TextDecoder().decode(record.value)))
      }
      return found
    },
    async close() {
      for (const { app, access, view } of apps) {
        if (access.mode === 'dead') continue
        access.mode = 'open'
        await app.stop()
        await view.stop()
      }
      await parts.log.close()
      await parts.store.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Resolves once the condition holds; time stands still unless `advanceMs` moves the clock at every look. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  clock?: ManualClock,
  advanceMs = 0,
): Promise<void> {
  const giveUpAt = Date.now() + 20_000
  while (!(await condition())) {
    if (Date.now() > giveUpAt) throw new Error(`still not so after 20 s: ${condition.toString()}`)
    clock?.advance(advanceMs)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** Resolves once the store itself, not memory alone, knows of so many finished deliveries. */
export async function untilStored(world: World, delivered: number): Promise<void> {
  const states = world.store.partitions('alerting')
  await until(async () => {
    let found = 0
    for (let partition = 0; partition < partitionCount; partition++)
      for (const value of (await states.load(partition)).values.values())
        found += new TextDecoder().decode(value).split('"status":"delivered"').length - 1
    return found >= delivered
  })
}

/** Lets everything that is under way come to rest, so that "nothing more happens" can be said. */
export async function settle(clock: ManualClock): Promise<void> {
  for (let i = 0; i < 30; i++) {
    clock.advance(100)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** The same port under somebody's control. */
function guarded<T extends Log | Store | PartitionStore>(target: T, access: Access): T {
  return new Proxy(target, {
    get(object, property) {
      const value: unknown = Reflect.get(object, property, object)
      if (typeof value !== 'function') return value
      return (...args: unknown[]) => {
        if (property === 'partitions') return guarded(value.apply(object, args), access)
        if (access.mode === 'dead')
          return Promise.reject(new DependencyError('closed', 'killed by the test', { retryable: false }))
        if (access.mode === 'unreachable') {
          const err = new DependencyError('store_unavailable', 'cut off by the test', { retryable: true })
          return Promise.reject(err)
        }
        return value.apply(object, args)
      }
    },
  })
}
