import { bluesky } from './bluesky-in-trouble.ts'
import { feed } from './feed-in-trouble.ts'
import { mastodon } from './mastodon-in-trouble.ts'
import { facebook, instagram, messenger, whatsapp } from './meta-in-trouble.ts'
import { pinterest } from './pinterest-in-trouble.ts'
import type { PlatformInTrouble, TroubleOptions } from './platform-in-trouble.ts'
import { reddit } from './reddit-in-trouble.ts'
import { snapchat } from './snapchat-in-trouble.ts'
import { telegram } from './telegram-in-trouble.ts'
import { tiktok } from './tiktok-in-trouble.ts'
import { webhook } from './webhook-in-trouble.ts'
import { wechat } from './wechat-in-trouble.ts'
import { x } from './x-in-trouble.ts'
import { youtube } from './youtube-in-trouble.ts'

/** Who takes part in the day of trouble: a new connector is one line here and a fake in trouble. */
export const troubledPlatforms: Readonly<
  Record<string, (options: TroubleOptions) => Promise<PlatformInTrouble>>
> = {
  bluesky,
  facebook,
  feed,
  instagram,
  mastodon,
  messenger,
  pinterest,
  reddit,
  snapchat,
  telegram,
  tiktok,
  webhook,
  wechat,
  whatsapp,
  x,
  youtube,
}
