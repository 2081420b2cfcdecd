import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Holder, lifeOf, parseHolder } from './holder.ts'

/** How often a holder touches its file, ms. */
export const beatMs = 2_000
/** Silence after which a holder that cannot be asked counts as dead, ms. */
export const silentAfterMs = 15_000

const lockFile = /^lock\.(\d+)$/

/** N of `lock.N`, 0 for any other name. */
export function numberOf(name: string): number {
  return Number(lockFile.exec(name)?.[1] ?? 0)
}

/** The greatest N of the names, 0 for none: whoever made `lock.N` holds the folder. */
export function greatest(names: readonly string[]): number {
  return Math.max(0, ...names.map(numberOf))
}

/** A lock file as it stands. */
export interface Sighting {
  file: string
  /** Undefined for a file that nobody wrote as a lock. */
  holder: Holder | undefined
  life: 'alive' | 'dead' | 'unknown'
  /** The holder's last sign of life, ms since the epoch by the clock of its machine. */
  beatAt: number
}

/** Undefined when there is no such file (any more). */
export async function sight(folder: string, n: number): Promise<Sighting | undefined> {
  const file = join(folder, `lock.${n}`)
  try {
    const holder = parseHolder(await readFile(file, 'utf8'))
    const beatAt = (await stat(file)).mtimeMs
    return { file, holder, life: holder === undefined ? 'unknown' : await lifeOf(holder), beatAt }
  } catch (err) {
    if (err instanceof Error && 'code' in err && err.code === 'ENOENT') return undefined
    throw err
  }
}
