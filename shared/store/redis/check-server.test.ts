import { describe, expect, it } from 'vitest'
import { readInfo, serverFaults } from './check-server.ts'

const good = {
  redis_version: '7.0.15',
  redis_mode: 'standalone',
  role: 'master',
  aof_enabled: '1',
  maxmemory: '1000',
  maxmemory_policy: 'noeviction',
  cluster_enabled: '0',
}

function faults(changes: Record<string, string>, mode: 'single' | 'cluster' = 'single'): string[] {
  return serverFaults(new Map(Object.entries({ ...good, ...changes })), mode, [])
}

describe('serverFaults', () => {
  it('finds none on a server that keeps what it takes', () => {
    expect(faults({})).toEqual([])
    expect(faults({ cluster_enabled: '1' }, 'cluster')).toEqual([])
  })

  it.each(['6.2.0', '6.10.1', '7.4.1', '8.0.0', '255.255.255'])('takes version %s', (redis_version) => {
    expect(faults({ redis_version })).toEqual([])
  })

  it.each(['6.0.16', '5.0.14', '2.8.9', 'none'])('refuses version %s and names it', (redis_version) => {
    expect(faults({ redis_version })).toEqual([expect.stringContaining(redis_version)])
  })

  it('names every fault at once', () => {
    const found = faults({ aof_enabled: '0', maxmemory_policy: 'allkeys-lru', role: 'slave' })
    expect(found).toHaveLength(3)
  })

  it('takes silence about the append-only file for none', () => {
    const { aof_enabled: _, ...rest } = good
    expect(serverFaults(new Map(Object.entries(rest)), 'single', [])).toEqual([
      expect.stringContaining('append-only'),
    ])
  })
})

describe('readInfo', () => {
  it('reads names and values, with colons in them, and passes over headings', () => {
    const info = readInfo('# Server\r\nredis_version:7.0.15\r\nconfig_file:/a:b\r\n\r\n')
    expect([...info]).toEqual([
      ['redis_version', '7.0.15'],
      ['config_file', '/a:b'],
    ])
  })
})
