import { checkCommit, checkPartition } from '../check-commit.ts'
import { keyBytes } from '../check-key.ts'
import type { Commit, PartitionStore } from '../store.ts'
import type { Connection } from './connection.ts'
import type { Keys } from './keys.ts'
import { writeCommit } from './partition-commit.ts'
import { type Head, parseHead } from './partition-head.ts'
import { loadPartition } from './partition-load.ts'
import { headField } from './partition-scripts.ts'

/** The state of one stage's partitions; `run` keeps the store open for a call and refuses it once it is closed. */
export function createPartitionStates(
  stage: string,
  connection: Connection,
  keys: Keys,
  run: <T>(call: () => Promise<T>) => Promise<T>,
): PartitionStore {
  keyBytes('stage', stage)

  async function head(partition: number): Promise<Head | undefined> {
    const { state } = keys.partition(stage, partition)
    const row = (await connection.read('HGET', [state, headField])) as Buffer | null
    return row === null ? undefined : parseHead(row.toString())
  }

  return {
    async manifest(partition) {
      checkPartition(partition)
      return run(async () => (await head(partition))?.manifest)
    },
    async load(partition) {
      checkPartition(partition)
      return run(() => loadPartition(connection, keys.partition(stage, partition), partition))
    },
    async commit(commit: Commit) {
      checkCommit(commit)
      return run(() => writeCommit(connection, keys.partition(stage, commit.partition), commit))
    },
    async size(partition) {
      checkPartition(partition)
      return run(async () => (await head(partition))?.bytes ?? 0)
    },
  }
}
