import type { ConfigView } from '@nabiz/shared/config-view'

/** Where brands, thresholds and plans come from. */
export type ConfigSource = Pick<ConfigView, 'brand' | 'thresholds' | 'plan'>
