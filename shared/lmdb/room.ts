import { statfsSync } from 'node:fs'

/** Bytes that a process without privileges may still write on a folder's disk; without end where that cannot be told. */
export function freeBytesOf(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize
  } catch {
    return Number.MAX_SAFE_INTEGER
  }
}

/** For messages. */
export function inMegabytes(bytes: number): string {
  return `${Math.floor(bytes / 2 ** 20)} MB`
}
