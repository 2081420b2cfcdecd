import type { Manifest } from '../store.ts'

/** The manifest with the bytes its values take together. */
export interface Head {
  manifest: Manifest
  bytes: number
}

/** Reads what the scripts write: bytes, a space, the manifest. */
export function parseHead(row: string): Head {
  const space = row.indexOf(' ')
  return { bytes: Number(row.slice(0, space)), manifest: JSON.parse(row.slice(space + 1)) as Manifest }
}
