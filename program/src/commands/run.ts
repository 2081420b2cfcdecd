import { unwatchFile, watchFile } from 'node:fs'
import { DependencyError } from '@nabiz/shared/errors'
import { createLogger, type Logger } from '@nabiz/shared/logging'
import { systemClock } from '@nabiz/shared/time'
import { readConfig } from '../config/read-config.ts'
import { openConfiguredDrivers } from '../drivers.ts'
import { exitCodes } from '../exit-codes.ts'
import { type ProcessEdge, untilAborted } from '../process-edge.ts'
import { type RunningServices, runServices } from '../run-services.ts'
import type { ServiceName } from '../service-names.ts'

/** How often the config file is looked at for changes, ms. */
const watchEveryMs = 2_000
/** How long an orderly end may take once the log cannot go on, ms. */
const endWithinMs = 20_000

/** `nabiz all | ingest | scoring | alerting`: runs services until SIGTERM; edits of the config file take effect as they are saved. */
export async function run(
  services: readonly ServiceName[],
  configPath: string,
  edge: ProcessEdge,
): Promise<number> {
  const config = readConfig(configPath, edge.env)
  const logger = (service: string) => createLogger({ service, level: config.logLevel })
  const log = logger('nabiz')
  edge.setFatalLogger(log)
  let fatal: unknown
  const drivers = await openConfiguredDrivers({
    config,
    clock: systemClock,
    logger: log,
    onFatal(err) {
      fatal ??= err
      log.fatal({ err }, 'the log cannot go on in this process, ending')
      edge.stop()
      // What hangs must not keep the partitions from others.
      setTimeout(() => edge.exit(exitCodes.dependency), endWithinMs).unref()
    },
  })
  try {
    const terminal = {
      write: (text: string) => void edge.stdout.write(text),
      colours: edge.stdout.isTTY === true && edge.env.NO_COLOR === undefined,
      columns: edge.stdout.columns ?? 100,
    }
    const running = await runServices({ config, services, drivers, clock: systemClock, logger, terminal })
    const stopWatching = watchConfig(configPath, edge, running, log)
    const place = config.log.driver === 'kafka' ? config.log.brokers : config.dataDir
    log.info({ services, log: config.log.driver, place, config: configPath }, 'nabiz started')
    await untilAborted(edge.stopping)
    log.info('nabiz stopping')
    stopWatching()
    const stopped = running.stopped()
    await running.stop()
    log.info({ stopped }, 'nabiz stopped')
    if (fatal !== undefined) return exitCodes.dependency
    return stopped.length === 0 ? exitCodes.ok : exitCodes.stopped
  } finally {
    await drivers.close()
  }
}

/**
 * Reads the file again when it changes or at SIGHUP; a file with faults changes nothing and is told. Brands, thresholds
 * and plans are put in force; ports, folders, channels and connectors need a restart.
 */
function watchConfig(path: string, edge: ProcessEdge, running: RunningServices, log: Logger): () => void {
  let reading = Promise.resolve()
  const reload = () => {
    reading = reading.then(async () => {
      try {
        await running.apply(readConfig(path, edge.env))
      } catch (err) {
        if (err instanceof DependencyError) log.error({ err }, 'new config not put in force')
        else log.error({ err, path }, 'new config refused, the old one stays')
      }
    })
  }
  edge.onHangUp(reload)
  watchFile(path, { interval: watchEveryMs, persistent: false }, reload)
  return () => unwatchFile(path, reload)
}
