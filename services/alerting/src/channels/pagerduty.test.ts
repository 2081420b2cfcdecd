import { afterEach, describe, expect, it } from 'vitest'
import { aChannel, patience } from '../../tests/fakes/channel.ts'
import { type FakePagerDuty, startFakePagerDuty } from '../../tests/fakes/fake-pagerduty.ts'
import { aNotice, startedAt } from '../../tests/fakes/notice.ts'

const routingKey = 'R0UT1NGKEYR0UT1NGKEYR0UT1NGKEY00'
const receivers: FakePagerDuty[] = []
afterEach(async () => {
  await Promise.all(receivers.splice(0).map((receiver) => receiver.close()))
})

describe('pagerduty', () => {
  it('opens an alert under the incident id and resolves the same one', async () => {
    const { channel, receiver } = await setup()
    expect(await channel.deliver(aNotice(), patience)).toEqual({ kind: 'delivered' })
    expect([...receiver.alerts]).toEqual([['9d41c7e0a2b85f36', 'triggered']])
    expect(await channel.deliver(aNotice({ kind: 'resolved' }), patience)).toEqual({ kind: 'delivered' })
    expect([...receiver.alerts]).toEqual([['9d41c7e0a2b85f36', 'resolved']])
  })

  it('tells the person on call what, how much, since when, and where to acknowledge', async () => {
    const { channel, receiver } = await setup()
    const notice = aNotice()
    await channel.deliver(notice, patience)
    expect(receiver.events[0]).toMatchObject({
      client_url: notice.ackUrl,
      links: [
        { href: notice.ackUrl, text: 'Acknowledge' },
        { href: 'https://runbooks.example/kuzey-air' },
        { href: 'https://t.me/kuzeyyolcu/81', text: 'Open on t.me' },
      ],
      payload: {
        summary: 'Negative mentions of Kuzey Air are at 14 times the expected level',
        severity: 'critical',
        timestamp: new Date(startedAt + 12 * 60_000).toISOString(),
        component: 'kuzey-air',
        custom_details: {
          Actual: '182 negative mentions in 15 minutes',
          'What people write': expect.arrayContaining(['Telegram: [private message]']),
        },
      },
    })
  })

  it.each([
    [2, 'critical'],
    [1, 'error'],
    [0.8, 'warning'],
    [0.2, 'info'],
  ])('calls severity %d %s', async (severity, name) => {
    const { channel, receiver } = await setup()
    await channel.deliver(aNotice({ severity }), patience)
    expect(receiver.events[0]).toMatchObject({ payload: { severity: name } })
  })

  it.each(['a', '👩‍👩‍👧'])('keeps the summary within 1,024 characters (%s)', async (letter) => {
    const { channel, receiver } = await setup()
    const brand = { ...aNotice().brand, name: letter.repeat(3_000) }
    expect(await channel.deliver(aNotice({ brand }), patience)).toEqual({ kind: 'delivered' })
    expect(JSON.stringify(receiver.events[0])).toContain('…')
  })

  it('is refused for good with a wrong key, which stays out of the detail', async () => {
    const { channel } = await setup('W'.repeat(32))
    expect(await channel.deliver(aNotice(), patience)).toEqual({
      kind: 'refused',
      detail: 'PagerDuty answered 400',
    })
  })

  it('says when to come back after 429', async () => {
    const { channel, receiver } = await setup()
    receiver.trouble({ status: 429, headers: { 'retry-after': '7' } })
    expect(await channel.deliver(aNotice(), patience)).toEqual({
      kind: 'failed',
      detail: 'PagerDuty answered 429',
      retryAfterMs: 7_000,
    })
  })

  it.each([
    ['an error of the server', { status: 503 }, 'PagerDuty answered 503'],
    ['silence', 'hang', 'PagerDuty: http_timeout'],
    ['a cut connection', 'cut', 'PagerDuty: http_network'],
  ] as const)('fails for now on %s, and the next try arrives', async (_what, trouble, detail) => {
    const { channel, receiver } = await setup()
    receiver.trouble(trouble)
    expect(await channel.deliver(aNotice(), patience)).toMatchObject({ kind: 'failed', detail })
    expect(await channel.deliver(aNotice(), patience)).toEqual({ kind: 'delivered' })
  })

  it('gives up at once when told to', async () => {
    const { channel, receiver } = await setup()
    receiver.trouble('hang')
    const control = new AbortController()
    const result = channel.deliver(aNotice(), control.signal)
    control.abort()
    expect(await result).toEqual({
      kind: 'failed',
      detail: 'PagerDuty: given up before it answered',
      mayHaveArrived: true,
    })
  })
})

async function setup(key = routingKey) {
  const receiver = await startFakePagerDuty(routingKey)
  receivers.push(receiver)
  const config = { type: 'pagerduty', routingKey: { env: 'KEY' }, url: receiver.url, timeoutMs: 300 }
  return { receiver, channel: aChannel(config, { KEY: key }) }
}
