import { randomUUID } from 'node:crypto'
import { closeSync, openSync, statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { DependencyError } from '../../errors/index.ts'
import type { MetaFile } from './meta-file.ts'
import { fateOf, ownIdentity, type ProcessIdentity } from './process-identity.ts'

/** The process that holds a log, as it says itself. */
export interface Holder extends ProcessIdentity {
  /** Tells two openings by one process apart. */
  token: string
}

const beatMs = 1_000
/** A holder in another container that has not beaten for so long is dead, ms. */
const silentMs = 5_000

/** The right to write to a log, until released or until the process dies, however it dies. */
export interface Hold {
  token: string
  release(): void
}

/**
 * Takes the log for this process. Who holds it stands in the meta file and is changed in a write transaction of LMDB,
 * whose lock the kernel gives back when a process dies; so two starters cannot both find a dead holder and both take
 * over. Rejects with DependencyError `log_locked`, naming the holder and the ways out.
 */
export async function holdLog(meta: MetaFile): Promise<Hold> {
  const mine: Holder = { ...ownIdentity(), token: randomUUID() }
  const beatPath = join(meta.folder, 'beat')
  const before = meta.get(['holder']) as Holder | undefined
  if (before && fateOf(before, mine) === 'unknown') await waitForSilence(before, beatPath, meta)
  meta.exclusively((get, put) => {
    const holder = get(['holder']) as Holder | undefined
    // One that beat into silence above may be replaced; any other of unknown fate came in between.
    const gone =
      !holder ||
      fateOf(holder, mine) === 'dead' ||
      (holder.token === before?.token && fateOf(holder, mine) === 'unknown')
    if (!gone) throw locked(holder, meta.folder)
    put(['holder'], mine)
  })
  closeSync(openSync(beatPath, 'a'))
  const beat = () => {
    const now = new Date()
    try {
      utimesSync(beatPath, now, now)
    } catch {
      // The folder is gone or read-only: the next write to the log says so loudly.
    }
  }
  beat()
  const timer = setInterval(beat, beatMs).unref()
  return {
    token: mine.token,
    release() {
      clearInterval(timer)
      meta.exclusively((get, put) => {
        const holder = get(['holder']) as Holder | undefined
        if (holder?.token === mine.token) put(['holder'], undefined)
      })
    },
  }
}

/** The holder, if it lives (or may live, in another container). */
export function livingHolder(meta: MetaFile): Holder | undefined {
  const holder = meta.get(['holder']) as Holder | undefined
  if (!holder) return undefined
  const fate = fateOf(holder)
  if (fate === 'unknown') return silenceOf(join(meta.folder, 'beat')) < silentMs ? holder : undefined
  return fate === 'alive' ? holder : undefined
}

async function waitForSilence(holder: Holder, beatPath: string, meta: MetaFile): Promise<void> {
  const firstSilence = silenceOf(beatPath)
  for (let last = firstSilence; last < silentMs; ) {
    await sleep(beatMs / 4)
    const now = silenceOf(beatPath)
    if (now < last) throw locked(holder, meta.folder)
    last = now
  }
}

/** Time since the last beat, ms; by the machine's clock, which all containers of a machine share. */
function silenceOf(beatPath: string): number {
  const stats = statSync(beatPath, { throwIfNoEntry: false })
  return stats ? Date.now() - stats.mtimeMs : Number.POSITIVE_INFINITY
}

function locked(holder: Holder, folder: string): DependencyError {
  return new DependencyError(
    'log_locked',
    `the log in ${folder} is held by process ${holder.pid}. Stop it, or use the cluster drivers (Apache Kafka and Redis) ` +
      'to run several processes, or open the log read-only',
    { retryable: true },
  )
}
