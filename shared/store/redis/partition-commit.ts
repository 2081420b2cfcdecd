import { randomBytes } from 'node:crypto'
import { DependencyError } from '../../errors/index.ts'
import type { Commit, Manifest } from '../store.ts'
import type { Argument, Connection } from './connection.ts'
import type { PartitionKeys } from './keys.ts'
import {
  abandonPieces,
  beginCommit,
  clearReplaced,
  pieceBytes,
  piecesPerClearing,
  swapManifest,
  writePieces,
} from './partition-scripts.ts'
import type { Script } from './script.ts'

/** A value's pieces begin at `first` among those of its commit. */
interface Placed {
  name: string
  bytes: number
  first: number
}

/** Pieces of one script: at most one large one, or as many small ones. */
interface Part {
  first: number
  pieces: Uint8Array[]
  bytes: number
}

const piecesPerScript = 500

/**
 * Announces the commit, writes its pieces under names of its own, then swaps the manifest. No step is sent twice: one that
 * fails fails the commit, and what was written is cleared away at once or, at the latest, by the next commit of anyone.
 */
export async function writeCommit(
  connection: Connection,
  keys: PartitionKeys,
  commit: Commit,
): Promise<boolean> {
  const base = commit.base === undefined ? '' : canonical(commit.base)
  const { placed, parts, total } = cut(commit.puts)
  // 64 random bits, so that no rival writes under the same names, whatever its position.
  const id = `${total}.${randomBytes(8).toString('base64url')}`
  const step = (what: Script, names: readonly string[], args: readonly Argument[]) =>
    connection.write(keys.state, what, names, args)
  if (total > 0) {
    const begun = await step(beginCommit, [keys.state, keys.pending], [id, base, String(total)])
    if (begun === 0) return false
    const failed = await writeParts(connection, keys, id, parts)
    if (failed !== undefined) {
      await abandon()
      throw failed.err
    }
  }
  const answer = await step(
    swapManifest,
    [keys.state, keys.pending, keys.replaced],
    swapArguments(id, keys, base, commit, placed),
  )
  if (answer === 2) await clearAway()
  if (answer === 1 || answer === 2) return true
  await abandon()
  if (answer === 0) return false
  throw new DependencyError(
    'store_unavailable',
    `Redis on ${connection.server} has lost a part of what a commit of partition ${commit.partition} wrote`,
    { retryable: true },
  )

  /** The announcement goes last: until then the next commit finds what this one does not get to. */
  async function abandon(): Promise<void> {
    for (let from = 0; from < total; from += piecesPerClearing) {
      const count = Math.min(piecesPerClearing, total - from)
      const isLast = from + count === total ? 1 : 0
      const done = await succeeds(step(abandonPieces, [keys.pending], [id, keys.pieces, from, count, isLast]))
      if (!done) return
    }
  }

  async function clearAway(): Promise<void> {
    for (let left = 1; left > 0; ) {
      const clearing = step(clearReplaced, [keys.replaced], [keys.pieces])
      if (!(await succeeds(clearing))) return
      left = Number(await clearing)
    }
  }
}

/** What cannot be cleared away now, the next commit clears away; the fault of the commit itself is told. */
function succeeds(call: Promise<unknown>): Promise<boolean> {
  return call.then(
    () => true,
    () => false,
  )
}

async function writeParts(
  connection: Connection,
  keys: PartitionKeys,
  id: string,
  parts: readonly Part[],
): Promise<{ err: unknown } | undefined> {
  let failed: { err: unknown } | undefined
  const writing = parts.map(({ first, pieces, bytes }) =>
    connection.bulk(bytes, async () => {
      if (failed !== undefined) return
      const names = pieces.map((_, i) => `${keys.pieces}${id}:${first + i}`)
      try {
        await connection.run(writePieces, [keys.pending, ...names], [id, ...pieces])
      } catch (err) {
        failed ??= { err }
      }
    }),
  )
  await Promise.all(writing)
  return failed
}

function swapArguments(
  id: string,
  keys: PartitionKeys,
  base: string,
  { next, deletes = [] }: Commit,
  placed: readonly Placed[],
): Argument[] {
  const gone = [...new Set(deletes)]
  const args: Argument[] = [id, keys.pieces, base, canonical(next), gone.length, placed.length, ...gone]
  for (const { name, bytes, first } of placed) args.push(name, bytes, first)
  return args
}

function cut(puts: ReadonlyMap<string, Uint8Array>): { placed: Placed[]; parts: Part[]; total: number } {
  const placed: Placed[] = []
  const parts: Part[] = []
  let total = 0
  for (const [name, value] of puts) {
    placed.push({ name, bytes: value.length, first: total })
    for (let from = 0; from < value.length; from += pieceBytes) {
      const piece = value.subarray(from, from + pieceBytes)
      const part = parts.at(-1)
      if (
        part !== undefined &&
        part.bytes + piece.length <= pieceBytes &&
        part.pieces.length < piecesPerScript
      ) {
        part.pieces.push(piece)
        part.bytes += piece.length
      } else parts.push({ first: total, pieces: [piece], bytes: piece.length })
      total++
    }
  }
  return { placed, parts, total }
}

/** The same text for manifests that are equal in every field, whatever the order of the fields. */
function canonical(manifest: Manifest): string {
  return JSON.stringify(manifest, Object.keys(manifest).sort())
}
