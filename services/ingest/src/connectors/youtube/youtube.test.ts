import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { aDecoder, dropsOf, mentionsOf } from '../../../tests/decoding.ts'
import { describeWebhook } from '../../../tests/webhook-contract.ts'
import { youtube } from './youtube.ts'

const brandChannel = 'UCaaaaaaaaaaaaaaaaaaaaaa'
const topic = `https://www.youtube.com/xml/feeds/videos.xml?channel_id=${brandChannel}`
const environment = { KEY: 'invented-key', HUB: 'websub-secret' }
const config = {
  apiKey: { env: 'KEY' },
  channels: { [brandChannel]: ['kuzey-air'] },
  webSub: { callbackUrl: 'https://in.example.com/webhooks/youtube/main', secrets: [{ env: 'HUB' }] },
}

describe('comments', () => {
  it('become one mention each, with the replies that came along', async () => {
    const thread = aThread({ totalReplyCount: 1 }, [aComment('UgxA.r1', { parentId: 'UgxA' })])
    const decoded = await decoder().api('commentThreads', { items: [thread] })
    expect(mentionsOf(decoded)).toMatchObject([
      {
        id: 'UgxA',
        kind: 'comment',
        parent: 'vid1',
        text: 'Rezalet & pahalı\nalmayın',
        author: { id: 'UC9' },
        engagement: { likes: 3 },
        createdAt: Date.UTC(2026, 8, 30, 10),
        permalink: 'https://www.youtube.com/watch?v=vid1&lc=UgxA',
        brands: ['kuzey-air'],
        own: false,
      },
      { id: 'UgxA.r1', kind: 'reply', parent: 'UgxA', brands: ['kuzey-air'] },
    ])
  })

  it('are text where YouTube shows HTML, decoded once (YT-2)', async () => {
    const texts = [
      '&quot;iyi&quot; <br>değil <a href="https://www.youtube.com/watch?v=x&amp;t=62">1:02</a>',
      'a &amp;lt;b&amp;gt; c',
      'kötü<br><br> çok  kötü',
    ]
    const items = texts.map((textDisplay, index) =>
      aComment(`c${index}`, { textDisplay, textOriginal: undefined }),
    )
    const decoded = await decoder().api('comments', { items })
    expect(mentionsOf(decoded).map(({ text }) => text)).toEqual([
      '"iyi"\ndeğil 1:02',
      'a &lt;b&gt; c',
      'kötü\n\nçok kötü',
    ])
  })

  it('are a new version of the same when edited (YT-4)', async () => {
    const edited = aComment('UgxA', { updatedAt: '2026-09-30T12:00:00Z' })
    const decoded = await decoder().api('comments', { items: [aComment('UgxA'), edited, edited] })
    expect(mentionsOf(decoded).map(({ id, revision }) => [id, revision])).toEqual([
      ['UgxA', undefined],
      ['UgxA', '2026-09-30T12:00:00.000Z'],
    ])
    expect(dropsOf(decoded)).toEqual(['duplicate'])
  })

  it('have no author when the account is gone', async () => {
    const decoded = await decoder().api('comments', {
      items: [aComment('c', { authorChannelId: undefined })],
    })
    expect(mentionsOf(decoded)[0]?.author).toBeUndefined()
  })

  it("are the brand's own when its channel wrote them", async () => {
    const own = aComment('c', { authorChannelId: { value: brandChannel } })
    expect(mentionsOf(await decoder().api('comments', { items: [own] }))[0]?.own).toBe(true)
  })

  it('are dead letters one by one when they cannot be read', async () => {
    const decoded = await decoder().api('commentThreads', { items: [{ id: 'x' }, aThread()] })
    expect(decoded.outcomes.map(({ outcome }) => outcome)).toEqual(['deadLetter', 'mention'])
    expect((await decoder().api('commentThreads', '<html>')).outcomes).toMatchObject([
      { outcome: 'deadLetter', reason: 'not_json' },
    ])
  })
})

describe('videos', () => {
  it('are posts; their counters come as text, and comments are only shown', async () => {
    const statistics = { viewCount: '9007199254', likeCount: '12', commentCount: '3', favoriteCount: '0' }
    const snippet = {
      channelId: brandChannel,
      title: 'Yeni hat',
      description: 'Ankara',
      publishedAt: '2026-09-30T10:00:00Z',
    }
    const { outcomes } = await decoder().api('videos', { items: [{ id: 'vid1', snippet, statistics }] })
    expect(outcomes).toMatchObject([
      { outcome: 'mention', mention: { id: 'vid1', kind: 'post', text: 'Yeni hat\nAnkara', own: true } },
      { outcome: 'metric', metric: { counter: 'views', total: 9_007_199_254 } },
      { outcome: 'metric', metric: { counter: 'likes', total: 12 } },
      { outcome: 'metric', metric: { counter: 'comments', total: 3, itemised: true } },
    ])
  })

  it('of strangers come from a search, with their signs decoded', async () => {
    const snippet = {
      channelId: 'UC7',
      title: 'Kuzey Air &#39;rezaleti&#39;',
      publishedAt: '2026-09-30T10:00:00Z',
    }
    const items = [
      { id: { videoId: 'v' }, snippet },
      { id: { kind: 'youtube#channel', channelId: 'UC7' }, snippet },
    ]
    const decoded = await decoder().api('search', { items })
    expect(mentionsOf(decoded)).toMatchObject([{ id: 'v', text: "Kuzey Air 'rezaleti'", own: false }])
    expect(dropsOf(decoded)).toEqual(['not_content'])
  })

  it('have followers counted by channel, where the channel shows them', async () => {
    const items = [
      { id: brandChannel, statistics: { subscriberCount: '1200', hiddenSubscriberCount: false } },
      { id: 'UC7', statistics: { hiddenSubscriberCount: true } },
    ]
    const { outcomes } = await decoder().api('channels', { items })
    expect(outcomes).toMatchObject([
      { outcome: 'metric', metric: { counter: 'followers', total: 1_200 } },
      { outcome: 'drop', reason: 'not_content' },
    ])
  })
})

describe('a live chat', () => {
  it('is read message by message; gifts and moderation are no content', async () => {
    const snippet = (type: string) => ({
      type,
      publishedAt: '2026-09-30T10:00:00Z',
      displayMessage: 'ses yok',
      authorChannelId: 'UC9',
    })
    const items = [
      { id: 'm1', snippet: snippet('textMessageEvent') },
      { id: 'm2', snippet: snippet('newSponsorEvent') },
      {
        id: 'm3',
        snippet: {
          ...snippet('superChatEvent'),
          displayMessage: '₺50,00 from Ayşe K.: "rezalet"',
          superChatDetails: { amountMicros: '50000000', userComment: 'rezalet' },
        },
      },
      { id: 'm4', snippet: { ...snippet('superChatEvent'), superChatDetails: {} } },
    ]
    const decoded = await decoder().api('liveChatMessages', { items, pollingIntervalMillis: 5_000 })
    expect(mentionsOf(decoded)).toMatchObject([
      { id: 'm1', text: 'ses yok', author: { id: 'UC9' } },
      { id: 'm3', text: 'rezalet' },
      { id: 'm4', text: '' },
    ])
    expect(dropsOf(decoded)).toEqual(['not_content'])
  })
})

describe('the hub (YT-7)', () => {
  it('is given its challenge back for a channel we asked for, in both forms, and for no other', async () => {
    const ask = (overrides: Record<string, string>) =>
      decoder().request({
        method: 'GET',
        query: { 'hub.mode': 'subscribe', 'hub.topic': topic, 'hub.challenge': 'ab12', ...overrides },
      })
    expect((await ask({})).answer).toMatchObject({ status: 200, body: 'ab12' })
    expect((await ask({ 'hub.topic': topic.replace('/xml', '') })).answer?.status).toBe(200)
    expect((await ask({ 'hub.topic': topic.replace('UCa', 'UCb') })).answer?.status).toBe(404)
    expect((await ask({ 'hub.mode': 'unsubscribe' })).answer?.status).toBe(404)
    expect((await ask({ 'hub.challenge': '' })).answer?.status).toBe(404)
  })

  it('brings new videos and tombstones; an id of digits stays text', async () => {
    const tombstone =
      '<at:deleted-entry ref="yt:video:gone1" when="2026-09-30T11:00:00+00:00"><link href="x"/></at:deleted-entry>'
    const body = aFeed(anEntry('12345678901') + anEntry('vid2') + tombstone)
    const decoded = await decoder().post(body)
    expect(decoded.answer).toEqual({ status: 200, body: '' })
    expect(mentionsOf(decoded)).toMatchObject([
      { id: '12345678901', operation: 'upsert', text: 'İş & güç', own: true, brands: ['kuzey-air'] },
      { id: 'vid2', operation: 'upsert' },
      { id: 'gone1', operation: 'delete', createdAt: Date.UTC(2026, 8, 30, 11) },
    ])
    expect(mentionsOf(decoded)[0]?.revision).toBeUndefined()
  })

  it('tells of a changed title by a new version', async () => {
    const [mention] = mentionsOf(await decoder().post(aFeed(anEntry('vid1', '2026-09-30T18:00:00+00:00'))))
    expect(mention?.revision).toBe('2026-09-30T18:00:00.000Z')
  })

  it('is thanked for a wrong signature as for a right one, and nothing of it is kept', async () => {
    const body = Buffer.from(aFeed(anEntry('vid1')))
    const sent = (signature: string) => decoder().request({ headers: { 'x-hub-signature': signature }, body })
    const wrong = await sent(`sha1=${'0'.repeat(40)}`)
    expect(wrong).toEqual({
      answer: { status: 200, body: '' },
      outcomes: [{ outcome: 'drop', reason: 'signature_wrong' }],
    })
    for (const method of ['sha1', 'sha256', 'sha384', 'sha512'])
      expect(mentionsOf(await sent(hubSignature(body, method)))).toHaveLength(1)
  })

  it('has the known signatures of a known body', () => {
    expect(hubSignature(Buffer.from('<feed/>'), 'sha1')).toBe('sha1=1100a088d83ac1e1d1a8f9b86c3762214e85abb7')
  })

  it('cannot make us take what a document declares for itself', async () => {
    const bomb = `<!DOCTYPE feed [<!ENTITY a "aaaa">]>${aFeed(anEntry('vid1'))}`
    expect((await decoder().post(bomb)).outcomes).toMatchObject([
      { outcome: 'deadLetter', reason: 'encoding' },
    ])
  })
})

describeWebhook({
  factory: youtube,
  config,
  environment,
  sign: (body) => ({ headers: { 'x-hub-signature': hubSignature(body, 'sha1') } }),
  refusedWith: 200,
  encode: (value) => Buffer.from(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''), 'utf8'),
  samples: [
    aFeed(anEntry('vid1') + anEntry('vid2')),
    aFeed('<at:deleted-entry ref="yt:video:gone1" when="2026-09-30T11:00:00+00:00"/>'),
    '<feed/>',
  ],
})

function decoder() {
  return aDecoder({ factory: youtube, config, environment })
}

function hubSignature(body: Uint8Array, method: string): string {
  return `${method}=${createHmac(method, environment.HUB).update(body).digest('hex')}`
}

function aThread(snippet: Record<string, unknown> = {}, replies: unknown[] = []) {
  return {
    id: 'UgxA',
    snippet: {
      channelId: brandChannel,
      videoId: 'vid1',
      totalReplyCount: 0,
      topLevelComment: aComment('UgxA'),
      ...snippet,
    },
    ...(replies.length > 0 ? { replies: { comments: replies } } : {}),
  }
}

function aComment(id: string, overrides: Record<string, unknown> = {}) {
  const snippet = {
    authorDisplayName: '@ali',
    authorChannelId: { value: 'UC9' },
    textDisplay: 'Rezalet &amp; pahalı<br>almayın',
    textOriginal: 'Rezalet & pahalı\nalmayın',
    likeCount: 3,
    publishedAt: '2026-09-30T10:00:00Z',
    updatedAt: '2026-09-30T10:00:00Z',
    ...overrides,
  }
  return { id, snippet }
}

function aFeed(inner: string): string {
  return `<?xml version='1.0' encoding='UTF-8'?><feed xmlns:at="http://purl.org/atompub/tombstones/1.0" xmlns:yt="http://www.youtube.com/xml/schemas/2015" xmlns="http://www.w3.org/2005/Atom"><title>YouTube video feed</title>${inner}</feed>`
}

function anEntry(id: string, updated = '2026-09-30T10:00:07.123456+00:00'): string {
  return `<entry><id>yt:video:${id}</id><yt:videoId>${id}</yt:videoId><yt:channelId>${brandChannel}</yt:channelId><title>İş &amp; güç</title><author><name>K</name></author><published>2026-09-30T10:00:00+00:00</published><updated>${updated}</updated></entry>`
}
