import { createCipheriv } from 'node:crypto'
import { Secret, withEnvironment } from '@nabiz/shared/config'
import { describe, expect, it } from 'vitest'
import { aDecoder, dropsOf, mentionsOf } from '../../../tests/decoding.ts'
import { envelopeOf, sealedQuery } from '../../../tests/fakes/wechat-server.ts'
import { describeWebhook } from '../../../tests/webhook-contract.ts'
import { openSealed, sealMessage, wechatSignature } from './seal.ts'
import { wechat } from './wechat.ts'

const appId = 'wx0123456789abcdef'
const key = new Secret('abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG')
const oldKey = new Secret('ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789abcdefg')
const environment = { TOKEN: 'brandtoken', KEY: key.reveal(), OLD_KEY: oldKey.reveal(), SECRET: 'invented' }
const config = { appId, token: { env: 'TOKEN' }, encodingAesKeys: [{ env: 'KEY' }] }

describe('the check of the address', () => {
  const query = {
    signature: '899cf89e464efb63f54ddac96b0a0a235f53aa78',
    timestamp: '1714037059',
    nonce: '486452656',
    echostr: '4375120948345356249',
  }
  const documented = () =>
    aDecoder({ factory: wechat, config, environment: { ...environment, TOKEN: 'AAAAA' } })

  it('sends the word back as it came when the signature is right (WX-1)', async () => {
    const { answer } = await documented().request({ method: 'GET', query })
    expect([answer?.status, answer?.body]).toEqual([200, '4375120948345356249'])
    expect(answer?.contentType).toContain('text/plain')
  })

  it('sends nothing back when one digit of it is another, or there is none (WX-1)', async () => {
    const { signature: _, ...unsigned } = query
    const spoilt = { ...query, signature: query.signature.replace('899', '898') }
    for (const wrong of [spoilt, unsigned]) {
      const { answer } = await documented().request({ method: 'GET', query: wrong })
      expect(answer?.status).toBe(403)
      expect(answer?.body).not.toContain(query.echostr)
    }
  })
})

describe('a sealed message', () => {
  const sealed =
    'Q3stYC6hdFzMh9T8HCvyDD0CVvaEZnXVJJZgF5jT+37zfgz1C1r8c8wjd/bTapuhFJ9tl2ft0/00b3mSHjRumF+K6xfKQ0qgg81uBPclylIDd3twxxmjORSqKXG1wJpK59IjA6mtm0g2Fws+/PJW9CFF6iPjCqaiA3hNk0Soz7cSDxGk/oX2ggE3AQIVmkgB0cxYNOQQ3VUQXQrLFwtdF5tJ6j6JgcGkSKA6MhBD3gjYBHnZ/2xLPHRKtIua6xSukTw+TNK4bxWt0ry/GgqUdVQ4/+NJO7zw8OwyoeqtXlQzPCjMUnGv0zog56xymEBY1tKUQQECzGBqpyXiUkaC22fX/lam7G/K0gkYxXqCHJsdfB9HG+wvZgVsSADyTPBj7LUf6rqQVSNYGO8BJ24+lwGutbGOUwFWM8JPXGQbXBs='
  const signature = '3aa8df3fb7801973516fdd70ecdb9a391b7a4896'

  it('is opened, padded by more than a block of AES, with all digits of its id (WX-2)', async () => {
    const query = { ...sealedQuery('brandtoken', sealed), msg_signature: signature }
    const decoded = await decoder().request({ query, body: Buffer.from(envelopeOf(sealed)) })
    expect([decoded.answer?.status, decoded.answer?.body]).toEqual([200, 'success'])
    expect(mentionsOf(decoded)).toMatchObject([
      {
        id: '7543210987654321098',
        text: '你们的产品坏了😡',
        author: { id: 'o_user_1' },
        createdAt: 1_790_000_000_000,
        kind: 'message',
        visibility: 'private',
        own: false,
      },
    ])
  })

  it('is refused when only the signature that leaves out the body is right', async () => {
    const { msg_signature: _, ...query } = sealedQuery('brandtoken', sealed)
    const decoded = await decoder().request({ query, body: Buffer.from(envelopeOf(sealed)) })
    expect([decoded.answer?.status, dropsOf(decoded)]).toEqual([401, ['signature_missing']])
  })

  it.each([
    ['made for another account', sealMessage(Buffer.from(aMessage()), key, 'wxffffffffffffffff')],
    ['of a length beyond its end', sealedRaw({ length: 100_000 })],
    ['of padding 0', sealedRaw({ padding: 0 })],
    ['of padding 33', sealedRaw({ padding: 33 })],
    ['cut within a block', sealed.slice(0, -8)],
    ['made with another key', sealMessage(Buffer.from(aMessage()), oldKey, appId)],
    ['that is nothing', '===='],
  ])('%s is refused, whoever signed it (WX-4)', async (_, wrong) => {
    const query = sealedQuery('brandtoken', wrong)
    const decoded = await decoder().request({ query, body: Buffer.from(envelopeOf(wrong)) })
    expect([decoded.answer?.status, decoded.answer?.body, dropsOf(decoded)]).toEqual([
      401,
      '{"error":"signature_wrong"}',
      ['signature_wrong'],
    ])
  })

  it('is opened with the key before the last while the key is changed (WX-5)', async () => {
    const both = aDecoder({
      factory: wechat,
      config: { ...config, encodingAesKeys: [{ env: 'KEY' }, { env: 'OLD_KEY' }] },
      environment,
    })
    const old = sealMessage(Buffer.from(aMessage()), oldKey, appId)
    const decoded = await both.request({
      query: sealedQuery('brandtoken', old),
      body: Buffer.from(envelopeOf(old)),
    })
    expect(mentionsOf(decoded)).toHaveLength(1)
  })

  it('opens whatever its length is', () => {
    for (let length = 0; length < 70; length += 1) {
      const message = Buffer.alloc(length, 'x')
      const opened = openSealed(sealMessage(message, key, appId), [oldKey, key], appId)
      expect(opened && Buffer.from(opened).equals(message)).toBe(true)
    }
  })

  it('may stand in an envelope of JSON', async () => {
    const inner = { ToUserName: 'gh_brand', FromUserName: 'o1', MsgType: 'text', Content: '坏了', MsgId: '5' }
    const json = sealMessage(Buffer.from(JSON.stringify(inner)), key, appId)
    const body = Buffer.from(JSON.stringify({ ToUserName: 'gh_brand', Encrypt: json }))
    const decoded = await decoder().request({ query: sealedQuery('brandtoken', json), body })
    expect(mentionsOf(decoded)).toMatchObject([{ id: '5', text: '坏了' }])
  })
})

describe('what a message holds', () => {
  it('is nothing for us when it is an event (WX-7)', async () => {
    const scan = '<Event><![CDATA[SCAN]]></Event><EventKey>7</EventKey>'
    const job = '<Event><![CDATA[TEMPLATESENDJOBFINISH]]></Event><MsgID>200163836</MsgID>'
    for (const event of ['<Event><![CDATA[subscribe]]></Event>', scan, job]) {
      const decoded = await decoder().post(aMessage({ type: 'event', rest: event, id: '' }))
      expect([decoded.answer?.body, dropsOf(decoded)]).toEqual(['success', ['not_content']])
    }
  })

  it('keeps its text as it was written (WX-8)', async () => {
    const texts = {
      '<![CDATA[a]]]]><![CDATA[>b]]>': 'a]]>b',
      '<![CDATA[1 < 2 & 3\n😡]]>': '1 < 2 & 3\n😡',
      '<![CDATA[0012]]>': '0012',
      '0012': '0012',
      '<![CDATA[ iki boşluk ]]>': ' iki boşluk ',
      '&lt;b&gt; &amp;amp; &#65;': '<b> &amp; A',
    }
    for (const [written, text] of Object.entries(texts)) {
      const decoded = await decoder().post(aMessage({ rest: `<Content>${written}</Content>` }))
      expect(mentionsOf(decoded).map((mention) => mention.text)).toEqual([text])
    }
  })

  it('has the words of a voice, a link, a place; none of a picture', async () => {
    const kinds = {
      voice: ['<Recognition><![CDATA[太慢了]]></Recognition><MediaId>m</MediaId>', '太慢了'],
      link: ['<Title>T</Title><Description>D</Description><Url>https://example.com/a</Url>', 'T\nD'],
      location: ['<Label>İstanbul</Label>', 'İstanbul'],
      image: ['<PicUrl>https://example.com/p.jpg</PicUrl>', ''],
    }
    for (const [type, [rest, text]] of Object.entries(kinds)) {
      const decoded = await decoder().post(aMessage({ type, rest: rest ?? '' }))
      expect(mentionsOf(decoded).map((mention) => mention.text)).toEqual([text])
    }
  })

  it.each([
    [
      'entities of its own',
      '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml><MsgType>text</MsgType><MsgId>1</MsgId><Content>&a;</Content></xml>',
    ],
    [
      'entities that multiply',
      '<!doctype x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><xml><MsgType>text</MsgType><MsgId>1</MsgId><Content>&b;</Content></xml>',
    ],
    ['no end', '<a>'.repeat(100_000)],
    ['names that are dangerous', '<xml><__proto__><x>1</x></__proto__></xml>'],
  ])('is kept as a dead letter, and not read, when it has %s (WX-8)', async (_, xml) => {
    const decoded = await decoder().post(xml)
    expect([decoded.answer?.status, decoded.outcomes.map(({ outcome }) => outcome)]).toEqual([
      200,
      ['deadLetter'],
    ])
  })

  it('is dropped when it is for another account or of a kind to come', async () => {
    const only = aDecoder({ factory: wechat, config: { ...config, originalId: 'gh_other' }, environment })
    expect(dropsOf(await only.post(aMessage()))).toEqual(['other_account'])
    expect(dropsOf(await decoder().post(aMessage({ type: 'hologram' })))).toEqual(['unknown_kind'])
  })
})

describe('comments under an article', () => {
  it('are comments with the replies of the brand; public when the brand shows them', async () => {
    const answer = `{"errcode":0,"total":2,"comment":[
      {"user_comment_id":7543210987654321098,"openid":"o1","create_time":1790000000,"content":"坏了","comment_type":1,
       "reply":{"content":"抱歉","create_time":1790000100}},
      {"user_comment_id":2,"create_time":1790000000,"content":"慢","comment_type":0}]}`
    expect(mentionsOf(await decoder().api('comments', answer))).toMatchObject([
      { id: 'article_7543210987654321098', text: '坏了', visibility: 'public', own: false },
      { id: 'article_7543210987654321098_reply', kind: 'reply', own: true, createdAt: 1_790_000_100_000 },
      { id: 'article_2', visibility: 'private' },
    ])
  })
})

describe('the config', () => {
  it.each([
    ['encodingAesKeys', { encodingAesKeys: [] }],
    ['plaintext', { plaintext: true }],
    ['appSecret', { articles: [{ id: '1' }] }],
  ])('names %s when it does not fit', (field, given) => {
    const parsed = withEnvironment(environment, () => wechat.config.safeParse({ ...config, ...given }))
    expect(parsed.error?.issues.map(({ path }) => path.join('.'))).toEqual([field])
  })
})

describe('plain text', () => {
  it('is missed where a sealed message meets an account without a key, and said', async () => {
    const plain = aDecoder({
      factory: wechat,
      config: wechat.bare.config,
      environment: wechat.bare.environment,
    })
    expect((await plain.post(envelopeOf('AAAA'))).outcomes).toMatchObject([
      { outcome: 'deadLetter', detail: expect.stringContaining('encodingAesKeys') },
    ])
  })

  it('is taken where the config says so, signed as documented', async () => {
    const plain = aDecoder({
      factory: wechat,
      config: { appId, token: { env: 'TOKEN' }, plaintext: true },
      environment,
    })
    const query = {
      signature: 'd929f6c7733aece437e16366f6807a812a9899b8',
      timestamp: '1790000000',
      nonce: 'nonce42',
    }
    const body = Buffer.from(aMessage())
    expect(mentionsOf(await plain.request({ query, body }))).toHaveLength(1)
    expect((await plain.request({ query: { ...query, nonce: 'x' }, body })).answer?.status).toBe(401)
    expect(wechatSignature(['brandtoken', '1790000000', 'nonce42'])).toBe(query.signature)
  })
})

describeWebhook({
  factory: wechat,
  config,
  environment,
  encode: (value) => Buffer.from(toXml(value), 'utf8'),
  seal: (body) => Buffer.from(envelopeOf(sealMessage(body, key, appId))),
  sign: (body) => {
    const [, sealed = ''] = /<Encrypt><!\[CDATA\[(.*?)\]\]>/.exec(Buffer.from(body).toString('utf8')) ?? []
    return { query: sealedQuery('brandtoken', sealed) }
  },
  samples: [
    { ...aSample('text'), Content: '质量太差了' },
    { ...aSample('voice'), MediaId: 'm', Format: 'amr', Recognition: '太慢了' },
    { ...aSample('link'), Title: 'T', Description: 'D', Url: 'https://example.com/' },
    { ...aSample('event'), Event: 'SCAN', EventKey: '7', Ticket: 't' },
  ],
})

function decoder() {
  return aDecoder({ factory: wechat, config, environment })
}

function aSample(type: string): Record<string, unknown> {
  return {
    ToUserName: 'gh_brand',
    FromUserName: 'o_user_1',
    CreateTime: '1790000000',
    MsgType: type,
    MsgId: '7543210987654321098',
  }
}

function aMessage({
  type = 'text',
  rest = '<Content><![CDATA[坏了]]></Content>',
  id = '7543210987654321098',
} = {}) {
  const number = id === '' ? '' : `<MsgId>${id}</MsgId>`
  return `<xml><ToUserName><![CDATA[gh_brand]]></ToUserName><FromUserName><![CDATA[o_user_1]]></FromUserName>
<CreateTime>1790000000</CreateTime><MsgType><![CDATA[${type}]]></MsgType>${rest}${number}</xml>`
}

/** A value as XML: fields as elements, lists as repeated ones. */
function toXml(value: unknown): string {
  const inside = (one: unknown): string => {
    if (typeof one !== 'object' || one === null)
      return `<![CDATA[${String(one).replaceAll(']]>', ']]]]><![CDATA[>')}]]>`
    const fields = Array.isArray(one) ? one.map((entry) => ['item', entry] as const) : Object.entries(one)
    return fields.map(([name, entry]) => `<${name}>${inside(entry)}</${name}>`).join('')
  }
  return `<xml>${inside(value)}</xml>`
}

/** Sealed by hand, with a length or a padding that is wrong. */
function sealedRaw({ length, padding }: { length?: number; padding?: number }): string {
  const message = Buffer.from(aMessage())
  const head = Buffer.alloc(20)
  head.writeUInt32BE(length ?? message.length, 16)
  const content = Buffer.concat([head, message, Buffer.from(appId)])
  const missing = 32 - (content.length % 32)
  const padded = Buffer.concat([content, Buffer.alloc(missing, padding ?? missing)])
  const aes = Buffer.from(`${key.reveal()}=`, 'base64')
  const cipher = createCipheriv('aes-256-cbc', aes, aes.subarray(0, 16)).setAutoPadding(false)
  return Buffer.concat([cipher.update(padded), cipher.final()]).toString('base64')
}
