import { createHmac } from 'node:crypto'
import { Secret } from '@nabiz/shared/config'
import { describe, expect, it } from 'vitest'
import { aDecoder, dropsOf, mentionsOf } from '../../../tests/decoding.ts'
import { atomOf, rssOf } from '../../../tests/fakes/feed-server.ts'
import { describeWebhook } from '../../../tests/webhook-contract.ts'
import { feed } from './feed.ts'
import { callbackOf } from './websub.ts'

const url = 'https://news.example/feed.xml'
const environment = { SECRET: 'websub-secret' }
const config = {
  url,
  websub: { callbackUrl: 'https://in.example/webhooks/feed/main', secrets: [{ env: 'SECRET' }] },
}
const key =
  new URL(callbackOf('https://in.example/x', new Secret('websub-secret'), url)).searchParams.get('key') ?? ''

describe('an entry', () => {
  it('has link and title for its id and no time where it has neither guid nor date (RS-1)', async () => {
    const body = rssOf(
      '<item><title>Kuzey Air</title><link>/1</link></item>',
      '<item><title>B</title><link>/1</link></item>',
    )
    const [first, second] = mentionsOf(await api(body))
    const [again] = mentionsOf(await api(body))
    expect(first).toMatchObject({
      createdAtFlag: 'missing',
      permalink: 'https://news.example/1',
      text: 'Kuzey Air',
    })
    expect(first?.id).toBe(again?.id)
    expect(first?.id).not.toBe(second?.id)
  })

  it('is a new version when its `updated` is newer (RS-2)', async () => {
    const entry = (title: string, updated: string) =>
      `<entry><id>urn:1</id><title>${title}</title><published>2026-09-01T10:00:00Z</published><updated>${updated}</updated></entry>`
    const decoded = await api(
      atomOf(entry('Kuzey', '2026-09-01T10:00:00Z'), entry('Kuzey Air', '2026-09-01T11:00:00Z')),
    )
    expect(mentionsOf(decoded)).toMatchObject([
      { id: 'urn:1', operation: 'upsert', text: 'Kuzey' },
      { id: 'urn:1', operation: 'upsert', text: 'Kuzey Air', revision: String(Date.UTC(2026, 8, 1, 11)) },
    ])
    expect(mentionsOf(decoded)[0]?.revision).toBeUndefined()
  })

  it('expands no entity of a DOCTYPE and reads no file (RS-5)', async () => {
    const declared = Array.from(
      { length: 9 },
      (_, index) => `<!ENTITY e${index + 1} "${`&e${index};`.repeat(10)}">`,
    )
    const bomb = `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "ha">${declared.join('')}<!ENTITY f SYSTEM "file:///etc/hostname">]>${rssOf('<item><guid>urn:1</guid><title>&e9;&f;</title></item>').replace(/^<\?xml[^>]*>/, '')}`
    const { outcomes } = await api(bomb)
    for (const one of outcomes)
      if (one.outcome === 'mention') expect(one.mention.text.length).toBeLessThan(100)
    expect(JSON.stringify(outcomes).length).toBeLessThan(5_000)
  })

  it('is read all the same where an `&` is not escaped (RS-5)', async () => {
    const [mention] = mentionsOf(
      await api(rssOf('<item><guid>urn:1</guid><title>Kuzey & Air</title></item>')),
    )
    expect(mention?.text).toBe('Kuzey & Air')
  })

  it('is text: markup gone, entities decoded once, title and body apart', async () => {
    const item = `<item><guid isPermaLink="false">17</guid><title>A &amp;amp; B</title><pubDate>Thu, 01 Oct 2026 10:00:00 EST</pubDate>
      <description><![CDATA[<p>kötü<br>çok</p><script>alert(1)</script><p>&amp;lt; 3</p>]]></description></item>`
    expect(mentionsOf(await api(rssOf(item)))).toMatchObject([
      {
        id: `${url}#17`,
        text: 'A & B\n\nkötü\nçok\n\n&lt; 3',
        kind: 'article',
        visibility: 'public',
        own: false,
        author: { id: 'news.example' },
        createdAt: Date.UTC(2026, 9, 1, 0),
        createdAtFlag: 'future',
      },
    ])
  })

  it('has its addresses resolved against xml:base', async () => {
    const xml = atomOf(
      '<entry xml:base="sub/"><id>urn:1</id><title>t</title><link href="p1"/></entry>',
    ).replace('<feed ', '<feed xml:base="https://a.example/x/" xml:lang="tr" ')
    expect(mentionsOf(await api(xml))).toMatchObject([
      { permalink: 'https://a.example/x/sub/p1', language: 'tr' },
    ])
  })

  it.each([
    ['Mon, 28 Sep 2026 10:00:00 +0300', Date.UTC(2026, 8, 28, 7)],
    ['28 Sep 2026 10:00 EST', Date.UTC(2026, 8, 28, 15)],
    ['Mon, 28 Sep 2026 10:00:00', Date.UTC(2026, 8, 28, 10)],
    ['2026-09-28T10:00:00+03:00', Date.UTC(2026, 8, 28, 7)],
  ])('was written at %s', async (date, at) => {
    const item = `<item><guid>urn:1</guid><title>t</title><pubDate>${date}</pubDate></item>`
    expect(mentionsOf(await api(rssOf(item)))[0]?.createdAt).toBe(at)
  })

  it('is read in the encoding it is really in, whatever is declared', async () => {
    const turkish = (label: string) =>
      rssOf('<item><guid>urn:1</guid><title>Kuzey çöktü şimdi</title></item>').replace('utf-8', label)
    const latin5 = Buffer.from(turkish('ISO-8859-9').replaceAll('ş', '\xfe'), 'latin1')
    for (const body of [Buffer.from(turkish('iso-8859-1')), latin5])
      expect(mentionsOf(await api(body))[0]?.text).toBe('Kuzey çöktü şimdi')
  })

  it('keeps a numeric id of JSON Feed exact, and counts what is no entry', async () => {
    const decoded = await api(
      '{"version":"https://jsonfeed.org/version/1.1","title":"t","items":[{"id":7543210987654321098,"content_html":"<b>Kuzey</b>","date_published":"2026-09-01T10:00:00Z"},7]}',
    )
    expect(mentionsOf(decoded)).toMatchObject([{ id: `${url}#7543210987654321098`, text: 'Kuzey' }])
    expect(dropsOf(decoded)).toEqual(['unknown_kind'])
  })

  it('is deleted by a tombstone', async () => {
    const xml = atomOf(
      '<at:deleted-entry xmlns:at="http://purl.org/atompub/tombstones/1.0" ref="urn:1" when="2026-09-01T10:00:00Z"/>',
    )
    expect(mentionsOf(await api(xml))).toMatchObject([{ id: 'urn:1', operation: 'delete' }])
  })

  it('of an RDF feed is read as well', async () => {
    const xml = `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>t</title></channel><item rdf:about="https://r.example/1"><title>Kuzey</title><link>https://r.example/1</link><dc:date>2026-09-01T10:00:00Z</dc:date><dc:creator>c</dc:creator></item></rdf:RDF>`
    expect(mentionsOf(await api(xml))).toMatchObject([
      { id: 'https://r.example/1', author: { id: 'c' }, createdAt: Date.UTC(2026, 8, 1, 10) },
    ])
  })

  it.each(['<html><body>x</body></html>', 'no feed', '{"a":1}', ''])('is not found in %j', async (body) => {
    expect((await api(body)).outcomes.map(({ outcome }) => outcome)).toEqual(['deadLetter'])
  })
})

describe('a hub', () => {
  it.each([
    ['sha1', '1100a088d83ac1e1d1a8f9b86c3762214e85abb7'],
    ['sha256', '4c2e585c6c7c4d33d72a7b8bd87433dc2bcb255e1a6e253ab84227c34df0d96b'],
  ])('signs with %s over the bytes', async (method, hex) => {
    const request = {
      query: { key },
      body: Buffer.from('<feed/>'),
      headers: { 'x-hub-signature': `${method}=${hex}` },
    }
    for (const query of [{ key }, {}]) {
      const taken = await decoder().request({ ...request, query })
      expect(taken.outcomes.map(({ outcome }) => outcome)).toEqual(['deadLetter'])
    }
    expect(dropsOf(await decoder().request({ ...request, query: { key: 'x' } }))).toEqual(['signature_wrong'])
    const other = { ...request, body: Buffer.from('<feed />') }
    const refused = await decoder().request(other)
    expect([refused.answer?.status, dropsOf(refused)]).toEqual([200, ['signature_wrong']])
  })

  it.each([
    ['a topic nobody asked for', { key, 'hub.mode': 'subscribe', 'hub.topic': 'https://other.example/feed' }],
    ['an address without the key', { 'hub.mode': 'subscribe', 'hub.topic': url }],
    ['unsubscribe, which nobody asked for', { key, 'hub.mode': 'unsubscribe', 'hub.topic': url }],
    ['a denial of what nobody asked for', { key, 'hub.mode': 'denied', 'hub.topic': url }],
  ])('gets 404 for %s (WS-1)', async (_what, query) => {
    const whole = { ...query, 'hub.challenge': 'c', 'hub.lease_seconds': '60' }
    const { answer, outcomes } = await decoder().request({ method: 'GET', query: whole })
    expect([answer?.status, outcomes]).toEqual([404, [{ outcome: 'drop', reason: 'handshake_wrong' }]])
  })
})

describe('the config', () => {
  it.each([
    [{}, 'url'],
    [{ url: 'ftp://x.example/feed' }, 'url'],
    [{ url, kind: 'message' }, 'kind'],
    [{ url, pollSeconds: 1 }, 'pollSeconds'],
    [{ url, websub: { callbackUrl: 'https://in.example', secrets: [] } }, 'websub.secrets'],
  ])('%j is refused at %s', (given, path) => {
    const { error } = feed.config.safeParse(given)
    expect(error?.issues.some((issue) => issue.path.join('.').startsWith(path))).toBe(true)
  })
})

describeWebhook({
  factory: feed,
  config,
  environment,
  sign: (body) => ({
    query: { key },
    headers: {
      'x-hub-signature': `sha256=${createHmac('sha256', 'websub-secret').update(body).digest('hex')}`,
    },
  }),
  encode: (value) => Buffer.from(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''), 'utf8'),
  refusedWith: 200,
  samples: [
    {
      version: 'https://jsonfeed.org/version/1.1',
      title: 't',
      hubs: [{ type: 'WebSub', url: 'https://hub.example' }],
      authors: [{ name: 'a' }],
      items: [
        {
          id: '1',
          url: 'https://news.example/1',
          title: 'Kuzey Air',
          content_html: '<p>rötar</p>',
          date_published: '2026-11-01T10:00:00Z',
          date_modified: '2026-11-01T11:00:00Z',
          image: 'https://news.example/1.png',
          language: 'tr',
        },
      ],
    },
    atomOf(
      '<entry><id>urn:1</id><title type="html">&lt;b&gt;Kuzey&lt;/b&gt;</title><updated>2026-11-01T10:00:00Z</updated></entry>',
    ),
    rssOf(
      '<item><guid>urn:2</guid><title>Kuzey</title><description>&lt;p&gt;x&lt;/p&gt;</description></item>',
    ),
  ],
})

function decoder() {
  return aDecoder({ factory: feed, config, environment })
}

function api(body: string | Uint8Array) {
  return decoder().api('feed', body)
}
