import type { Weakness } from './redis-config.ts'

const oldest = [6, 2] as const

/** What INFO says, by name. */
export function readInfo(text: string): Map<string, string> {
  const lines = text.split(/\r?\n/).filter((line) => line.includes(':'))
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]))
}

/** What is wrong with a server for us, with what to do; empty when nothing is. INFO is asked, as CONFIG is often forbidden. */
export function serverFaults(
  info: ReadonlyMap<string, string>,
  mode: 'single' | 'sentinel' | 'cluster',
  accept: readonly Weakness[],
): string[] {
  if (info.get('redis_mode') === 'sentinel')
    return ['this is a Sentinel: set mode: sentinel, or name the server itself']
  const faults: string[] = []
  const version = info.get('redis_version') ?? 'none'
  if (!isAtLeast(version, oldest))
    faults.push(`found version ${version}; expected Redis ${oldest.join('.')} or later`)
  const isCluster = info.get('cluster_enabled') === '1'
  if (isCluster && mode !== 'cluster')
    faults.push(`found a node of a Redis Cluster; set mode: cluster, or name a single server`)
  if (!isCluster && mode === 'cluster')
    faults.push('found a single server (cluster_enabled:0); set mode: single, or name nodes of a cluster')
  const role = info.get('role')
  if (role !== 'master')
    faults.push(`found role ${role}; expected master: name the master, or set mode: sentinel`)
  const policy = info.get('maxmemory_policy') ?? 'unknown'
  // Without a limit of its own the server never evicts, whatever its policy.
  if (Number(info.get('maxmemory') ?? 0) > 0 && policy !== 'noeviction' && !accept.includes('eviction'))
    faults.push(
      `found maxmemory-policy ${policy}, which throws states away when memory runs out; ` +
        'set it to noeviction, or say accept: [eviction]',
    )
  if (info.get('aof_enabled') !== '1' && !accept.includes('no_aof'))
    faults.push(
      'found no append-only file, so a restart loses what was acknowledged; set appendonly yes, or say accept: [no_aof]',
    )
  return faults
}

function isAtLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [foundMajor = 0, foundMinor = 0] = version.split('.').map(Number)
  return foundMajor > major || (foundMajor === major && foundMinor >= minor)
}
