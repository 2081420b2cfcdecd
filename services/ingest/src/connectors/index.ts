import type { ConnectorFactory } from './connector.ts'
import { facebook } from './facebook/facebook.ts'
import { instagram } from './instagram/instagram.ts'
import { messenger } from './messenger/messenger.ts'
import { pinterest } from './pinterest/pinterest.ts'
import { simulator } from './simulator/simulator.ts'
import { snapchat } from './snapchat/snapchat.ts'
import { telegram } from './telegram/telegram.ts'
import { tiktok } from './tiktok/tiktok.ts'
import { webhook } from './webhook/webhook.ts'
import { whatsapp } from './whatsapp/whatsapp.ts'
import { youtube } from './youtube/youtube.ts'

/** Every platform: one folder, one line. */
export const connectors = {
  facebook,
  instagram,
  messenger,
  pinterest,
  simulator,
  snapchat,
  telegram,
  tiktok,
  webhook,
  whatsapp,
  youtube,
} satisfies Record<string, ConnectorFactory>

export type PlatformName = keyof typeof connectors
