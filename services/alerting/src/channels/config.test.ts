import { checkConfig } from '@nabiz/shared/config'
import { ConfigError } from '@nabiz/shared/errors'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { aNotice } from '../../tests/fakes/notice.ts'
import { channelConfig, channels, createRecorder } from './index.ts'

describe('channelConfig', () => {
  it.each([
    [{ type: 'pager', id: 'a' }, 'type', 'one of pagerduty, slack, webhook, email, log, record'],
    [{ type: 'pagerduty', id: 'a', routingKey: 'plain' }, 'routingKey', 'a reference to a secret'],
    [
      { type: 'slack', id: 'a', webhookUrl: { env: 'NO_URL' } },
      'webhookUrl',
      'a reference to an http or https URL',
    ],
    [{ type: 'webhook', id: 'a', url: 'ftp://x', secrets: [{ env: 'OK' }] }, 'url', 'an http or https URL'],
    [{ type: 'webhook', id: 'a', url: 'https://x', secrets: [{ env: 'NO_URL' }] }, 'secrets[0]', 'whsec_'],
    [{ ...mail(), from: 'x' }, 'from', 'an e-mail address'],
    [{ ...mail(), to: [] }, 'to', 'at least one address'],
    [{ ...mail(), user: 'u' }, 'password', 'user and password together'],
    [{ type: 'log', id: 'a', colour: 1 }, 'colour', 'a field this version knows'],
  ])('answers %j with the field and what would be right', (config, path, expected) => {
    const [fault, ...others] = faultsOf(config)
    expect(others).toEqual([])
    expect(fault?.path).toBe(`channels[0].${path}`)
    expect(fault?.expected).toContain(expected)
  })

  it('knows every registered channel by its own name', () => {
    for (const [type, factory] of Object.entries(channels)) {
      expect(factory.config.shape.type.value).toBe(type)
    }
  })
})

describe('createRecorder', () => {
  it('keeps the latest notices, oldest first', () => {
    const recorder = createRecorder(2)
    for (const sequence of [1, 2, 3]) recorder.onRecord('probe', aNotice({ sequence }))
    expect(recorder.notices.map(({ notice }) => notice.sequence)).toEqual([2, 3])
  })
})

function mail() {
  return { type: 'email', id: 'a', host: 'h', from: 'a@x.example', to: ['b@x.example'] }
}

function faultsOf(config: Record<string, unknown>) {
  try {
    const environment = { OK: `whsec_${Buffer.alloc(24).toString('base64')}`, NO_URL: 'hunter2' }
    checkConfig(
      z.strictObject({ channels: z.array(channelConfig) }),
      { channels: [config] },
      'test',
      environment,
    )
  } catch (err) {
    if (err instanceof ConfigError) return err.faults
    throw err
  }
  return []
}
