import { describe, expect, it } from 'vitest'
import { aDecoder, dropsOf, mentionsOf } from '../../../tests/decoding.ts'
import { mastodon } from './mastodon.ts'

const environment = { TOKEN: 'invented' }

describe('an event of the stream', () => {
  it('is JSON inside JSON, or a bare id, or has nothing inside (MA-1)', async () => {
    const decoded = await events(
      aFrame('update', aStatus()),
      { stream: ['hashtag', 'marka'], event: 'delete', payload: '115000000000000001' },
      { stream: ['hashtag', 'marka'], event: 'delete', payload: '115000000000000999' },
      { stream: ['user'], event: 'filters_changed' },
      { stream: ['user'], event: 'novelty', payload: '{}' },
    )
    const id = 'https://m.example/users/a/statuses/1'
    expect(mentionsOf(decoded)).toMatchObject([
      {
        id,
        text: '#marka & rezalet',
        author: { id: '@a@m.example', followers: 10 },
        language: 'tr',
        permalink: 'https://m.example/@a/1',
        visibility: 'public',
        kind: 'post',
        createdAt: Date.UTC(2026, 8, 1, 10),
      },
      { id, operation: 'delete' },
    ])
    expect(dropsOf(decoded)).toEqual(['not_found', 'not_content', 'unknown_kind'])
  })

  it('is text: paragraphs, breaks and mentions kept, scripts gone, entities decoded once (MA-2)', async () => {
    const content =
      '<p>Merhaba <span class="h-card"><a href="https://m.example/@marka">@<span>marka</span></a></span></p><p>kötü<br>çok</p><script>x</script>'
    expect(await textOf(aStatus({ content }))).toBe('Merhaba @marka\n\nkötü\nçok')
    expect(await textOf(aStatus({ content: '<p>&amp;amp; a</p>' }))).toBe('&amp; a')
  })

  it('is the same post on every instance (MA-4)', async () => {
    const decoded = await events(
      aFrame('update', aStatus({ id: '1' })),
      aFrame('update', aStatus({ id: '2' })),
    )
    expect([mentionsOf(decoded).length, dropsOf(decoded)]).toEqual([1, ['duplicate']])
  })

  it('is an edit with its time for a revision; a language nobody knows is left out (MA-5)', async () => {
    const edited = aStatus({ edited_at: '2026-09-01T11:00:00.000Z', content: '<p>b</p>', language: null })
    const decoded = await events(aFrame('update', aStatus()), aFrame('status.update', edited))
    const [, second] = mentionsOf(decoded)
    expect(second).toMatchObject({ operation: 'upsert', revision: '2026-09-01T11:00:00.000Z', text: 'b' })
    expect(second?.language).toBeUndefined()
  })

  it('has its warning and its content in the text (MA-7)', async () => {
    expect(await textOf(aStatus({ spoiler_text: 'rötar', content: '<p>Kuzey Air</p>' }))).toBe(
      'rötar\n\nKuzey Air',
    )
  })

  it('that boosts is the post that is boosted', async () => {
    const boost = aStatus({ id: '9', uri: 'https://m.example/boost', content: '', reblog: aStatus() })
    expect(mentionsOf(await events(aFrame('update', boost)))).toMatchObject([
      { id: 'https://m.example/users/a/statuses/1', text: '#marka & rezalet' },
    ])
  })

  it('is private when it is for few, and own when the brand wrote it', async () => {
    const notification = {
      id: '7',
      type: 'mention',
      status: aStatus({ visibility: 'direct', media_attachments: [{ url: 'https://m.example/1.png' }] }),
    }
    const decoded = await events(
      aFrame('notification', notification),
      aFrame('notification', { id: '8', type: 'favourite', status: aStatus() }),
      aFrame(
        'update',
        aStatus({ uri: 'https://brand.example/1', account: { id: '6', acct: 'Kuzey@brand.example' } }),
      ),
    )
    expect(mentionsOf(decoded)).toMatchObject([{ visibility: 'private', kind: 'message' }, { own: true }])
    expect(mentionsOf(decoded)[0]?.permalink).toBeUndefined()
    expect(dropsOf(decoded)).toEqual(['not_content'])
  })

  it.each([
    '{',
    '[]',
    '7',
    '{"event":"update","payload":"{"}',
    '{"event":"update","payload":"{\\"id\\":1}"}',
    '{"event":"notification","payload":"null"}',
  ])('is kept where nobody can read it: %s', async (line) => {
    expect((await decoder().api('events', line)).outcomes).toMatchObject([{ outcome: 'deadLetter' }])
  })
})

describe('the config', () => {
  it.each([
    [{ hashtags: ['#kuzey'] }, 'hashtags.0'],
    [{ notifications: false }, 'hashtags'],
    [{ own: ['kuzey'] }, 'own.0'],
    [{ timelines: ['home'] }, 'timelines.0'],
  ])('%j is refused at %s', async (given, path) => {
    expect(() => aDecoder({ factory: mastodon, config: { ...config, ...given }, environment })).toThrow(
      path.split('.')[0],
    )
  })
})

const config = { baseUrl: 'https://m.example', accessToken: { env: 'TOKEN' }, own: ['@kuzey@brand.example'] }

function decoder() {
  return aDecoder({ factory: mastodon, config, environment })
}

function events(...all: unknown[]) {
  return decoder().api('events', all.map((one) => JSON.stringify(one)).join('\n'))
}

async function textOf(status: unknown): Promise<string | undefined> {
  return mentionsOf(await events(aFrame('update', status)))[0]?.text
}

function aFrame(event: string, payload: unknown) {
  return { stream: ['hashtag', 'marka'], event, payload: JSON.stringify(payload) }
}

function aStatus(overrides: Record<string, unknown> = {}) {
  return {
    id: '115000000000000001',
    uri: 'https://m.example/users/a/statuses/1',
    url: 'https://m.example/@a/1',
    created_at: '2026-09-01T10:00:00.000Z',
    edited_at: null,
    content: '<p>#marka &amp; rezalet</p>',
    spoiler_text: '',
    language: 'tr',
    visibility: 'public',
    in_reply_to_id: null,
    reblog: null,
    account: { id: '5', acct: 'a', followers_count: 10 },
    ...overrides,
  }
}
