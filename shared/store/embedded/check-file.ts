import { closeSync, openSync, readSync } from 'node:fs'

/** MDB_MAGIC, and where it stands in the first page of a file (lmdb 3.5: after a page header of 24 bytes). */
const magic = 0xbeefc0de
const magicAt = 24

/**
 * Throws unless the file is missing, empty or begins as an LMDB file does: lmdb 3.5.6 ends the process with a
 * segmentation fault on any other.
 */
export function checkIsLmdb(path: string): void {
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
    if (err instanceof Error && 'code' in err && err.code === 'ENOENT') return
    throw err
  }
  if (length > 0 && (length < head.length || head.readUInt32LE(magicAt) !== magic))
    throw new Error(`${path} is not an LMDB file: restore it from a copy, or move it away to begin anew`)
}
