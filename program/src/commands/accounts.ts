import { type ConnectorAccount, describeConnectors } from '@nabiz/ingest'
import { ConfigError } from '@nabiz/shared/errors'
import type { NabizConfig } from '../config/nabiz-config.ts'

/** The platform of a command line; ConfigError names those there are. */
export function findPlatform(name: string): ConnectorAccount['platform'] {
  const platforms = describeConnectors().map(({ platform }) => platform)
  const found = platforms.find((platform) => platform === name)
  if (found) return found
  throw new ConfigError('the command line', [
    { path: 'platform', found: name, expected: `one of ${platforms.join(', ')}` },
  ])
}

/** The account of a command line; without a name the platform's only one. ConfigError names those there are. */
export function findAccount(
  config: NabizConfig,
  platform: ConnectorAccount['platform'],
  account: string | undefined,
): ConnectorAccount {
  const all = config.ingest.connectors.filter((one) => one.platform === platform)
  const fit = all.filter((one) => account === undefined || one.account === account)
  const [only] = fit
  if (only && fit.length === 1) return only
  const names = all.map((one) => one.account).join(', ')
  throw new ConfigError('the command line', [
    {
      path: '--account',
      found: account ?? `${all.length} accounts of ${platform}`,
      expected: names === '' ? `an account of ${platform} under ingest.connectors` : `one of ${names}`,
    },
  ])
}
