import { readFile, readlink } from 'node:fs/promises'
import { hostname } from 'node:os'

/** Who holds a folder, as written into its lock file. */
export interface Holder {
  pid: number
  /** What the process calls itself, for the person who reads the error. */
  what: string
  host: string
  /** Where the pid means something: boot id and pid namespace on Linux, else empty. */
  scope: string
  /** The process's start time in clock ticks after boot on Linux (tells a reused pid), else empty. */
  startedAt: string
  /** The holder gave the folder up in good order. */
  released: boolean
}

/** This process as a holder. */
export async function ownHolder(what: string): Promise<Holder> {
  return {
    pid: process.pid,
    what,
    host: hostname(),
    scope: await ownScope(),
    startedAt: (await startTimeOf(process.pid)) ?? '',
    released: false,
  }
}

/** Undefined for a text that is no holder (a file written by something else). */
export function parseHolder(text: string): Holder | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null) return undefined
    const { pid, what, host, scope, startedAt, released } = value as Record<string, unknown>
    if (typeof pid !== 'number' || !Number.isInteger(pid) || pid <= 0 || typeof what !== 'string')
      return undefined
    if (typeof host !== 'string' || typeof scope !== 'string' || typeof startedAt !== 'string')
      return undefined
    return { pid, what, host, scope, startedAt, released: released === true }
  } catch {
    return undefined
  }
}

/**
 * Whether the holder's process runs: `unknown` when its pid means nothing here (another machine, another boot of a
 * container), where only the age of its last sign of life can tell.
 */
export async function lifeOf(holder: Holder): Promise<'alive' | 'dead' | 'unknown'> {
  if (holder.released) return 'dead'
  const scope = await ownScope()
  if (holder.scope !== scope) {
    const sameHost = holder.host === hostname()
    // Same machine after a restart: nothing of the earlier boot lives.
    if (sameHost && bootOf(holder.scope) !== bootOf(scope)) return 'dead'
    return 'unknown'
  }
  if (scope === '' && holder.host !== hostname()) return 'unknown'
  if (holder.startedAt !== '') return (await startTimeOf(holder.pid)) === holder.startedAt ? 'alive' : 'dead'
  return signalReaches(holder.pid) ? 'alive' : 'dead'
}

function signalReaches(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (err) {
    // EPERM: it runs and belongs to another user.
    return (err as NodeJS.ErrnoException).code === 'EPERM'
  }
}

async function ownScope(): Promise<string> {
  try {
    const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim()
    return `${boot} ${await readlink('/proc/self/ns/pid')}`
  } catch {
    return ''
  }
}

function bootOf(scope: string): string {
  return scope.split(' ')[0] ?? ''
}

/** Field 22 of /proc/PID/stat (proc(5)); undefined when there is no such process, or it is a zombie. */
async function startTimeOf(pid: number): Promise<string | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    // The command in field 2 may hold blanks and brackets; what follows its last bracket begins with field 3.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19]
  } catch {
    return undefined
  }
}
