export { checkCommit, checkPartition, comparePositions, isSameManifest } from './check-commit.ts'
export { keyBytes, prefixBytes } from './check-key.ts'
export {
  type EmbeddedStore,
  type EmbeddedStoreOptions,
  openEmbeddedStore,
} from './embedded/embedded-store.ts'
export { type RedisStoreConfig, redisStoreConfig } from './redis/redis-config.ts'
export { openRedisStore, type RedisStore, type RedisStoreOptions } from './redis/redis-store.ts'
export type * from './store.ts'
