import { randomBytes } from 'node:crypto'
import { link, mkdir, readdir, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { DependencyError } from '../errors/index.ts'
import { type Holder, ownHolder } from './holder.ts'
import { beatMs, greatest, numberOf, type Sighting, sight, silentAfterMs } from './lock-files.ts'

/** A folder held by this process. */
export interface ProcessLock {
  /** Tells this holding from every other; `livingHolder` names it too. */
  readonly token: string
  /** Gives the folder up; further calls do nothing. */
  release(): Promise<void>
}

/**
 * Makes this process the only holder of a folder (made if missing); `what` names the process in others' errors.
 * Throws DependencyError `log_locked` naming the holder. A holder killed with kill -9 leaves nothing to clear up: its pid
 * and start time are looked up. A holder whose pid means nothing here, in another container, is watched for a sign of
 * life, until it has given none for 15 s.
 *
 * Each holder makes a file of its own, `lock.N` with N one above the last, by an atomic link; the greatest N holds the
 * folder. A dead holder's file is thus never taken away from under a rival that is just replacing it.
 */
export async function acquireProcessLock(folder: string, what: string): Promise<ProcessLock> {
  await mkdir(folder, { recursive: true })
  const own = await ownHolder(what)
  const draft = join(folder, `lock.${process.pid}-${randomBytes(6).toString('hex')}.draft`)
  try {
    for (;;) {
      const last = greatest(await readdir(folder))
      if (last > 0) await refuseIfHeld(folder, last)
      const mine = join(folder, `lock.${last + 1}`)
      await writeFile(draft, JSON.stringify(own))
      if (!(await linked(draft, mine))) continue
      const names = await readdir(folder)
      if (greatest(names) > last + 1) {
        // Others came and went since the first look, and one of them may hold the folder.
        await rm(mine, { force: true })
        continue
      }
      const older = names.filter((name) => numberOf(name) <= last && numberOf(name) > 0)
      await Promise.all(older.map((name) => rm(join(folder, name), { force: true })))
      return hold(mine, own)
    }
  } finally {
    await rm(draft, { force: true })
  }
}

function hold(file: string, own: Holder): ProcessLock {
  const beat = setInterval(() => {
    const now = new Date()
    // A folder removed under a running process is for the driver to notice.
    utimes(file, now, now).catch(() => undefined)
  }, beatMs)
  beat.unref()
  let released: Promise<void> | undefined
  return {
    token: own.token,
    release() {
      clearInterval(beat)
      released ??= markReleased(file, own)
      return released
    },
  }
}

/** The file stays and says so: were it removed, a rival that has seen it would not notice the next holder. */
async function markReleased(file: string, own: Holder): Promise<void> {
  const draft = `${file}.${process.pid}.draft`
  try {
    await writeFile(draft, JSON.stringify({ ...own, released: true }))
    await rename(draft, file)
  } catch (err) {
    if (codeOf(err) !== 'ENOENT') throw err
  }
}

/** Returns when the holder of `lock.N` is gone, however it went. */
async function refuseIfHeld(folder: string, n: number): Promise<void> {
  const first = await sight(folder, n)
  // A later holder has cleared it away; the caller's second look finds that one.
  if (first === undefined || first.life === 'dead') return
  if (first.life === 'alive') throw locked(folder, first)
  // Where its clock is ahead of ours, what counts is the silence that we witness.
  const silentAt = Math.min(first.beatAt, Date.now()) + silentAfterMs
  while (Date.now() < silentAt) {
    await sleep(beatMs / 8)
    const next = await sight(folder, n)
    if (next === undefined || next.life === 'dead') return
    if (next.beatAt !== first.beatAt) throw locked(folder, next)
  }
}

function locked(folder: string, { file, holder }: Sighting): DependencyError {
  const who =
    holder === undefined
      ? `a process that did not write its pid (see ${file})`
      : `process ${holder.pid} (${holder.what}) on ${holder.host}`
  return new DependencyError(
    'log_locked',
    `${folder} is held by ${who}; an embedded log or store belongs to one process: stop that process, ` +
      'or open it read-only, or give this one a folder of its own, or use Kafka and Redis to run several',
    { retryable: false },
  )
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (err) {
    if (codeOf(err) === 'EEXIST' || codeOf(err) === 'ENOENT') return false
    throw err
  }
}

function codeOf(err: unknown): string | undefined {
  return err instanceof Error && 'code' in err ? String(err.code) : undefined
}
