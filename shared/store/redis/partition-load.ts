import { DependencyError } from '../../errors/index.ts'
import type { Manifest, PartitionStore } from '../store.ts'
import type { Connection } from './connection.ts'
import type { PartitionKeys } from './keys.ts'
import { parseHead } from './partition-head.ts'
import { headField, pieceBytes } from './partition-scripts.ts'

/** Where a value's pieces are. Two values at the same place are the same bytes. */
interface Place {
  name: string
  place: string
  bytes: number
  first: number
  commit: string
}

interface Snapshot {
  row: string
  manifest: Manifest | undefined
  places: Place[]
}

/** Asked for with one command. */
const batchBytes = 2 ** 20
const batchPieces = 500
/** Entries of the table looked at before the event loop gets a turn; names and places alternate. */
const namesPerBreath = 8_000

/**
 * The table of names is read in one step with the manifest; the pieces it names never change, but go when a commit replaces
 * them. If one is missing the table is read again, and only what has changed since is fetched.
 */
export async function loadPartition(
  connection: Connection,
  keys: PartitionKeys,
  partition: number,
): ReturnType<PartitionStore['load']> {
  const known = new Map<string, Uint8Array>()
  let before: string | undefined
  for (;;) {
    const { row, manifest, places } = await snapshot(connection, keys)
    const isWhole = await fetchMissing(connection, keys, places, known)
    if (isWhole) {
      const values = new Map<string, Uint8Array>()
      for (const { name, place } of places) values.set(name, known.get(place) ?? new Uint8Array(0))
      return { manifest, values }
    }
    // Not another commit's doing: the same table names what is not there.
    if (row === before)
      throw new DependencyError(
        'store_unavailable',
        `Redis on ${connection.server} has lost values of partition ${partition}: the keys ${keys.pieces}* that ${keys.state} ` +
          'names are missing; restore them from a copy, or delete that key to have the state built again',
        { retryable: false },
      )
    before = row
  }
}

async function snapshot(connection: Connection, keys: PartitionKeys): Promise<Snapshot> {
  const reply = (await connection.read('HGETALL', [keys.state])) as Buffer[]
  const places: (Place & { order: string })[] = []
  let row = ''
  let manifest: Manifest | undefined
  for (let i = 0; i + 1 < reply.length; i += 2) {
    if (i % namesPerBreath === namesPerBreath - 2) await breath()
    const [name, value] = [reply[i] as Buffer, (reply[i + 1] as Buffer).toString()]
    if (name.length === headField.length) {
      row = value
      manifest = parseHead(value).manifest
      continue
    }
    const [bytes = '', first = '', commit = ''] = value.split(':')
    // Latin-1 texts compare as their bytes do.
    places.push({
      name: name.toString(),
      order: name.toString('latin1'),
      place: value,
      bytes: Number(bytes),
      first: Number(first),
      commit,
    })
  }
  await breath()
  places.sort((a, b) => (a.order < b.order ? -1 : 1))
  await breath()
  return { row, manifest, places }
}

function breath(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** Adds to `known` what is not there yet; false when a piece was not found. */
async function fetchMissing(
  connection: Connection,
  keys: PartitionKeys,
  places: readonly Place[],
  known: Map<string, Uint8Array>,
): Promise<boolean> {
  const missing = places.filter(({ place }) => !known.has(place))
  let isWhole = true
  const wanted = batches(missing)
  await breath()
  const reading = wanted.map((batch) =>
    connection.bulk(batch.bytes, async () => {
      if (!isWhole) return
      const names = batch.pieces.map(
        ({ place, index }) => `${keys.pieces}${place.commit}:${place.first + index}`,
      )
      const rows = (await connection.read('MGET', names)) as (Buffer | null)[]
      if (rows.includes(null)) isWhole = false
      for (const [i, { place, index, value }] of batch.pieces.entries()) {
        const row = rows[i]
        if (row) keep(place, index, value, row, known)
      }
    }),
  )
  const results = await Promise.allSettled(reading)
  for (const result of results) if (result.status === 'rejected') throw result.reason
  return isWhole
}

/** A value of one piece is handed on as it came, sharing its reply's memory: whoever loads reads it once and lets it go. */
function keep(
  { place, bytes }: Place,
  index: number,
  value: Piece['value'],
  row: Buffer,
  known: Map<string, Uint8Array>,
): void {
  if (bytes <= pieceBytes) {
    known.set(place, new Uint8Array(row.buffer, row.byteOffset, row.byteLength))
    return
  }
  // Made piece by piece as they come: the room of a large state at once would hold up the event loop.
  value.bytes ??= new Uint8Array(bytes)
  value.bytes.set(row, index * pieceBytes)
  value.left -= 1
  if (value.left === 0) known.set(place, value.bytes)
}

interface Piece {
  place: Place
  index: number
  /** Where the pieces are put together; shared by those of one value. */
  value: { bytes: Uint8Array | undefined; left: number }
}

function batches(places: readonly Place[]): { pieces: Piece[]; bytes: number }[] {
  const all: { pieces: Piece[]; bytes: number }[] = []
  for (const place of places) {
    const count = Math.ceil(place.bytes / pieceBytes)
    const value = { bytes: undefined, left: count }
    for (let index = 0; index < count; index++) {
      const bytes = Math.min(pieceBytes, place.bytes - index * pieceBytes)
      const last = all.at(-1)
      if (last !== undefined && last.bytes + bytes <= batchBytes && last.pieces.length < batchPieces) {
        last.pieces.push({ place, index, value })
        last.bytes += bytes
      } else all.push({ pieces: [{ place, index, value }], bytes })
    }
  }
  return all
}
