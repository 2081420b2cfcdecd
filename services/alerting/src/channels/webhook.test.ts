import { afterEach, describe, expect, it } from 'vitest'
import { aChannel, patience } from '../../tests/fakes/channel.ts'
import { type FakeWebhook, startFakeWebhook } from '../../tests/fakes/fake-webhook.ts'
import { aNotice } from '../../tests/fakes/notice.ts'

const oldSecret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`
const newSecret = `whsec_${Buffer.alloc(32, 2).toString('base64')}`
const receivers: FakeWebhook[] = []
afterEach(async () => {
  await Promise.all(receivers.splice(0).map((receiver) => receiver.close()))
})

describe('webhook', () => {
  it('signs so that the reference library verifies it', async () => {
    const { channel, receiver } = await setup()
    expect(await channel.deliver(aNotice(), patience)).toEqual({ kind: 'delivered' })
    expect(receiver.deliveries[0]?.body).toMatchObject({
      v: 1,
      type: 'incident.page',
      data: {
        incident: '9d41c7e0a2b85f36',
        leading: { signal: 'negative', window: { value: 182, expected: 13 }, thresholds: '1f0c9a7be210' },
        page: { title: 'Negative mentions of Kuzey Air are at 14 times the expected level' },
      },
    })
  })

  it('satisfies receivers with the old and with the new secret during a rotation', async () => {
    for (const secret of [oldSecret, newSecret]) {
      const { channel } = await setup({ receiverHas: secret })
      expect(await channel.deliver(aNotice(), patience)).toEqual({ kind: 'delivered' })
    }
  })

  it('is refused by a receiver that shares no secret with it', async () => {
    const stranger = `whsec_${Buffer.alloc(32, 3).toString('base64')}`
    const { channel } = await setup({ receiverHas: stranger })
    expect(await channel.deliver(aNotice(), patience)).toEqual({
      kind: 'refused',
      detail: 'webhook answered 401',
    })
  })

  it('keeps id and body on every try of a notice, and gives another notice another id', async () => {
    const { channel, receiver } = await setup()
    receiver.trouble({ status: 500 })
    await channel.deliver(aNotice(), patience)
    await channel.deliver(aNotice(), patience)
    await channel.deliver(aNotice({ kind: 'resolved', sequence: 2 }), patience)
    const [first, second, third] = receiver.requests
    expect(first?.headers['webhook-id']).toBe(second?.headers['webhook-id'])
    expect(first?.body).toBe(second?.body)
    expect(third?.headers['webhook-id']).not.toBe(first?.headers['webhook-id'])
  })

  it.each([
    [202, 'delivered'],
    [302, 'refused'],
    [400, 'refused'],
    [408, 'failed'],
    [410, 'refused'],
    [413, 'refused'],
    [429, 'failed'],
    [500, 'failed'],
    [503, 'failed'],
  ] as const)('takes %d for %s', async (status, kind) => {
    const { channel, receiver } = await setup()
    receiver.trouble({ status, headers: { location: receiver.url } })
    expect((await channel.deliver(aNotice(), patience)).kind).toBe(kind)
    expect(receiver.requests).toHaveLength(1)
  })

  it.each([
    ['30', 30_000],
    ['999999', 900_000],
    [new Date(Date.now() + 3_600_000).toUTCString(), 900_000],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
  ])('honours Retry-After %s within bounds', async (header, retryAfterMs) => {
    const { channel, receiver } = await setup()
    receiver.trouble({ status: 429, headers: { 'retry-after': header } })
    expect(await channel.deliver(aNotice(), patience)).toMatchObject({ kind: 'failed', retryAfterMs })
  })

  it('sets no time for a Retry-After it cannot read', async () => {
    const { channel, receiver } = await setup()
    receiver.trouble({ status: 503, headers: { 'retry-after': 'soon' } })
    expect(await channel.deliver(aNotice(), patience)).toEqual({
      kind: 'failed',
      detail: 'webhook answered 503',
    })
  })

  it.each(['hang', 'cut'] as const)('fails for now when connections %s', async (trouble) => {
    const { channel, receiver } = await setup()
    receiver.trouble(trouble)
    expect((await channel.deliver(aNotice(), patience)).kind).toBe('failed')
  })

  it('refuses private addresses that nobody allowed', async () => {
    const channel = aChannel(
      { type: 'webhook', url: 'http://10.1.2.3/', secrets: [{ env: 'NEW' }] },
      { NEW: newSecret },
    )
    expect(await channel.deliver(aNotice(), patience)).toEqual({
      kind: 'refused',
      detail: 'webhook: http_address_refused',
    })
  })

  it.each(['hunter2', 'whsec_c2hvcnQ='])('refuses the secret %s without repeating it', (value) => {
    const build = () =>
      aChannel({ type: 'webhook', url: 'https://x.example', secrets: [{ env: 'NEW' }] }, { NEW: value })
    expect(build).toThrow(/whsec_ followed by base64/)
    expect(build).not.toThrow(value)
  })
})

async function setup(options: { receiverHas?: string } = {}) {
  const receiver = await startFakeWebhook(options.receiverHas ?? newSecret)
  receivers.push(receiver)
  const config = {
    type: 'webhook',
    url: receiver.url,
    secrets: [{ env: 'NEW' }, { env: 'OLD' }],
    timeoutMs: 300,
  }
  return { receiver, channel: aChannel(config, { NEW: newSecret, OLD: oldSecret }) }
}
