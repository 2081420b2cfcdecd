import { randomUUID } from 'node:crypto'
import { Secret } from '@nabiz/shared/config'
import type { Outgoing } from '@nabiz/shared/http'
import { createSilentLogger } from '@nabiz/shared/logging'
import { createRegistry } from '@nabiz/shared/metrics'
import type { Store } from '@nabiz/shared/store'
import type { Clock } from '@nabiz/shared/time'
import { createMemoryKeptValues } from '../adapters/memory-kept-values.ts'
import type { ConnectorAccount } from '../config.ts'
import { createConnectorContext, type KeptValues } from '../connector-context.ts'
import type { Connector, ConnectorFactory } from '../connectors/connector.ts'
import { connectors } from '../connectors/index.ts'
import type { RenewBeside } from '../credentials/credential.ts'
import { credentialKeyName, loadSeal } from '../credentials/kept-key.ts'
import { createSeal } from '../credentials/seal.ts'
import { createTelemetry } from '../telemetry.ts'

export interface OpenAccountOptions {
  clock: Clock
  outgoing: Outgoing
  /** Nothing may be asked of the platform. */
  isOffline: boolean
  /** Tokens and quotas as the service keeps them. */
  kept?: ReadonlyMap<string, Uint8Array>
  credentialKey?: Secret | undefined
  /** Opens the service's store for a token that must be renewed; resolves to undefined when that cannot be done now. */
  writeIn?: <T>(write: (store: KeptValues) => Promise<T>) => Promise<T | undefined>
}

/**
 * An account's connector beside the service. It keeps nothing but a token that it had to renew, and that in the service's
 * own store (`writeIn`): some refresh tokens are good for one use. Without one it renews none.
 */
export function openAccount(entry: ConnectorAccount, options: OpenAccountOptions): Connector {
  const { platform, account } = entry
  const logger = createSilentLogger()
  const made = options.kept?.get(credentialKeyName)
  const key = options.credentialKey ?? new Secret(Buffer.from(made ?? 'nothing is kept').toString('utf8'))
  const { writeIn } = options
  const renewBeside: RenewBeside | undefined =
    writeIn && ((renew) => writeIn(async (store) => renew({ store, seal: await loadSeal(options, store) })))
  const factory: ConnectorFactory = connectors[platform]
  return factory.create(
    entry.options,
    createConnectorContext({
      platform,
      account,
      store: createMemoryKeptValues(options.kept),
      clock: options.clock,
      outgoing: options.outgoing,
      logger,
      random: Math.random,
      telemetry: createTelemetry(createRegistry(), logger),
      seal: createSeal(key),
      // Two commands at once must not take each other's lease for their own.
      holder: `command ${randomUUID()}`,
      mayRenew: false,
      ...(renewBeside ? { renewBeside } : {}),
      isOffline: options.isOffline,
    }),
  )
}

/** An account's tokens and quotas as the service keeps them, and the key they are sealed with. */
export async function readKept(
  store: Pick<Store, 'get' | 'list'>,
  { platform, account }: Pick<ConnectorAccount, 'platform' | 'account'>,
): Promise<Map<string, Uint8Array>> {
  const kept = new Map<string, Uint8Array>()
  for (const room of ['credential', 'quota']) {
    for (const { key, value } of await store.list(`${room}/${platform}/${account}/`)) kept.set(key, value)
  }
  const key = await store.get(credentialKeyName)
  if (key) kept.set(credentialKeyName, key)
  return kept
}
