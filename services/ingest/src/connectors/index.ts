import { bluesky } from './bluesky/bluesky.ts'
import type { ConnectorFactory } from './connector.ts'
import { facebook } from './facebook/facebook.ts'
import { feed } from './feed/feed.ts'
import { instagram } from './instagram/instagram.ts'
import { mastodon } from './mastodon/mastodon.ts'
import { messenger } from './messenger/messenger.ts'
import { pinterest } from './pinterest/pinterest.ts'
import { reddit } from './reddit/reddit.ts'
import { simulator } from './simulator/simulator.ts'
import { snapchat } from './snapchat/snapchat.ts'
import { telegram } from './telegram/telegram.ts'
import { tiktok } from './tiktok/tiktok.ts'
import { webhook } from './webhook/webhook.ts'
import { wechat } from './wechat/wechat.ts'
import { whatsapp } from './whatsapp/whatsapp.ts'
import { x } from './x/x.ts'
import { youtube } from './youtube/youtube.ts'

/** Every platform: one folder, one line. */
export const connectors = {
  bluesky,
  facebook,
  feed,
  instagram,
  mastodon,
  messenger,
  pinterest,
  reddit,
  simulator,
  snapchat,
  telegram,
  tiktok,
  webhook,
  wechat,
  whatsapp,
  x,
  youtube,
} satisfies Record<string, ConnectorFactory>

export type PlatformName = keyof typeof connectors
