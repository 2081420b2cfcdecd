import type { ConnectorFactory } from './connector.ts'
import { simulator } from './simulator/simulator.ts'
import { telegram } from './telegram/telegram.ts'
import { webhook } from './webhook/webhook.ts'

/** Every platform: one file, one line. */
export const connectors = { simulator, telegram, webhook } satisfies Record<string, ConnectorFactory>

export type PlatformName = keyof typeof connectors
