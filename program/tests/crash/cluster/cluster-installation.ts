import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createSilentLogger } from '@nabiz/shared/logging'
import { systemClock } from '@nabiz/shared/time'
import { stringify } from 'yaml'
import { freePorts } from '../../../../shared/testing/servers/free-port.ts'
import { readConfig } from '../../../src/config/read-config.ts'
import { type Drivers, openConfiguredDrivers } from '../../../src/drivers.ts'
import { type ServiceName, serviceNames } from '../../../src/service-names.ts'
import { crashConfig, crashEnvironment, pushUrlOf } from '../installation.ts'
import { Member } from './member.ts'

/** Nabız on a cluster: so many processes of each service, each with a config, a port and a name of its own. */
export interface ClusterInstallation {
  members: readonly Member[]
  pushUrls: readonly string[]
  of(service: ServiceName): Member[]
  startAll(): Promise<void>
  untilReady(): Promise<void>
  /** SIGTERM to all; resolves to the exit codes. */
  stopAll(): Promise<(number | string)[]>
  killAll(): Promise<void>
  /** Its log and store, to read in. */
  open(): Promise<Drivers>
}

export interface ClusterInstallationOptions {
  folder: string
  receiverUrl: string
  /** `log` and `store` of nabiz.yaml. */
  drivers: { log: object; store: object }
  count: Readonly<Record<ServiceName, number>>
}

/** Writes the configs; nothing runs yet. */
export async function createClusterInstallation(
  options: ClusterInstallationOptions,
): Promise<ClusterInstallation> {
  const { folder, receiverUrl, drivers, count } = options
  await mkdir(folder, { recursive: true })
  const members: Member[] = []
  const pushUrls: string[] = []
  const configPaths: string[] = []
  for (const service of serviceNames) {
    for (let index = 1; index <= count[service]; index += 1) {
      const name = `${service}-${index}`
      const [port = 0] = await freePorts(1)
      const configPath = join(folder, `${name}.yaml`)
      const config = crashConfig(name, { ingest: port, scoring: port, alerting: port }, receiverUrl)
      await writeFile(configPath, stringify({ ...config, ...drivers }))
      members.push(new Member({ service, name, port, configPath, logFile: join(folder, `${name}.log`) }))
      configPaths.push(configPath)
      if (service === 'ingest') pushUrls.push(pushUrlOf(port))
    }
  }
  return {
    members,
    pushUrls,
    of: (service) => members.filter((member) => member.service === service),
    async startAll() {
      for (const member of members) member.start()
      await Promise.all(members.map((member) => member.untilReady()))
    },
    async untilReady() {
      await Promise.all(members.map((member) => member.untilReady()))
    },
    stopAll: () => Promise.all(members.map((member) => member.stop())),
    async killAll() {
      await Promise.all(members.map((member) => member.kill()))
    },
    open: () =>
      openConfiguredDrivers({
        config: readConfig(configPaths[0] ?? '', crashEnvironment),
        clock: systemClock,
        logger: createSilentLogger(),
        readOnly: true,
        onFatal: () => undefined,
      }),
  }
}
