import { closeSync, fsyncSync, openSync } from 'node:fs'

/** Makes the names in a folder durable: flushing a new file alone need not keep its name over a power cut. */
export function syncFolder(folder: string): void {
  // Windows can neither open nor flush a folder, and keeps names in its journal.
  if (process.platform === 'win32') return
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
