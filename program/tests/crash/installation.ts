import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stringify } from 'yaml'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const secretName = 'NABIZ_CRASH_SECRET'

/** A Standard Webhooks secret; the same one signs deliveries to Nabız and pages from it. */
export const signingSecret = `whsec_${Buffer.from('only for the crash test, 32 byte').toString('base64')}`

/** Invented brands; each gets its storm. */
export const crashBrands = ['lorvex', 'tindara', 'opelume'] as const

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

/** Writes the config of a new installation whose pages go to `receiverUrl`. */
export async function createInstallation(folder: string, receiverUrl: string): Promise<Installation> {
  const dataDir = join(folder, 'data')
  const configPath = join(folder, 'nabiz.yaml')
  const [ingest = 0, scoring = 0, alerting = 0] = await freePorts(3)
  await mkdir(folder, { recursive: true })
  const config = {
    instance: 'crash-test',
    dataDir,
    logLevel: 'warn',
    outgoing: { allowHosts: ['127.0.0.1'] },
    brands: crashBrands.map((id) => ({ id, name: id, names: [id], language: 'tr', plan: 'default' })),
    plans: [{ id: 'default', steps: [{ channels: ['receiver'], escalateAfterMinutes: 1_440 }], repeats: 0 }],
    ingest: { port: ingest, connectors: [{ platform: 'webhook', secrets: [{ env: secretName }] }] },
    // As often as the config lets: a kill then falls into a checkpoint more easily.
    scoring: { port: scoring, checkpointEverySeconds: 1, checkpointEveryRecords: 100 },
    alerting: {
      port: alerting,
      channels: [{ type: 'webhook', id: 'receiver', url: receiverUrl, secrets: [{ env: secretName }] }],
    },
  }
  await writeFile(configPath, stringify(config))
  return {
    folder,
    dataDir,
    pushUrl: `http://127.0.0.1:${ingest}/webhooks/webhook/main`,
    scoringUrl: `http://127.0.0.1:${scoring}`,
    start(program = ['program/bin/nabiz.mjs', 'all']) {
      return spawn(process.execPath, [...program, '--config', configPath], {
        cwd: root,
        env: { ...process.env, [secretName]: signingSecret },
        stdio: ['ignore', 'inherit', 'inherit'],
      })
    },
    async isReady() {
      try {
        return (await fetch(`http://127.0.0.1:${ingest}/readyz`)).ok
      } catch {
        return false
      }
    },
  }
}

/** Resolves to the exit code, or the signal that ended the process. */
export async function ended(child: ChildProcess): Promise<number | string> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  return child.exitCode ?? child.signalCode ?? 'unknown'
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer())
  for (const server of servers) await once(server.listen(0, '127.0.0.1'), 'listening')
  const ports = servers.map((server) => {
    const address = server.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  })
  for (const server of servers) await once(server.close(), 'close')
  return ports
}
