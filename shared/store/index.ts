export { checkCommit, checkPartition, comparePositions, isSameManifest } from './check-commit.ts'
export { keyBytes, prefixBytes } from './check-key.ts'
export {
  type EmbeddedStore,
  type EmbeddedStoreOptions,
  openEmbeddedStore,
} from './embedded/embedded-store.ts'
export type * from './store.ts'
