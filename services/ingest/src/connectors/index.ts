import { bluesky } from './bluesky/bluesky.ts'
import type { ConnectorFactory } from './connector.ts'
import { facebook } from './facebook/facebook.ts'
import { feed } from './feed/feed.ts'
import { instagram } from './instagram/instagram.ts'
import { mastodon } from './mastodon/mastodon.ts'
import { messenger } from './messenger/messenger.ts'
import { simulator } from './simulator/simulator.ts'
import { telegram } from './telegram/telegram.ts'
import { webhook } from './webhook/webhook.ts'
import { whatsapp } from './whatsapp/whatsapp.ts'

/** Every platform: one folder, one line. */
export const connectors = {
  bluesky,
  facebook,
  feed,
  instagram,
  mastodon,
  messenger,
  simulator,
  telegram,
  webhook,
  whatsapp,
} satisfies Record<string, ConnectorFactory>

export type PlatformName = keyof typeof connectors
