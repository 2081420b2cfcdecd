import { checkConfig } from '@nabiz/shared/config'
import { ConfigError } from '@nabiz/shared/errors'
import { describe, expect, it } from 'vitest'
import { alertingConfig } from './config.ts'

describe('alertingConfig', () => {
  it('runs on a laptop without being told anything', () => {
    expect(checkConfig(alertingConfig, {}, 'test', {})).toMatchObject({
      port: 7_030,
      channels: [],
      ackHours: 72,
    })
  })

  it('names every fault at once', () => {
    const value = {
      publicUrl: 'ftp://x',
      channels: [
        { type: 'record', id: 'a' },
        { type: 'record', id: 'a' },
        { type: 'record', id: 'internal:probe' },
      ],
    }
    const paths = faultPaths(value)
    expect(paths).toContain('publicUrl')
    expect(faultPaths({ channels: value.channels })).toEqual(['channels[1].id', 'channels[2].id'])
  })

  it('refuses a secret in plain sight', () => {
    expect(faultPaths({ readToken: 'abc' })).toEqual(['readToken'])
  })
})

function faultPaths(value: unknown): string[] {
  try {
    checkConfig(alertingConfig, value, 'test', {})
    return []
  } catch (err) {
    if (err instanceof ConfigError) return err.faults.map((fault) => fault.path)
    throw err
  }
}
