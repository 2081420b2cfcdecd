import { promisify } from 'node:util'
import { gunzip, gunzipSync } from 'node:zlib'
import { decompress as decompressZstd } from 'fzstd'
import { decompressFrame } from 'lz4-napi'
import { uncompress } from 'snappy'

const inflateElsewhere = promisify(gunzip)
/** Smaller batches are unpacked at once, bytes: handing them to a thread takes longer than the unpacking. */
const smallBytes = 64 * 1_024
const largestBuffer = 2 ** 20

function inflate(packed: Buffer): Promise<Buffer> | Buffer {
  if (packed.length >= smallBytes) return inflateElsewhere(packed)
  // The stream ends with the size of what it holds (RFC 1952): one buffer of just that size.
  const size = packed.length < 4 ? 0 : packed.readUInt32LE(packed.length - 4)
  return gunzipSync(packed, { chunkSize: Math.min(Math.max(size + 1, 64), largestBuffer) })
}

/** What a batch's records are packed with; the number is the batch's attribute (KIP-110). */
const codecs: Record<number, (packed: Buffer) => Promise<Buffer> | Buffer> = {
  0: (plain) => plain,
  1: inflate,
  2: unpackSnappy,
  3: (packed) => decompressFrame(packed),
  4: (packed) => Buffer.from(decompressZstd(packed)),
}

/** Unpacks the records of a batch. Throws RangeError for a codec that nobody knows. */
export function unpack(codec: number, packed: Buffer): Promise<Buffer> | Buffer {
  const read = codecs[codec]
  if (!read) throw new RangeError(`compression: found codec ${codec}; expected 0 to 4`)
  return read(packed)
}

/** Java's producers write snappy in blocks behind a header of 16 bytes (snappy-java), others plain. */
const blocksMagic = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00])
const blocksHeaderBytes = 16

async function unpackSnappy(packed: Buffer): Promise<Buffer> {
  if (!packed.subarray(0, blocksMagic.length).equals(blocksMagic)) return snappyBlock(packed)
  const blocks: Buffer[] = []
  for (let at = blocksHeaderBytes; at < packed.length; ) {
    const length = packed.readUInt32BE(at)
    blocks.push(await snappyBlock(packed.subarray(at + 4, at + 4 + length)))
    at += 4 + length
  }
  return Buffer.concat(blocks)
}

async function snappyBlock(packed: Buffer): Promise<Buffer> {
  return Buffer.from(await uncompress(packed, { asBuffer: true }))
}
