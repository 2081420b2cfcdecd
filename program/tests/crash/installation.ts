import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stringify } from 'yaml'
import { freePorts } from '../../../shared/testing/servers/free-port.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const secretName = 'NABIZ_CRASH_SECRET'

/** A Standard Webhooks secret; the same one signs deliveries to Nabız and pages from it. */
export const signingSecret = `whsec_${Buffer.from('only for the crash test, 32 byte').toString('base64')}`

/** Invented brands; each gets its storm. */
export const crashBrands = ['lorvex', 'tindara', 'opelume', 'marvena'] as const

/** A folder, a config file and ports: Nabız as a user installs it. */
export interface Installation {
  folder: string
  dataDir: string
  /** Where mentions are pushed to. */
  pushUrl: string
  /** Where scoring tells its metrics. */
  scoringUrl: string
  /** Starts `nabiz all`, or a program of the tests built of the same parts. */
  start(program?: readonly string[]): ChildProcess
  /** True once every service has started. */
  isReady(): Promise<boolean>
}

export interface Ports {
  ingest: number
  scoring: number
  alerting: number
}

/** Writes the config of a new installation whose pages go to `receiverUrl`. */
export async function createInstallation(folder: string, receiverUrl: string): Promise<Installation> {
  const dataDir = join(folder, 'data')
  const configPath = join(folder, 'nabiz.yaml')
  const [ingest = 0, scoring = 0, alerting = 0] = await freePorts(3)
  await mkdir(folder, { recursive: true })
  const ports = { ingest, scoring, alerting }
  await writeFile(configPath, stringify({ ...crashConfig('crash-test', ports, receiverUrl), dataDir }))
  return {
    folder,
    dataDir,
    pushUrl: pushUrlOf(ingest),
    scoringUrl: `http://127.0.0.1:${scoring}`,
    start: (program = ['program/bin/nabiz.mjs', 'all']) => startProgram(program, configPath, 'inherit'),
    isReady: () => isReadyAt(ingest),
  }
}

/** What every installation of these tests has in its nabiz.yaml, wherever its log and store are. */
export function crashConfig(instance: string, ports: Ports, receiverUrl: string) {
  return {
    instance,
    logLevel: 'warn',
    outgoing: { allowHosts: ['127.0.0.1'] },
    brands: crashBrands.map((id) => ({ id, name: id, names: [id], language: 'tr', plan: 'default' })),
    plans: [{ id: 'default', steps: [{ channels: ['receiver'], escalateAfterMinutes: 1_440 }], repeats: 0 }],
    ingest: { port: ports.ingest, connectors: [{ platform: 'webhook', secrets: [{ env: secretName }] }] },
    // As often as the config lets: a kill then falls into a checkpoint more easily.
    scoring: { port: ports.scoring, checkpointEverySeconds: 1, checkpointEveryRecords: 100 },
    alerting: {
      port: ports.alerting,
      channels: [{ type: 'webhook', id: 'receiver', url: receiverUrl, secrets: [{ env: secretName }] }],
    },
  }
}

/** Where ingest on a port takes mentions. */
export function pushUrlOf(port: number): string {
  return `http://127.0.0.1:${port}/webhooks/webhook/main`
}

/** Environment the config's secrets are read from. */
export const crashEnvironment = { [secretName]: signingSecret }

/** Starts a program with a config; `output`: this process's own, or the descriptor of a file. */
export function startProgram(
  program: readonly string[],
  configPath: string,
  output: 'inherit' | number,
): ChildProcess {
  return spawn(process.execPath, [...program, '--config', configPath], {
    cwd: root,
    env: { ...process.env, ...crashEnvironment },
    stdio: ['ignore', output, output],
  })
}

/** What a service on a port says of itself. */
export async function isReadyAt(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(2_000) })).ok
  } catch {
    return false
  }
}

/** Resolves to the exit code, or the signal that ended the process. */
export async function ended(child: ChildProcess): Promise<number | string> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  return child.exitCode ?? child.signalCode ?? 'unknown'
}
