import { randomBytes } from 'node:crypto'
import { DependencyError } from '../../errors/index.ts'
import type { Commit, Manifest } from '../store.ts'
import type { Argument, Connection } from './connection.ts'
import type { PartitionKeys } from './keys.ts'
import { abandonCommit, beginCommit, pieceBytes, swapManifest, writePieces } from './partition-scripts.ts'

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
  const { epoch, offset } = commit.next
  const id = `${epoch}.${offset}.${total}.${randomBytes(9).toString('base64url')}`
  if (total > 0) {
    const args = [id, base, String(total)]
    const begun = await connection.write(keys.state, beginCommit, [keys.state, keys.pending], args)
    if (begun === 0) return false
    await writeParts(connection, keys, id, parts)
  }
  const answer = await connection.write(
    keys.state,
    swapManifest,
    [keys.state, keys.pending],
    swapArguments(id, keys, base, commit, placed),
  )
  if (answer === -1)
    throw new DependencyError(
      'store_unavailable',
      `Redis on ${connection.server} has lost a part of what a commit of partition ${commit.partition} wrote`,
      { retryable: true },
    )
  return answer === 1
}

async function writeParts(
  connection: Connection,
  keys: PartitionKeys,
  id: string,
  parts: readonly Part[],
): Promise<void> {
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
  if (failed === undefined) return
  // Where Redis is full or forbids a write it may still be asked to forget; where it is away the next commit clears up.
  await connection.write(keys.state, abandonCommit, [keys.pending], [id, keys.pieces]).catch(() => undefined)
  throw failed.err
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
