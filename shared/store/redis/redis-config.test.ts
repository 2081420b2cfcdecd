import { describe, expect, it } from 'vitest'
import { loadConfig } from '../../config/index.ts'
import { ConfigError } from '../../errors/index.ts'
import { redisStoreConfig } from './redis-config.ts'

function load(text: string) {
  return loadConfig(redisStoreConfig, `driver: redis\n${text}`, 'test.yaml', {
    URL: 'rediss://user:hush@redis.example:6380/2',
    PASSWORD: 'hush',
  })
}

function faults(text: string): string[] {
  try {
    load(text)
  } catch (err) {
    if (err instanceof ConfigError) return err.faults.map(({ path, expected }) => `${path}: ${expected}`)
    throw err
  }
  return []
}

describe('redisStoreConfig', () => {
  it('needs nothing on a laptop', () => {
    expect(load('')).toEqual({
      driver: 'redis',
      mode: 'single',
      prefix: 'nabiz',
      accept: [],
      timeoutMs: 5_000,
      connectWithinMs: 25_000,
    })
  })

  it('takes a URL, with a password as a secret only, and never shows it', () => {
    expect(load('url: redis://redis.example:6379/1').url).toBe('redis://redis.example:6379/1')
    const config = load('url: { env: URL }\npassword: { env: PASSWORD }')
    expect(JSON.stringify(config)).not.toContain('hush')
    expect(faults('url: redis://:hush@redis.example')).toHaveLength(1)
    expect(faults('url: redis://:hush@redis.example').join()).not.toContain('hush')
    expect(faults('url: https://redis.example')).toHaveLength(1)
  })

  it.each([
    ['url: redis://a:1\nnodes: [a:1]', 'url: either url or nodes'],
    ['nodes: [a:1, b:1]', 'nodes: one host:port'],
    ['mode: cluster', 'nodes: a list of host:port'],
    ['mode: sentinel\nnodes: [a:1]\nsentinel: { masterName: m, tls: true }', 'tls: {} at least'],
    ['mode: cluster\nnodes: [a:1]\ndatabase: 1', 'database: 0'],
    ['mode: sentinel\nnodes: [a:1]', 'sentinel: { masterName'],
    ['mode: cluster\nurl: redis://a:1\nnodes: [a:1]', 'url: nodes instead of url'],
    ['nodes: ["a"]', 'nodes[0]: host:port'],
    ['tls: { certFile: a.pem }', 'tls: certFile and keyFile together'],
    ['prefix: "a{b}"', 'prefix: 1 to 64 letters'],
    ['accept: [everything]', 'accept[0]'],
  ])('refuses %j', (text, expected) => {
    expect(faults(text).join('\n')).toContain(expected)
  })

  it.each(['[::1]:6379', 'redis.example:26379', '127.0.0.1:1'])('takes the address %s', (address) => {
    expect(load(`nodes: ["${address}"]`).nodes).toEqual([address])
  })
})
