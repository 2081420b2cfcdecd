import { withEnvironment } from '@nabiz/shared/config'
import type { ConnectorAccount } from '../config.ts'
import type { ConnectorFactory, Description } from '../connectors/connector.ts'
import { connectors, type PlatformName } from '../connectors/index.ts'

/** What a platform's connector says of itself. */
export interface PlatformDescription extends Description {
  platform: PlatformName
}

/** Every platform, in the order of the registry. */
export function describeConnectors(): PlatformDescription[] {
  return (Object.keys(connectors) as PlatformName[]).map((platform) => ({
    platform,
    ...connectors[platform].description,
  }))
}

/** An account with the least config that works, for reading payloads without a config file: it can verify nothing. */
export function bareAccount(platform: PlatformName): ConnectorAccount {
  const factory: ConnectorFactory = connectors[platform]
  const { config, environment } = factory.bare
  const options = withEnvironment(environment, () => factory.config.parse(config))
  return { platform, account: 'main', brands: [], options } as ConnectorAccount
}
