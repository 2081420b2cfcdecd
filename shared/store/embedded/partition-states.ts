import { checkCommit, checkPartition, isSameManifest } from '../check-commit.ts'
import { keyBytes } from '../check-key.ts'
import type { Commit, Manifest, PartitionStore } from '../store.ts'
import type { Databases } from './databases.ts'
import { counted, endOf, numberBytes, timeBytes } from './row-keys.ts'

/** The manifest with the bytes its values take together. */
interface Head {
  manifest: Manifest
  bytes: number
}

/** Where a value stands: under the position it was committed at, in pieces. */
interface Placed {
  epoch: number
  offset: number
  bytes: number
}

interface StateAccess {
  databases: Databases
  refuseIfClosed(): void
  /** Keeps the store open until a read of several turns has ended. */
  reading<T>(read: () => Promise<T>): Promise<T>
  write<T>(run: () => T, bytes: number): Promise<T>
}

const pieceBytes = 2 ** 20
/** Read between two breaths of the event loop. */
const breathBytes = 16 * 2 ** 20
const headKind = 0
const nameKind = 1
const pieceKind = 2

/** The state of one stage's partitions; every commit is one transaction. */
export function createPartitionStates(stage: string, access: StateAccess): PartitionStore {
  const { root, states } = access.databases
  const stageRow = counted(keyBytes('stage', stage))

  function prefix(partition: number, kind: number): Buffer {
    return Buffer.concat([stageRow, numberBytes(partition), Buffer.of(kind)])
  }

  function head(partition: number): Head | undefined {
    const row = states.getBinary(prefix(partition, headKind))
    return row === undefined ? undefined : parse<Head>(row)
  }

  function pieceRows(partition: number, name: Buffer, placed: Placed): Buffer[] {
    const value = Buffer.concat([
      prefix(partition, pieceKind),
      counted(name),
      timeBytes(placed.epoch),
      timeBytes(placed.offset),
    ])
    const count = Math.ceil(placed.bytes / pieceBytes)
    return Array.from({ length: count }, (_, i) => Buffer.concat([value, numberBytes(i)]))
  }

  /** Returns the bytes it took away. */
  function remove(partition: number, name: Buffer): number {
    const nameRow = Buffer.concat([prefix(partition, nameKind), name])
    const row = states.getBinary(nameRow)
    if (row === undefined) return 0
    const placed = parse<Placed>(row)
    for (const pieceRow of pieceRows(partition, name, placed)) states.removeSync(pieceRow)
    states.removeSync(nameRow)
    return placed.bytes
  }

  function put(partition: number, name: Buffer, value: Uint8Array, at: Manifest): void {
    const placed: Placed = { epoch: at.epoch, offset: at.offset, bytes: value.length }
    for (const [i, pieceRow] of pieceRows(partition, name, placed).entries())
      states.putSync(pieceRow, value.subarray(i * pieceBytes, (i + 1) * pieceBytes))
    states.putSync(Buffer.concat([prefix(partition, nameKind), name]), Buffer.from(JSON.stringify(placed)))
  }

  /** Reads within one transaction, so what is committed meanwhile is not seen. */
  async function load(partition: number): ReturnType<PartitionStore['load']> {
    const transaction = root.useReadTransaction()
    try {
      const start = prefix(partition, nameKind)
      const row = states.get(prefix(partition, headKind), { transaction })
      const manifest = row === undefined ? undefined : parse<Head>(row).manifest
      const names = [...states.getRange({ start, end: endOf(start), transaction })].map(({ key, value }) => ({
        name: Buffer.from(key.subarray(start.length)),
        placed: parse<Placed>(value),
      }))
      const values = new Map<string, Uint8Array>()
      let read = 0
      for (const { name, placed } of names) {
        const value = new Uint8Array(placed.bytes)
        for (const [i, pieceRow] of pieceRows(partition, name, placed).entries()) {
          const piece = states.get(pieceRow, { transaction })
          if (piece === undefined) throw new Error(`piece ${i} of ${name.toString()} is missing`)
          value.set(piece, i * pieceBytes)
        }
        values.set(name.toString(), value)
        read += placed.bytes
        if (read < breathBytes) continue
        read = 0
        await new Promise((resolve) => setImmediate(resolve))
      }
      return { manifest, values }
    } finally {
      transaction.done()
    }
  }

  function apply({ partition, base, next, puts, deletes }: Commit): boolean {
    const current = head(partition)
    if (!isSameManifest(current?.manifest, base)) return false
    let bytes = current?.bytes ?? 0
    for (const name of deletes ?? []) bytes -= remove(partition, Buffer.from(name))
    for (const [name, value] of puts) {
      const nameBytes = Buffer.from(name)
      bytes += value.length - remove(partition, nameBytes)
      put(partition, nameBytes, value, next)
    }
    const row: Head = { manifest: next, bytes }
    states.putSync(prefix(partition, headKind), Buffer.from(JSON.stringify(row)))
    return true
  }

  return {
    async manifest(partition) {
      checkPartition(partition)
      access.refuseIfClosed()
      return head(partition)?.manifest
    },

    async load(partition) {
      checkPartition(partition)
      access.refuseIfClosed()
      return access.reading(() => load(partition))
    },

    async commit(commit) {
      checkCommit(commit)
      let bytes = 0
      for (const value of commit.puts.values()) bytes += value.length
      return access.write(() => apply(commit), bytes)
    },

    async size(partition) {
      checkPartition(partition)
      access.refuseIfClosed()
      return head(partition)?.bytes ?? 0
    },
  }
}

function parse<T>(row: Uint8Array): T {
  return JSON.parse(Buffer.from(row).toString()) as T
}
