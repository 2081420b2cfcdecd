import { facebook, instagram, messenger, whatsapp } from './meta-in-trouble.ts'
import type { PlatformInTrouble, TroubleOptions } from './platform-in-trouble.ts'
import { telegram } from './telegram-in-trouble.ts'
import { webhook } from './webhook-in-trouble.ts'

/** Who takes part in the day of trouble: a new connector is one line here and a fake in trouble. */
export const troubledPlatforms: Readonly<
  Record<string, (options: TroubleOptions) => Promise<PlatformInTrouble>>
> = {
  facebook,
  instagram,
  messenger,
  telegram,
  webhook,
  whatsapp,
}
