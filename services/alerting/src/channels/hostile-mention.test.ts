import { afterEach, describe, expect, it } from 'vitest'
import { aChannel, patience } from '../../tests/fakes/channel.ts'
import { startFakePagerDuty } from '../../tests/fakes/fake-pagerduty.ts'
import { startFakeSlack, textsOf } from '../../tests/fakes/fake-slack.ts'
import { startFakeSmtp } from '../../tests/fakes/fake-smtp.ts'
import { startFakeWebhook } from '../../tests/fakes/fake-webhook.ts'
import { aNotice, aTransition, someEvidence } from '../../tests/fakes/notice.ts'
import type { Channel, Notice } from './channel.ts'

/** Everything at once that a stranger could write to hurt whoever reads the page. */
const tricks = [
  "=cmd|'/c calc'!A1",
  '<!channel> <!here> <@U024BE7LH> <https://evil.example|click> *bold* :fire:',
  '<script>alert(1)</script><img src=x onerror=alert(2)>"><b>',
  '\x1b[2J\x1b[31m\x1b]0;owned\x07\x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\ \x9b5m',
  '\u202etxt.exe\u202c \u2066x\u2069 \u200bzero\u200dwidth\ufeff',
  '\r\nBcc: everybody@victim.example\r\nSubject: owned\r\n\r\n.\r\nQUIT\r\n',
  '\0\ud800lone\udc00 https://evil.example/x www.evil.example',
  `z${'\u0300\u0316\u0489'.repeat(300)}algo`,
  '<!everyone>'.repeat(900),
]
const hostile = tricks.join(' ')

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()))
})

describe('a hostile mention, as sample, link, term and reason', () => {
  it('is more than 10,000 characters of every kind of trouble', () => {
    expect(hostile.length).toBeGreaterThan(10_000)
  })

  it('through pagerduty is inert text in valid JSON', async () => {
    const receiver = await startFakePagerDuty('R0UT1NGKEYR0UT1NGKEYR0UT1NGKEY00')
    closers.push(receiver.close)
    const channel = aChannel(
      { type: 'pagerduty', routingKey: { env: 'KEY' }, url: receiver.url },
      { KEY: 'R0UT1NGKEYR0UT1NGKEYR0UT1NGKEY00' },
    )
    await deliverAll(channel)
    expect(receiver.events).toHaveLength(4)
    expectHarmlessStrings(receiver.events)
    for (const event of receiver.events) expect(JSON.stringify(event).length).toBeLessThan(10_000)
    expect(JSON.stringify(receiver.events)).not.toContain('javascript:')
  })

  it('through slack calls nobody, links nothing and formats nothing', async () => {
    const receiver = await startFakeSlack({ token: 'xoxb-1', channel: 'C1', hook: 'h' })
    closers.push(receiver.close)
    const channel = aChannel(
      { type: 'slack', token: { env: 'TOKEN' }, channel: 'C1', apiUrl: receiver.apiUrl },
      { TOKEN: 'xoxb-1' },
    )
    await deliverAll(channel)
    expect(receiver.posts).toHaveLength(4)
    expectHarmlessStrings(receiver.posts)
    const texts = receiver.posts.flatMap(textsOf)
    expect(texts.some(({ text }) => text.includes('&lt;!channel&gt;'))).toBe(true)
    for (const { type, text } of texts) {
      expect(type).toBe('plain_text')
      expect(text).not.toMatch(/[<>]|&(?!(?:amp|lt|gt);)/u)
    }
    for (const post of receiver.posts) expect(post.text).not.toContain('evil')
  })

  it('through webhook is signed, readable and begins no cell', async () => {
    const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
    const receiver = await startFakeWebhook(secret)
    closers.push(receiver.close)
    const channel = aChannel({ type: 'webhook', url: receiver.url, secrets: [{ env: 'S' }] }, { S: secret })
    await deliverAll(channel)
    expect(receiver.deliveries).toHaveLength(4)
    expectHarmlessStrings(receiver.deliveries)
    expect(receiver.deliveries[0]?.body).toMatchObject({
      data: { page: { samples: [{ text: expect.stringMatching(/^“=cmd/u) }] } },
    })
  })

  it('through email adds no header, no recipient, no markup and no command', async () => {
    const receiver = await startFakeSmtp({ user: 'u', password: 'p' })
    closers.push(receiver.close)
    const channel = aChannel(
      {
        type: 'email',
        host: '127.0.0.1',
        port: receiver.port,
        user: 'u',
        password: { env: 'P' },
        authority: { env: 'A' },
        from: 'alerts@nabiz.example',
        to: ['oncall@kuzey.example'],
      },
      { P: 'p', A: receiver.authority },
    )
    await deliverAll(channel)
    expect(receiver.mails).toHaveLength(4)
    for (const { to, parsed } of receiver.mails) {
      expect(to).toEqual(['oncall@kuzey.example'])
      expect(parsed.headers.has('bcc')).toBe(false)
      expect(parsed.subject).toBe('Negative mentions of Kuzey Air are at 14 times the expected level')
      const html = String(parsed.html)
      expect(html).not.toMatch(/<(?:script|img|b)\b/iu)
      expect([...html.matchAll(/href="([^"]*)"/gu)].map((match) => match[1])).toEqual([aNotice().ackUrl])
      for (const line of `${parsed.text}\n${html}`.split('\n')) expectHarmless(line)
    }
  })

  it('through log moves no cursor, colours nothing and stays in its box', async () => {
    let text = ''
    const write = (piece: string) => {
      text += piece
    }
    const channel = aChannel({ type: 'log' }, {}, { terminal: { colours: false, columns: 80, write } })
    await deliverAll(channel)
    for (const line of text.split('\n').filter((piece) => piece !== '')) {
      expectHarmless(line)
      expect(line).toMatch(/^[┏┃┗]/u)
    }
    expect(text.length).toBeLessThan(30_000)
  })

  it('through record reaches the process as it was written', async () => {
    const seen: unknown[] = []
    const channel = aChannel({ type: 'record' }, {}, { onRecord: (_id, notice) => seen.push(notice) })
    await deliverAll(channel)
    expect(seen).toEqual(hostileNotices())
  })
})

/** The whole mention, then its tricks three by three, so that each stands where a page shows it. */
function hostileNotices(): Notice[] {
  const texts = [[hostile], ...[0, 3, 6].map((start) => tricks.slice(start, start + 3))]
  return texts.map((samples, sequence) => {
    const first = samples[0] ?? ''
    const evidence = someEvidence({
      terms: samples.map((text) => ({ name: text.slice(0, 200), mentions: 1, share: 1 })),
      platforms: [{ name: first.slice(0, 30), mentions: 1, share: 1 }],
      languages: [{ name: first.slice(0, 90), mentions: 1, share: 1 }],
      coverage: [{ platform: 'telegram', observed: 0, reason: first.slice(0, 200) }],
    })
    const permalink = 'javascript:alert(1)//https://evil.example'
    return aNotice({
      sequence,
      leading: aTransition({ evidence }),
      samples: samples.map((text) => ({ platform: 'telegram', text, permalink, private: false })),
    })
  })
}

async function deliverAll(channel: Channel): Promise<void> {
  for (const notice of hostileNotices()) {
    expect(await channel.deliver(notice, patience)).toEqual({ kind: 'delivered' })
  }
}

/** No control characters, terminal codes, direction tricks, invisible characters or broken halves. */
function expectHarmless(text: string): void {
  expect(text).not.toMatch(/[\p{Cc}\p{Cs}\u2028\u2029\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u)
  expect(text).not.toMatch(/(?:\p{M}){5}/u)
  expect(text).not.toMatch(/:\/\/evil|www\.evil/u)
  expect(text).not.toMatch(/^[=+\-@]/u)
}

/** The same for every string at any depth; Slack's own line break between a label and its value is allowed. */
function expectHarmlessStrings(value: unknown): void {
  if (typeof value === 'string') for (const line of value.split('\n')) expectHarmless(line)
  else if (typeof value === 'object' && value !== null) Object.values(value).forEach(expectHarmlessStrings)
}
