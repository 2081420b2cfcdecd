import { closeSync, openSync, readSync } from 'node:fs'

/** MDB_MAGIC, and where it stands in a file's first page: after a page header of 24 bytes (lmdb 3.5). */
const magic = 0xbeefc0de
const magicAt = 24

/**
 * Whether a file is missing, empty or begins as LMDB's do. To be asked before opening one: lmdb 3.5 maps any other into
 * memory too and dies on it, with a segmentation fault.
 */
export function isLmdbFile(path: string): boolean {
  const head = Buffer.alloc(magicAt + 4)
  let length: number
  try {
    const file = openSync(path, 'r')
    try {
      length = readSync(file, head, 0, head.length, 0)
    } finally {
      closeSync(file)
    }
  } catch (err) {
    if (err instanceof Error && 'code' in err && err.code === 'ENOENT') return true
    throw err
  }
  // In the machine's byte order, which is little on all we run on.
  return length === 0 || (length === head.length && head.readUInt32LE(magicAt) === magic)
}
