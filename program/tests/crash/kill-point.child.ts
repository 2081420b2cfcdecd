import { parseArgs } from 'node:util'
import { type NewRecord, partitionOf } from '@nabiz/shared/log'
import { createSilentLogger } from '@nabiz/shared/logging'
import { systemClock } from '@nabiz/shared/time'
import { readConfig } from '../../src/config/read-config.ts'
import { type Drivers, openConfiguredDrivers } from '../../src/drivers.ts'
import { exitCodes } from '../../src/exit-codes.ts'
import { runServices } from '../../src/run-services.ts'
import { serviceNames } from '../../src/service-names.ts'
import { crashBrands } from './installation.ts'
import { type KillPoint, killPoints } from './kill-points.ts'

/*
 * `nabiz` of the same parts, on a log and a store that end the process at an exact point:
 * kill-point.child.ts --point POINT --passes N --config FILE [--services NAME]. The point is passed N times before.
 */
const { values } = parseArgs({
  options: {
    point: { type: 'string' },
    passes: { type: 'string', default: '0' },
    config: { type: 'string', default: '' },
    services: { type: 'string' },
  },
})
const wanted: KillPoint | undefined = killPoints.find((point) => point === values.point)
if (!wanted) throw new Error(`--point: found ${values.point}, expected one of ${killPoints.join(', ')}`)
let passes = Number(values.passes)

/** Ends the process as a power cut would, without any handler. */
function reached(point: KillPoint): void {
  if (point !== wanted) return
  if (passes > 0) passes -= 1
  else process.kill(process.pid, 'SIGKILL')
}

const config = readConfig(values.config, process.env)
const logger = createSilentLogger()
const drivers = await openConfiguredDrivers({
  config,
  clock: systemClock,
  logger,
  // As the program does: others take its partitions.
  onFatal: () => process.exit(exitCodes.dependency),
})
await runServices({
  config,
  services: serviceNames.filter((name) => values.services === undefined || values.services === name),
  drivers: withPoints(drivers),
  clock: systemClock,
  logger: () => logger,
  terminal: { write: () => undefined, columns: 80, colours: false },
})

function withPoints({ log, store, close }: Drivers): Drivers {
  return {
    close,
    log: override(log, {
      async append(records) {
        const appended = await log.append(records)
        if (records.some(isMention)) reached('mentions-appended')
        if (records.some(({ topic }) => topic === 'counts' || topic === 'signals'))
          reached('emissions-appended')
        if (records.some(({ topic, key }) => topic === 'breaches' && isCrashBrand(key)))
          reached('breach-appended')
        return appended
      },
    }),
    store: override(store, {
      async compareAndSetMany(entries) {
        const areSet = await store.compareAndSetMany(entries)
        if (entries.some(({ key }) => key.startsWith('seen/'))) reached('mentions-remembered')
        return areSet
      },
      partitions(stage) {
        const states = store.partitions(stage)
        return override(states, {
          async commit(commit) {
            if (stage === 'scoring') reached('before-checkpoint')
            const isTaken = await states.commit(commit)
            if (stage === 'scoring') reached('checkpoint-written')
            else if (crashBrands.some((brand) => partitionOf(brand) === commit.partition))
              reached('incident-written')
            return isTaken
          },
        })
      },
    }),
  }
}

function isMention(record: NewRecord): boolean {
  return record.topic === 'mentions' && Buffer.from(record.value).includes('"type":"mention"')
}

function isCrashBrand(key: string): boolean {
  return crashBrands.some((brand) => brand === key)
}

function override<T extends object>(target: T, replaced: Partial<T>): T {
  return new Proxy(target, {
    get(_target, name) {
      if (name in replaced) return Reflect.get(replaced, name)
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}
