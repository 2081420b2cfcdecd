import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { ConfigError } from '../errors/index.ts'
import { loadConfig } from './load-config.ts'
import { Secret, secret } from './secret.ts'

const schema = z.strictObject({
  port: z.int().min(1).max(65_535),
  brands: z.array(z.strictObject({ id: z.string() })).default([]),
  token: secret.optional(),
})

describe('loadConfig', () => {
  it('names every fault at once: path, what was found, what would be right', () => {
    const faults = faultsOf(
      'port: ninety\nbrands:\n  - id: a\n    colour: red\n  - id: 7\ntoken: { env: NOT_SET }\n',
    )
    expect(faults.map((fault) => fault.path)).toEqual(['port', 'brands[0].colour', 'brands[1].id', 'token'])
    expect(faults[0]).toMatchObject({ found: 'string "ninety"', expected: 'number' })
    expect(faults[3]).toMatchObject({ found: 'nothing', expected: expect.stringContaining('NOT_SET') })
  })

  it('says on which line YAML breaks', () => {
    expect(faultsOf('port: [1,\nbrands')[0]?.path).toMatch(/^line \d+$/)
  })

  it('reads a secret from the environment and never shows it', () => {
    const config = loadConfig(schema, 'port: 1\ntoken: { env: T }', 'test.yaml', { T: 'hush' })
    expect(config.token?.reveal()).toBe('hush')
    expect(`${config.token} ${JSON.stringify(config)} ${inspect(config)}`).not.toContain('hush')
  })

  it('refuses a secret that stands in the file itself, without repeating it', () => {
    const faults = faultsOf('port: 1\ntoken: hunter2')
    expect(faults[0]).toMatchObject({ path: 'token', expected: expect.stringContaining('{ env: NAME }') })
    expect(JSON.stringify(faults)).not.toContain('hunter2')
  })
})

describe('Secret', () => {
  it('shows itself only when asked', () => {
    expect(String(new Secret('hush'))).toBe('[secret]')
  })
})

function faultsOf(text: string) {
  try {
    loadConfig(schema, text, 'test.yaml', {})
  } catch (err) {
    if (err instanceof ConfigError) return err.faults
    throw err
  }
  throw new Error('no fault found')
}
