export { createIngest, type Ingest, type IngestOptions } from './app.ts'
export { type ConnectorAccount, type IngestConfig, ingestConfig } from './config.ts'
export type { Check, Connector, Item, Receipt, Unreadable } from './connectors/connector.ts'
export { type ColumnMap, columnMap, parseMapArgument } from './connectors/replay/column-map.ts'
export { openReplay, type ReplayFile } from './connectors/replay/open-replay.ts'
export type { ReplayRow } from './connectors/replay/to-item.ts'
export { type Crisis, crisisEnd, usualCrisis } from './connectors/simulator/crisis.ts'
export {
  demoBrands,
  type SimulatedBrand,
  toBrandConfig,
} from './connectors/simulator/simulated-brand.ts'
export type { SimulatedItem } from './connectors/simulator/simulated-item.ts'
export { createSimulation, type Simulation } from './connectors/simulator/simulation.ts'
export { webhookPath } from './hosts/webhook-host.ts'
export { type AccountState, readAccountStates } from './inspect/account-states.ts'
export {
  type DecodedMention,
  type DecodeOptions,
  type DecodeOutcome,
  decodeAnswer,
  decodeDelivery,
} from './inspect/decode.ts'
export { bareAccount, describeConnectors, type PlatformDescription } from './inspect/describe-connectors.ts'
export { openAccount, readKept } from './inspect/open-account.ts'
export { BrandPatternsError, createBrandMatcher } from './matching/brand-matcher.ts'
export { createOfflineIngest, type OfflineIngest } from './offline.ts'
export { probeBrandId } from './probe.ts'
