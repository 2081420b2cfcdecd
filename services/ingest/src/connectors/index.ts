import type { ConnectorFactory } from './connector.ts'
import { webhook } from './webhook/webhook.ts'

/** Every platform: one file, one line. */
export const connectors = { webhook } satisfies Record<string, ConnectorFactory>

export type PlatformName = keyof typeof connectors
