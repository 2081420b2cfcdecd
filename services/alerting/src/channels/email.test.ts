import { afterEach, describe, expect, it } from 'vitest'
import { aChannel, patience } from '../../tests/fakes/channel.ts'
import { type FakeSmtp, startFakeSmtp } from '../../tests/fakes/fake-smtp.ts'
import { aNotice } from '../../tests/fakes/notice.ts'

const password = 'not-a-real-password'
const receivers: FakeSmtp[] = []
afterEach(async () => {
  await Promise.all(receivers.splice(0).map((receiver) => receiver.close()))
})

describe('email', () => {
  it('arrives encrypted, as text and as HTML, urgent, saying the same', async () => {
    const { channel, receiver } = await setup()
    expect(await channel.deliver(aNotice(), patience)).toEqual({ kind: 'delivered' })
    const [mail] = receiver.mails
    expect(mail).toMatchObject({
      encrypted: true,
      to: ['oncall@kuzey.example', 'press@kuzey.example'],
      parsed: { subject: 'Negative mentions of Kuzey Air are at 14 times the expected level' },
    })
    expect(mail?.raw).toMatch(/^X-Priority: 1\b/mu)
    expect(mail?.parsed.headers.get('auto-submitted')).toBe('auto-generated')
    for (const part of [mail?.parsed.text, mail?.parsed.html]) {
      expect(part).toContain('182 negative mentions in 15 minutes')
      expect(part).toContain('“Uçuş üçüncü kez iptal, kimse bilgi vermiyor 😡”')
      expect(part).toContain('[private message]')
    }
    expect(mail?.parsed.text).toContain(aNotice().ackUrl)
    expect(mail?.parsed.html).toContain(`href="${aNotice().ackUrl}"`)
  })

  it('keeps the Message-ID on every try, and all mails of an incident in one thread', async () => {
    const { channel, receiver } = await setup()
    await channel.deliver(aNotice(), patience)
    await channel.deliver(aNotice(), patience)
    await channel.deliver(aNotice({ kind: 'resolved', sequence: 2 }), patience)
    const [first, second, third] = receiver.mails.map((mail) => mail.parsed)
    expect(first?.messageId).toMatch(/^<notice\.[0-9a-f]{32}@nabiz\.example>$/)
    expect(second?.messageId).toBe(first?.messageId)
    expect(third?.messageId).not.toBe(first?.messageId)
    expect(third?.inReplyTo).toBe(first?.inReplyTo)
    expect(third?.references).toBe(first?.references)
    expect(receiver.mails.map((mail) => mail.parsed.headers.get('priority'))).toEqual([
      'high',
      'high',
      undefined,
    ])
  })

  it('writes Turkish subjects that mail readers show', async () => {
    const { channel, receiver } = await setup()
    const brand = { ...aNotice().brand, language: 'tr' as const, name: 'Işık Şirketi' }
    await channel.deliver(aNotice({ brand, drill: true }), patience)
    expect(receiver.mails[0]?.parsed.subject).toBe(
      '[TATBİKAT] Işık Şirketi hakkında beklenenin 14 katı olumsuz paylaşım var',
    )
  })

  it('cannot be made to add a header by a brand’s name', async () => {
    const { channel, receiver } = await setup()
    const brand = { ...aNotice().brand, name: 'Kuzey\r\nBcc: all@kuzey.example\r\n\r\nbody' }
    await channel.deliver(aNotice({ brand }), patience)
    expect(receiver.mails[0]?.parsed.headers.has('bcc')).toBe(false)
    expect(receiver.mails[0]?.to).toEqual(['oncall@kuzey.example', 'press@kuzey.example'])
    expect(receiver.mails[0]?.parsed.subject).toContain('Kuzey Bcc: all@kuzey.example body')
  })

  it.each([
    ['data', 451, 'failed'],
    ['data', 552, 'refused'],
    ['auth', 454, 'failed'],
    ['auth', 535, 'refused'],
  ] as const)('takes a reply to %s of %d for %s, without the server’s words', async (at, code, kind) => {
    const { channel, receiver } = await setup()
    receiver.refuse(at, code)
    expect(await channel.deliver(aNotice(), patience)).toEqual({
      kind,
      detail: `SMTP: the server answered ${code}`,
    })
  })

  it('counts as delivered when one of two recipients was taken', async () => {
    const { channel, receiver } = await setup()
    receiver.refuse('rcpt', 550)
    expect(await channel.deliver(aNotice(), patience)).toEqual({
      kind: 'delivered',
      detail: 'SMTP: 1 of 2 recipients refused',
    })
  })

  it('is refused for good with a wrong password, which stays out of the detail', async () => {
    const { channel } = await setup({ password: 'wrong' })
    const result = await channel.deliver(aNotice(), patience)
    expect(result).toEqual({ kind: 'refused', detail: 'SMTP: the server answered 535' })
  })

  it('does not send to a server whose certificate it cannot trust', async () => {
    const { channel, receiver } = await setup({ trust: false })
    expect((await channel.deliver(aNotice(), patience)).kind).not.toBe('delivered')
    expect(receiver.mails).toEqual([])
  })

  it('fails for now on silence and on a closed port', async () => {
    const { channel, receiver } = await setup({ timeoutMs: 300 })
    receiver.hang()
    expect((await channel.deliver(aNotice(), patience)).kind).toBe('failed')
    await receiver.close()
    expect(await channel.deliver(aNotice(), patience)).toMatchObject({ kind: 'failed' })
  })

  it('checks the login without sending', async () => {
    const { channel, receiver } = await setup()
    expect(await channel.check?.(patience)).toEqual({ kind: 'delivered' })
    expect(receiver.mails).toEqual([])
    expect(await (await setup({ password: 'wrong' })).channel.check?.(patience)).toMatchObject({
      kind: 'refused',
    })
  })

  it('refuses a config that would send a password in the clear', () => {
    const config = { ...base, port: 25, security: 'none', user: 'nabiz', password: { env: 'PASSWORD' } }
    expect(() => aChannel(config, { PASSWORD: password })).toThrow(/starttls or tls/)
  })
})

const base = {
  type: 'email',
  host: '127.0.0.1',
  from: 'alerts@nabiz.example',
  to: ['oncall@kuzey.example', 'press@kuzey.example'],
}

async function setup(options: { password?: string; trust?: boolean; timeoutMs?: number } = {}) {
  const receiver = await startFakeSmtp({ user: 'nabiz', password })
  receivers.push(receiver)
  const channel = aChannel(
    {
      ...base,
      port: receiver.port,
      user: 'nabiz',
      password: { env: 'PASSWORD' },
      timeoutMs: options.timeoutMs ?? 10_000,
      ...(options.trust === false ? {} : { authority: { env: 'AUTHORITY' } }),
    },
    { PASSWORD: options.password ?? password, AUTHORITY: receiver.authority },
  )
  return { receiver, channel }
}
