import type { Outgoing } from '@nabiz/shared/http'
import type { Logger } from '@nabiz/shared/logging'
import type { Store } from '@nabiz/shared/store'
import type { Clock } from '@nabiz/shared/time'
import type { ConnectorContext, Kept } from './connectors/connector.ts'
import { createCredential, type RenewBeside } from './credentials/credential.ts'
import type { Seal } from './credentials/seal.ts'
import type { Vault } from './credentials/vault.ts'
import { createQuota } from './quotas/quota.ts'
import type { IngestTelemetry } from './telemetry.ts'

/** What quotas and credentials ask of the store. */
export type KeptValues = Pick<Store, 'get' | 'set' | 'compareAndSet' | 'acquireLease' | 'releaseLease'>

export interface ConnectorContextOptions {
  platform: string
  account: string
  store: KeptValues
  clock: Clock
  outgoing: Outgoing
  logger: Logger
  random: () => number
  telemetry: Pick<
    IngestTelemetry,
    | 'quota'
    | 'quotaHeld'
    | 'fieldMissing'
    | 'credentialExpires'
    | 'credentialRenewed'
    | 'credentialEnding'
    | 'credentialNotRenewed'
    | 'missed'
  >
  seal: Seal
  /** Looks after the account's tokens; absent in commands, which look once. */
  vault?: Pick<Vault, 'add'>
  holder: string
  /** False: kept tokens are used and not written to. */
  mayRenew: boolean
  /** How a command renews a token that has ended or is refused. */
  renewBeside?: RenewBeside
  isOffline?: boolean
}

/** What one account's connector works with. */
export function createConnectorContext(options: ConnectorContextOptions): ConnectorContext {
  const { platform, account, store, clock, telemetry, seal, holder, mayRenew, renewBeside } = options
  return {
    clock,
    outgoing: options.outgoing,
    logger: options.logger,
    random: options.random,
    fieldMissing: (field) => telemetry.fieldMissing(platform, field),
    ...(options.isOffline ? { isOffline: true } : {}),
    quota: (spec) =>
      createQuota(spec, {
        store,
        clock,
        platform,
        account,
        onChange: (state) => telemetry.quota(platform, account, spec.name, state),
        onHeld: () => telemetry.quotaHeld(platform, account, spec.name),
      }),
    missed: (from, to) => telemetry.missed(platform, account, from, to),
    keep: (name) => createKept(store, `kept/${platform}/${account}/${name}`),
    credential(spec) {
      const credential = createCredential(spec, {
        store,
        clock,
        seal,
        platform,
        account,
        holder,
        mayRenew,
        ...(renewBeside ? { renewBeside } : {}),
        onExpiry: (at) => telemetry.credentialExpires(platform, account, spec.name, at),
        onEnding: (at) => telemetry.credentialEnding(platform, account, spec.name, at),
        onRenewed: (at) => telemetry.credentialRenewed(platform, account, spec.name, at),
        onNotRenewed: (err) => telemetry.credentialNotRenewed(platform, account, spec.name, err),
      })
      return options.vault?.add(credential) ?? credential
    },
  }
}

function createKept(store: KeptValues, key: string): Kept {
  return {
    async get() {
      const value = await store.get(key)
      return value && Buffer.from(value).toString('utf8')
    },
    set: (text) => store.set(key, Buffer.from(text, 'utf8')),
  }
}
