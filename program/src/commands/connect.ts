import { type Check, type ConnectorAccount, openAccount, readKept, webhookPath } from '@nabiz/ingest'
import { DependencyError } from '@nabiz/shared/errors'
import { createOutgoing } from '@nabiz/shared/http'
import { systemClock } from '@nabiz/shared/time'
import type { NabizConfig } from '../config/nabiz-config.ts'
import { readConfig } from '../config/read-config.ts'
import { exitCodes } from '../exit-codes.ts'
import type { ProcessEdge } from '../process-edge.ts'
import { findAccount, findPlatform } from './accounts.ts'
import { readStoreBeside, writeStoreBeside } from './store-beside.ts'

export interface ConnectCommand {
  platform: string
  account: string | undefined
  config: string
}

/**
 * `nabiz connect`: asks the platform what the configured credentials may do and prints what is granted, what is missing
 * and what to enter there. Exit code 0 only when the account can work, 2 when something is missing, 3 when the platform
 * could not be asked. Writes nothing but a token that had to be renewed, where the service keeps its own.
 */
export async function connect(command: ConnectCommand, edge: ProcessEdge): Promise<number> {
  const config = readConfig(command.config, edge.env)
  const entry = findAccount(config, findPlatform(command.platform), command.account)
  const outgoing = createOutgoing({ allowHosts: config.outgoing.allowHosts })
  let isStoreHeld = false
  try {
    const connector = openAccount(entry, {
      clock: systemClock,
      outgoing,
      isOffline: false,
      kept: (await readStoreBeside(config, (store) => readKept(store, entry))) ?? new Map(),
      credentialKey: config.ingest.credentialKey,
      async writeIn(write) {
        const written = await writeStoreBeside(config, write)
        isStoreHeld = written === undefined
        return written
      },
    })
    const checks = await runChecks(connector.check, edge.stopping)
    const canWork = checks.every(({ isOk }) => isOk)
    const lines = [`${entry.platform}/${entry.account}`, ...checks.map(describeCheck)]
    if (isStoreHeld && !canWork) {
      lines.push(
        '  the running service renews the token, not this command: see nabiz connectors, or stop it first',
      )
    }
    if (connector.ways.some(({ way }) => way === 'webhook')) {
      lines.push('', 'To enter there:', `  address: ${addressOf(config, entry)}`)
      for (const { what, value } of connector.toEnter ?? []) lines.push(`  ${what}: ${value.reveal()}`)
    }
    edge.stdout.write(`${lines.join('\n')}\n`)
    return canWork ? exitCodes.ok : exitCodes.config
  } finally {
    await outgoing.close()
  }
}

/** A token that is refused is an answer, not a failure to ask. */
async function runChecks(
  check: ((signal: AbortSignal) => Promise<readonly Check[]>) | undefined,
  signal: AbortSignal,
): Promise<readonly Check[]> {
  if (!check) return [{ what: 'nothing to ask: it works as configured', isOk: true }]
  try {
    return await check(signal)
  } catch (err) {
    if (!(err instanceof DependencyError) || err.code !== 'platform_auth') throw err
    return [{ what: 'token', isOk: false, detail: `${err.message}; make a new one` }]
  }
}

function describeCheck({ what, isOk, detail }: Check): string {
  return `  ${isOk ? 'ok     ' : 'missing'} ${what}${detail === undefined ? '' : `: ${detail}`}`
}

function addressOf({ ingest }: NabizConfig, { platform, account }: ConnectorAccount): string {
  const origin = ingest.publicUrl?.replace(/\/+$/, '') ?? `https://<how it reaches port ${ingest.port}>`
  return `${origin}${webhookPath(platform, account)}`
}
