import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readFile, readlink } from 'node:fs/promises'
import { hostname } from 'node:os'
import { promisify } from 'node:util'

/** Who holds a folder, as written into its lock file. */
export interface Holder {
  pid: number
  /** What the process calls itself, for the person who reads the error. */
  what: string
  host: string
  /** Where the pid means something: boot id and pid namespace on Linux, else empty. */
  scope: string
  /** When the process started, as its system tells it (tells a reused pid); empty on Windows, which does not. */
  startedAt: string
  /** Tells one holding from every other, also by the same process. */
  token: string
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
    token: randomUUID(),
    released: false,
  }
}

/** Undefined for a text that is no holder (a file written by something else). */
export function parseHolder(text: string): Holder | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null) return undefined
    const { pid, what, host, scope, startedAt, token, released } = value as Record<string, unknown>
    if (typeof pid !== 'number' || !Number.isInteger(pid) || pid <= 0 || typeof what !== 'string')
      return undefined
    if (typeof host !== 'string' || typeof scope !== 'string') return undefined
    if (typeof startedAt !== 'string' || typeof token !== 'string') return undefined
    return { pid, what, host, scope, startedAt, token, released: released === true }
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

/** Undefined when there is no such process, or it is a zombie; also where the system does not tell (Windows). */
async function startTimeOf(pid: number): Promise<string | undefined> {
  try {
    return process.platform === 'linux' ? await startTicksOf(pid) : await startDateOf(pid)
  } catch {
    return undefined
  }
}

/** Field 22 of /proc/PID/stat (proc(5)): clock ticks after boot. */
async function startTicksOf(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  // The command in field 2 may hold blanks and brackets; what follows its last bracket begins with field 3.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19]
}

/** As ps(1) of macOS and the BSDs says it; language and time zone are fixed, as two processes may have different ones. */
async function startDateOf(pid: number): Promise<string | undefined> {
  if (process.platform === 'win32') return undefined
  const env = { LC_ALL: 'C', TZ: 'UTC' }
  const { stdout } = await promisify(execFile)('/bin/ps', ['-o', 'lstart=', '-p', String(pid)], { env })
  return stdout.trim()
}
