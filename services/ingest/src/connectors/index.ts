import type { ConnectorFactory } from './connector.ts'
import { facebook } from './facebook/facebook.ts'
import { instagram } from './instagram/instagram.ts'
import { messenger } from './messenger/messenger.ts'
import { reddit } from './reddit/reddit.ts'
import { simulator } from './simulator/simulator.ts'
import { telegram } from './telegram/telegram.ts'
import { webhook } from './webhook/webhook.ts'
import { wechat } from './wechat/wechat.ts'
import { whatsapp } from './whatsapp/whatsapp.ts'
import { youtube } from './youtube/youtube.ts'
import { x } from './x/x.ts'

/** Every platform: one folder, one line. */
export const connectors = {
  facebook,
  instagram,
  messenger,
  reddit,
  simulator,
  telegram,
  webhook,
  wechat,
  whatsapp,
  youtube,
  x,
} satisfies Record<string, ConnectorFactory>

export type PlatformName = keyof typeof connectors
