export { canonicalJson, versionOf } from './canonical.ts'
export { type ActiveConfig, type ConfigChange, ConfigState, type RemovedConfig } from './config-state.ts'
export { type ConfigView, type ConfigViewOptions, configPartition, createConfigView } from './config-view.ts'
export { type ConfigItem, type PublishedConfig, publishConfig } from './publish-config.ts'
