import { inspect } from 'node:util'
import { afterEach, describe, expect, it } from 'vitest'
import { aChannel, patience } from '../../tests/fakes/channel.ts'
import { startFakeServer, type Trouble } from '../../tests/fakes/fake-http.ts'
import { startFakeSmtp } from '../../tests/fakes/fake-smtp.ts'
import { aNotice } from '../../tests/fakes/notice.ts'

const secret = 'SECRET-8f3a'
const signing = `whsec_${Buffer.from(`${secret}-of-at-least-24-bytes`).toString('base64')}`
const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()))
})

/** What must never show: the secrets, what a receiver says of them, addresses, and what people wrote. */
const forbidden = [secret, signing, 'ack-token', 'kuzey.example', 'Uçuş']

describe('no result, error or printed channel holds a secret, a URL’s path, an address or a text', () => {
  const troubles: [string, Trouble][] = [
    ['a refusal that repeats the request', { status: 400, body: `bad ${secret} Uçuş` }],
    [
      'an API error that repeats the token',
      { status: 200, body: JSON.stringify({ ok: false, error: secret }) },
    ],
    ['an error', { status: 500, body: secret }],
    ['a redirect', { status: 307, headers: { location: `http://127.0.0.1/${secret}` } }],
    ['silence', 'hang'],
    ['a cut connection', 'cut'],
  ]
  it.each(troubles)('after %s over HTTP', async (_what, trouble) => {
    const server = await startFakeServer(() => ({ status: 200 }))
    closers.push(server.close)
    const url = `${server.origin}/${secret}`
    const environment = { S: secret, URL: url, SIGNING: signing }
    for (const config of [
      { type: 'pagerduty', routingKey: { env: 'S' }, url },
      { type: 'slack', token: { env: 'S' }, channel: 'C1', apiUrl: `${url}/` },
      { type: 'slack', webhookUrl: { env: 'URL' } },
      { type: 'webhook', url: { env: 'URL' }, secrets: [{ env: 'SIGNING' }] },
    ]) {
      server.trouble(trouble)
      const channel = aChannel({ timeoutMs: 200, ...config }, environment)
      const result = await channel.deliver(aNotice(), patience)
      if (config.type !== 'slack')
        expect(result.kind === 'delivered').toBe(typeof trouble === 'object' && trouble.status === 200)
      expectNone(JSON.stringify(result) + inspect(channel, { depth: 9 }) + JSON.stringify(channel))
    }
  })

  it.each(['rcpt', 'data', 'auth'] as const)('after a mail server refused at %s', async (at) => {
    const server = await startFakeSmtp({ user: 'u', password: secret })
    closers.push(server.close)
    server.refuse(at, 550)
    const channel = aChannel(
      {
        type: 'email',
        host: '127.0.0.1',
        port: server.port,
        user: 'u',
        password: { env: 'S' },
        authority: { env: 'A' },
        from: 'alerts@nabiz.example',
        to: ['oncall@kuzey.example'],
      },
      { S: secret, A: server.authority },
    )
    const result = await channel.deliver(aNotice(), patience)
    expect(result.kind).toBe('refused')
    expectNone(JSON.stringify(result) + inspect(channel, { depth: 9 }))
  })
})

function expectNone(shown: string): void {
  for (const word of forbidden) expect(shown).not.toContain(word)
}
