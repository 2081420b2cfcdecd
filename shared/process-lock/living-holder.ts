import { readdir } from 'node:fs/promises'
import type { Holder } from './holder.ts'
import { greatest, sight, silentAfterMs } from './lock-files.ts'

/** The holder of a folder, if it lives, or may live where it cannot be asked; for those who only read beside it. */
export async function livingHolder(folder: string): Promise<Holder | undefined> {
  const seen = await sight(folder, greatest(await readdir(folder)))
  if (seen === undefined || seen.life === 'dead') return undefined
  return seen.life === 'alive' || Date.now() - seen.beatAt < silentAfterMs ? seen.holder : undefined
}
