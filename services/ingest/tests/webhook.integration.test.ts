import { gzipSync } from 'node:zlib'
import { DependencyError } from '@nabiz/shared/errors'
import type { Log } from '@nabiz/shared/log'
import { day } from '@nabiz/shared/time'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { aBrand, type Ground, openGround, sign, webhookSecret } from './running-ingest.ts'

let ground: Ground

beforeEach(async () => {
  ground = await openGround()
  await ground.publish(aBrand())
})
afterEach(() => ground.close())

describe('a signed delivery', () => {
  it('is in the log when it is answered', async () => {
    const ingest = await ground.start()
    const { status, body } = await ingest.post(anItem({ author: { id: 'ece', followers: 12 } }))
    expect([status, body.passed]).toEqual([202, 1])
    const [mention] = await ground.mentions()
    expect(mention).toMatchObject({
      id: '1',
      platform: 'webhook',
      brand: 'kuzey-air',
      text: 'Kuzey Air yine rötarlı',
      author: { id: expect.stringMatching(/^k1:/), followers: 12 },
      receivedAt: ground.clock.now(),
      operation: 'upsert',
    })
  })

  it('is written once however often it comes, also after a restart (GEN-5)', async () => {
    const ingest = await ground.start()
    const body = anItem()
    const headers = sign(body)
    expect((await ingest.post(body, headers)).body.passed).toBe(1)
    expect((await ingest.post(body, headers)).body.dropped).toEqual({ duplicate: 1 })
    await ingest.stop()
    const restarted = await ground.start()
    const again = await restarted.post(body)
    expect([again.status, again.body.dropped]).toEqual([202, { duplicate: 1 }])
    expect(await ground.mentions()).toHaveLength(1)
  })

  it('is checked over its bytes: escapes are not rewritten (GEN-4)', async () => {
    const ingest = await ground.start()
    const body = String.raw`{"id":"esc","text":"Kuzey Air \u0130ptal \ud83d\ude21"}`
    expect((await ingest.post(body)).status).toBe(202)
    expect((await ground.mentions())[0]?.text).toBe('Kuzey Air İptal 😡')
  })

  it('is read whatever its content type says (GEN-6)', async () => {
    const ingest = await ground.start()
    const body = anItem()
    expect((await ingest.post(body, { ...sign(body), 'content-type': 'text/plain' })).status).toBe(202)
  })

  it('carries edits and deletes to the brand its first version named', async () => {
    const ingest = await ground.start()
    await ingest.post(anItem())
    await ingest.post(anItem({ text: 'düzelttim, sorun yok', revision: '2' }))
    await ingest.post(JSON.stringify({ id: '1', operation: 'delete' }))
    await ingest.post(anItem({ text: 'Kuzey Air geri geldi', revision: '3' }))
    const mentions = await ground.mentions()
    expect(mentions.map(({ brand, operation, revision }) => [brand, operation, revision])).toEqual([
      ['kuzey-air', 'upsert', undefined],
      ['kuzey-air', 'upsert', '2'],
      ['kuzey-air', 'delete', undefined],
    ])
  })

  it('writes one record for each brand it names, and none for a text that names nobody', async () => {
    await ground.publish(aBrand({ id: 'lokmajet', name: 'Lokmajet', names: ['Lokmajet'] }))
    const ingest = await ground.start()
    const { body } = await ingest.post(
      batch({ id: 'a', text: 'Kuzey Air uçağında Lokmajet yedim' }, { id: 'b', text: 'güzel bir gün' }),
    )
    expect([body.passed, body.dropped]).toEqual([1, { no_brand: 1 }])
    expect((await ground.mentions()).map(({ brand }) => brand).sort()).toEqual(['kuzey-air', 'lokmajet'])
  })
})

describe('a delivery that is not genuine', () => {
  it.each<[string, (body: string) => Record<string, string>]>([
    ['no signature (GEN-1)', () => ({ 'content-type': 'application/json' })],
    ['the signature of another secret', (body) => sign(body, 'whsec_b3RoZXIgc2VjcmV0IG9mIHRoZSB0ZXN0cw==')],
    ['a signature cut short (GEN-2)', (body) => ({ ...sign(body), 'webhook-signature': 'v1,abc' })],
    ['a signature of another scheme (GEN-2)', (body) => ({ ...sign(body), 'webhook-signature': 'sha1=00' })],
    ['the signature of another body (GEN-3)', (body) => sign(`${body} `)],
    ['an old signature', (body) => sign(body, webhookSecret, new Date(Date.now() - 3_600_000))],
    ['a time that is none', (body) => ({ ...sign(body), 'webhook-timestamp': 'now' })],
  ])('is refused with 401 and leaves nothing but a count: %s', async (_what, headersOf) => {
    const ingest = await ground.start()
    const body = anItem()
    expect((await ingest.post(body, headersOf(body))).status).toBe(401)
    expect((await ground.mentions()).length + (await ground.dead()).length).toBe(0)
    expect(await ground.store.list('seen/')).toHaveLength(0)
    expect((await ingest.metric('nabiz_ingest_deliveries_refused_total')).join()).toMatch(/ 1$/)
  })

  it('never shows the secret or the text in a log line', async () => {
    const ingest = await ground.start()
    await ingest.post(anItem(), { 'content-type': 'application/json' })
    await ingest.post(anItem({ kind: 'shout' }))
    expect(ground.lines.join('\n')).not.toMatch(/rötarlı|c2VjcmV0/)
  })
})

describe('a delivery that cannot be read', () => {
  it('is a dead letter and not a fault of ours when it is nested beyond measure', async () => {
    const ingest = await ground.start()
    const { status, body } = await ingest.post(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)
    expect([status, body.deadLettered]).toEqual([202, 1])
    expect(await ground.dead()).toHaveLength(1)
  })

  it('is refused with 413 beyond the limit', async () => {
    const ingest = await ground.start({ bodyLimitBytes: 2_048 })
    const { status, body } = await ingest.post(anItem({ text: 'x'.repeat(3_000) }))
    expect([status, body.error]).toEqual([413, 'the body is too large'])
    expect((await ingest.metric('nabiz_ingest_deliveries_refused_total')).join()).toContain(
      'reason="too_large"',
    )
    expect((await ingest.post(anItem())).status).toBe(202)
  })

  it('is refused with 415 when it is compressed', async () => {
    const ingest = await ground.start()
    const packed = gzipSync(anItem())
    const { status } = await ingest.post(packed, { ...sign(packed), 'content-encoding': 'gzip' })
    expect(status).toBe(415)
  })

  it('is refused with 415 and counted when its content type is none', async () => {
    const ingest = await ground.start()
    const { status } = await ingest.post(anItem(), { ...sign(anItem()), 'content-type': 'nonsense' })
    expect(status).toBe(415)
    expect((await ingest.metric('nabiz_ingest_deliveries_refused_total')).join()).toContain(
      'reason="content_type"',
    )
  })

  it('is answered with 400 when it is not JSON, and kept', async () => {
    const ingest = await ground.start()
    const { status, body } = await ingest.post('{"id": "1", "text": ')
    expect([status, body.deadLettered]).toEqual([400, 1])
    const [dead] = await ground.dead()
    expect(dead).toMatchObject({ source: 'webhook/main', reason: 'not_json', payloadBytes: 20 })
    expect(Buffer.from(dead?.payload ?? '', 'base64').toString()).toBe('{"id": "1", "text": ')
  })

  it.each(['null', '7', '"x"', '{}', '[[]]'])('is a dead letter and no crash: %s (GEN-7)', async (body) => {
    const ingest = await ground.start()
    expect((await ingest.post(body)).body.deadLettered).toBe(1)
    expect((await ground.dead()).map(({ reason }) => reason)).toEqual(['schema'])
  })

  it('loses one bad item of three and nothing else, naming its fault', async () => {
    const ingest = await ground.start()
    const bad = { id: 'b', kind: 'shout', text: 'Kuzey Air' }
    const { status, body } = await ingest.post(
      batch({ id: 'a', text: 'Kuzey Air' }, bad, { id: 'c', text: 'Kuzey Air' }),
    )
    expect([status, body.passed, body.deadLettered]).toEqual([202, 2, 1])
    expect(body.faults).toEqual([{ index: 1, detail: expect.stringMatching(/^kind: .*"post"/) }])
    expect((await ground.mentions()).map(({ id }) => id)).toEqual(['a', 'c'])
    expect((await ground.dead())[0]).toMatchObject({ reason: 'schema', position: 'item 1' })
  })

  it('is told which fields nobody knows, and is taken', async () => {
    const ingest = await ground.start()
    const { body } = await ingest.post(anItem({ mood: 'bad', colour: 7 }))
    expect([body.passed, body.unknownFields]).toEqual([1, ['mood', 'colour']])
  })
})

describe('what a text or a time may hold', () => {
  it('keeps a text with NUL, a lone surrogate, an override and joiners as valid UTF-8 (GEN-9)', async () => {
    const ingest = await ground.start()
    const family = '👨\u200d👩\u200d👧\u200d👦'
    await ingest.post(String.raw`{"id":"odd","text":"Kuzey Air a\u0000b \ud83d c \u202e d ${family}"}`)
    expect((await ground.mentions())[0]?.text).toBe(`Kuzey Air ab \ufffd c \u202e d ${family}`)
  })

  it('flags a time in 1970 and one three days ahead, and counts them now (GEN-10)', async () => {
    const ingest = await ground.start()
    const now = ground.clock.now()
    await ingest.post(
      batch(
        { id: 'old', text: 'Kuzey Air', createdAt: '1970-01-01T00:00:00Z' },
        { id: 'new', text: 'Kuzey Air', createdAt: now + 3 * day },
        { id: 'none', text: 'Kuzey Air' },
        { id: 'true', text: 'Kuzey Air', createdAt: now - 60_000 },
      ),
    )
    expect(
      (await ground.mentions()).map(({ createdAt, createdAtFlag }) => [createdAt, createdAtFlag]),
    ).toEqual([
      [now, 'past'],
      [now, 'future'],
      [now, 'missing'],
      [now - 60_000, undefined],
    ])
  })

  it('keeps a number too long for a double digit by digit', async () => {
    const ingest = await ground.start()
    await ingest.post('{"id":7543210987654321098,"text":"Kuzey Air"}')
    expect((await ground.mentions())[0]?.id).toBe('7543210987654321098')
  })
})

describe('a log that fails', () => {
  it('is answered with 503, remembers nothing, and takes the redelivery exactly once (GEN-8)', async () => {
    const failing = failingLog(ground.log)
    const ingest = await ground.start({ log: failing.log })
    const body = anItem()
    failing.fail(true)
    const refused = await ingest.post(body)
    expect([refused.status, refused.body.code]).toEqual([503, 'log_unavailable'])
    await ground.until(async () => (await ingest.notReady()).length > 0)
    expect((await fetch(`${ingest.url}/readyz`)).status).toBe(503)
    expect((await ingest.post(body)).status).toBe(503)
    failing.fail(false)
    expect((await ingest.post(body)).body.passed).toBe(1)
    expect((await ingest.post(body)).body.dropped).toEqual({ duplicate: 1 })
    expect(await ground.mentions()).toHaveLength(1)
    await ground.until(() => ingest.notReady().length === 0)
    expect((await fetch(`${ingest.url}/readyz`)).status).toBe(200)
  })
})

/** A log whose appends are refused on demand, before anything is written. */
function failingLog(log: Log): { log: Log; fail(now: boolean): void } {
  let isFailing = false
  const wrapped = Object.create(log) as Log
  wrapped.append = (records) =>
    isFailing
      ? Promise.reject(new DependencyError('log_unavailable', 'the log is away', { retryable: true }))
      : log.append(records)
  for (const name of ['read', 'bounds', 'topicId'] as const) {
    Object.defineProperty(wrapped, name, { value: log[name].bind(log) })
  }
  return { log: wrapped, fail: (now) => (isFailing = now) }
}

function anItem(overrides: Record<string, unknown> = {}): string {
  return JSON.stringify({ id: '1', text: 'Kuzey Air yine rötarlı', ...overrides })
}

function batch(...items: Record<string, unknown>[]): string {
  return JSON.stringify({ items })
}
