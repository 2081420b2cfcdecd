import { afterEach, expect, it, vi } from 'vitest'
import type { TestProject } from 'vitest/node'
import type { TestServerAnswer } from '../shared/testing/servers/test-server.ts'

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
  vi.resetModules()
})

it('uses the server the environment names, and starts none', async () => {
  vi.stubEnv('REDIS_URL', 'redis://given.example:6379')
  const { ask, end } = await setup()
  expect(await ask('redis')).toEqual({ kind: 'there', server: { url: 'redis://given.example:6379' } })
  expect(await end()).toBe('')
})

it('skips what cannot be had, and names reason, way out and suites at the end', async () => {
  vi.stubEnv('CI', '')
  vi.stubEnv('REDIS_URL', '')
  vi.stubEnv('PATH', '')
  const { ask, end } = await setup()
  expect(await ask('redis', 'one.test.ts')).toMatchObject({ kind: 'skip' })
  expect(await ask('redis', 'two.test.ts')).toMatchObject({ kind: 'skip' })
  const told = await end()
  expect(told).toMatch(/NOT TESTED.*redis-server is not on this machine.*apt-get install.*REDIS_URL/)
  expect(told).toMatch(/one\.test\.ts.+two\.test\.ts/s)
})

it('fails instead in CI', async () => {
  vi.stubEnv('CI', 'true')
  vi.stubEnv('REDIS_URL', '')
  vi.stubEnv('PATH', '')
  const { ask, end } = await setup()
  expect(await ask('redisServer')).toEqual({
    kind: 'fail',
    reason: expect.stringContaining('apt-get install redis-server'),
  })
  expect(await end()).toBe('')
})

/** The global setup as vitest runs it, beside the one this very run has. */
async function setup() {
  const servers = await import('./test-servers.ts')
  let address = ''
  const project = { provide: (_name: string, value: string) => (address = value) }
  await servers.setup(project as unknown as TestProject)
  return {
    async ask(name: string, suite = 'a.test.ts'): Promise<TestServerAnswer> {
      const response = await fetch(`${address}/${name}?suite=${suite}`)
      return (await response.json()) as TestServerAnswer
    },
    /** Ends it and gives what it said. */
    async end(): Promise<string> {
      const said: string[] = []
      vi.spyOn(console, 'error').mockImplementation((...words: unknown[]) => void said.push(words.join(' ')))
      await servers.teardown()
      return said.join('\n')
    },
  }
}
