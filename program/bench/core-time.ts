import { readFileSync } from 'node:fs'

/** Time the main thread has run on a core so far, s; the kernel's own account, waiting for a core left out. */
export function coreSeconds(): number {
  const [nanoseconds = '0'] = readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')
  return Number(nanoseconds) / 1e9
}
