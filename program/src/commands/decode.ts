import {
  bareAccount,
  type ConnectorAccount,
  createBrandMatcher,
  type DecodeOptions,
  decodeAnswer,
  decodeDelivery,
  describeConnectors,
  ingestConfig,
  openAccount,
} from '@nabiz/ingest'
import { ConfigError } from '@nabiz/shared/errors'
import { createOutgoing } from '@nabiz/shared/http'
import { systemClock } from '@nabiz/shared/time'
import { findConfig } from '../config/config-path.ts'
import type { NabizConfig } from '../config/nabiz-config.ts'
import { readConfig } from '../config/read-config.ts'
import { exitCodes } from '../exit-codes.ts'
import type { ProcessEdge } from '../process-edge.ts'
import { findAccount, findPlatform } from './accounts.ts'

export interface DecodeCommand {
  platform: string
  config: string | undefined
  account: string | undefined
  method: 'GET' | 'POST'
  path: string | undefined
  query: string | undefined
  /** Each as `Name: value`. */
  headers: readonly string[]
  unsigned: boolean
  /** Name of a polled API of which the body is an answer. */
  api: string | undefined
}

/**
 * `nabiz decode`: what Nabız makes of one delivery or one API answer on standard input, as NDJSON, by the connector's own
 * code and without a log. Nothing is asked of the platform. Without a config nothing can be verified.
 */
export async function decode(command: DecodeCommand, edge: ProcessEdge): Promise<number> {
  const platform = findPlatform(command.platform)
  const target = readTarget(command)
  const config = readOwnConfig(command, edge)
  const entry = accountOf(config, { ...command, platform, account: command.account ?? target.account })
  const body = await readAll(edge.stdin)
  const outgoing = createOutgoing()
  try {
    const matcher = createBrandMatcher(config?.brands ?? [])
    const options: DecodeOptions = {
      platform,
      connector: openAccount(entry, { clock: systemClock, outgoing, isOffline: true }),
      clock: systemClock,
      brands: entry.brands,
      bodyLimitBytes: (config?.ingest ?? ingestConfig.parse({})).bodyLimitBytes,
      match: (text) => matcher.match(text).map(({ brandId }) => brandId),
    }
    const decoded =
      command.api === undefined
        ? await decodeDelivery({ ...target, body, remoteAddress: '127.0.0.1' }, command.unsigned, options)
        : await decodeAnswer(apiOf(platform, command.api), body, options)
    if (!decoded) throw noSuchWay(platform, command.api)
    const { answer, outcomes } = decoded
    const lines = [
      ...(answer ? [{ answer: { status: answer.status, body: answer.body ?? '' } }] : []),
      ...outcomes,
    ]
    edge.stdout.write(lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
    return exitCodes.ok
  } finally {
    await outgoing.close()
  }
}

/** The config, where there is one. One that nobody named and that is not whole (secrets of other accounts) may be done without. */
function readOwnConfig(command: DecodeCommand, edge: ProcessEdge): NabizConfig | undefined {
  const path = findConfig(command.config)
  if (path === undefined) return undefined
  try {
    return readConfig(path, edge.env)
  } catch (err) {
    const isNeeded = command.config !== undefined || command.account !== undefined || needsSecret(command)
    if (!(err instanceof ConfigError) || isNeeded) throw err
    edge.stderr.write(`without ${path}, which has faults (nabiz config check): no brands, no account\n`)
    return undefined
  }
}

function needsSecret({ unsigned, api }: Pick<DecodeCommand, 'unsigned' | 'api'>): boolean {
  return !unsigned && api === undefined
}

function accountOf(
  config: NabizConfig | undefined,
  command: Pick<DecodeCommand, 'account' | 'unsigned' | 'api' | 'method'> & {
    platform: ConnectorAccount['platform']
  },
): ConnectorAccount {
  const { platform, account } = command
  const found = config?.ingest.connectors.find(
    (one) => one.platform === platform && (account === undefined || one.account === account),
  )
  if (found) return found
  if (config && command.account !== undefined) return findAccount(config, platform, account)
  if (!needsSecret(command)) return bareAccount(platform)
  throw new ConfigError('the command line', [
    {
      path: '--config',
      found: `no account of ${platform}, so no secret to check with`,
      expected: 'a config with one, or --unsigned to leave out the check',
    },
  ])
}

interface Target {
  method: 'GET' | 'POST'
  query: Record<string, string>
  headers: Record<string, string>
  account: string | undefined
}

/** The request's line and headers; a path as the webhook host has it names the account. */
function readTarget({ platform, method, path, query, headers }: DecodeCommand): Target {
  const url = new URL(path ?? '/', 'http://nabiz.invalid')
  const [, room, named, account] = url.pathname.split('/')
  if (room === 'webhooks' && named !== platform) {
    throw new ConfigError('the command line', [
      { path: '--path', found: url.pathname, expected: `/webhooks/${platform}/ACCOUNT` },
    ])
  }
  const params = new URLSearchParams(query?.replace(/^\?/, '') ?? url.search)
  return {
    method,
    query: Object.fromEntries(params),
    headers: Object.fromEntries(headers.map(readHeader)),
    account: room === 'webhooks' && account ? account : undefined,
  }
}

function readHeader(text: string): [string, string] {
  const colon = text.indexOf(':')
  if (colon > 0) return [text.slice(0, colon).trim().toLowerCase(), text.slice(colon + 1).trim()]
  throw new ConfigError('the command line', [
    { path: '--header', found: 'no colon', expected: "a header such as 'X-Hub-Signature-256: sha256=…'" },
  ])
}

function apisOf(platform: string): string[] {
  return Object.keys(describeConnectors().find((one) => one.platform === platform)?.apis ?? {})
}

function apiOf(platform: string, api: string): string {
  if (apisOf(platform).includes(api)) return api
  throw noSuchWay(platform, api)
}

function noSuchWay(platform: string, api: string | undefined): ConfigError {
  const apis = apisOf(platform)
  const polled = apis.length > 0 ? `--api with one of ${apis.join(', ')}` : 'a delivery, without --api'
  const found = api === undefined ? `an account of ${platform} without a webhook` : api
  return new ConfigError('the command line', [{ path: '--api', found, expected: polled }])
}

async function readAll(stream: AsyncIterable<string | Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for await (const part of stream) parts.push(typeof part === 'string' ? Buffer.from(part, 'utf8') : part)
  return Buffer.concat(parts)
}
