import { execFileSync } from 'node:child_process'
import { readFileSync, readlinkSync } from 'node:fs'

/** What tells one process from all others, also from a later one with the same pid. */
export interface ProcessIdentity {
  pid: number
  /** When it was started, in whatever unit the system gives; '' where it gives none (Windows). */
  startedAt: string
  /** Changes with every boot of the machine; '' where there is none. */
  bootId: string
  /** Pids mean something only within one namespace (container); '' where there are none. */
  pidNamespace: string
}

/** Who we are. */
export function ownIdentity(): ProcessIdentity {
  return {
    pid: process.pid,
    startedAt: startOf(process.pid),
    bootId: orEmpty(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
    pidNamespace: orEmpty(() => readlinkSync('/proc/self/ns/pid')),
  }
}

/** Whether a process still runs; `unknown` when it lives, or lived, in another container. */
export function fateOf(other: ProcessIdentity, self = ownIdentity()): 'alive' | 'dead' | 'unknown' {
  if (other.bootId !== self.bootId) return 'dead'
  if (other.pidNamespace !== self.pidNamespace) return 'unknown'
  try {
    process.kill(other.pid, 0)
  } catch (err) {
    // EPERM: it runs, as another user.
    if (!(err instanceof Error && 'code' in err && err.code === 'EPERM')) return 'dead'
  }
  return startOf(other.pid) === other.startedAt ? 'alive' : 'dead'
}

function startOf(pid: number): string {
  if (process.platform === 'win32') return ''
  if (process.platform !== 'linux') {
    return orEmpty(() =>
      execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim(),
    )
  }
  return orEmpty(() => {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // proc(5): field 22 is the start in clock ticks; the name, field 2, may hold spaces but ends with the last ')'.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  })
}

function orEmpty(read: () => string): string {
  try {
    return read()
  } catch {
    return ''
  }
}
