import { afterEach, describe, expect, it } from 'vitest'
import { aChannel, patience } from '../../tests/fakes/channel.ts'
import { type FakeSlack, startFakeSlack, textsOf } from '../../tests/fakes/fake-slack.ts'
import { aNotice } from '../../tests/fakes/notice.ts'

const token = 'xoxb-not-a-real-token'
const hook = 'T000/B000/not-a-real-hook'
const receivers: FakeSlack[] = []
afterEach(async () => {
  await Promise.all(receivers.splice(0).map((receiver) => receiver.close()))
})

describe('slack', () => {
  it.each(['byToken', 'byHook'] as const)('posts the page with a button to acknowledge (%s)', async (way) => {
    const { receiver, ...channels } = await setup()
    expect(await channels[way].deliver(aNotice(), patience)).toEqual({ kind: 'delivered' })
    const [post] = receiver.posts
    expect(post?.text).toBe('Negative mentions of Kuzey Air are at 14 times the expected level')
    expect(post?.blocks).toContainEqual({
      type: 'actions',
      elements: [
        {
          type: 'button',
          style: 'primary',
          url: aNotice().ackUrl,
          text: { type: 'plain_text', text: 'Acknowledge', emoji: false },
        },
      ],
    })
    expect(post && textsOf(post).map((entry) => entry.text)).toContain(
      'Actual\n182 negative mentions in 15 minutes',
    )
  })

  it('names the incident in every message, so that an update can be told apart', async () => {
    const { receiver, byToken } = await setup()
    await byToken.deliver(aNotice({ kind: 'resolved' }), patience)
    expect(JSON.stringify(receiver.posts[0]?.blocks)).toContain('incident 9d41c7e0a2b85f36')
  })

  it('links nothing by itself and unfurls nothing', async () => {
    const { receiver, byToken } = await setup()
    await byToken.deliver(aNotice(), patience)
    expect(receiver.posts[0]).toMatchObject({
      mrkdwn: false,
      parse: 'none',
      link_names: false,
      unfurl_links: false,
      unfurl_media: false,
    })
    expect(
      receiver.posts[0] && textsOf(receiver.posts[0]).every((entry) => entry.type === 'plain_text'),
    ).toBe(true)
  })

  it('stays within the limits of Block Kit after escaping', async () => {
    const { receiver, byToken } = await setup()
    const brand = { ...aNotice().brand, name: '&<👩‍👩‍👧>'.repeat(500), runbook: '&'.repeat(2_000) }
    expect(await byToken.deliver(aNotice({ brand }), patience)).toEqual({ kind: 'delivered' })
    const header = receiver.posts[0] && textsOf(receiver.posts[0])[0]?.text
    expect(header).toMatch(/^Negative mentions of (?:&amp;|&lt;|&gt;|👩‍👩‍👧)+…$/u)
  })

  it.each(['ratelimited', 'internal_error', 'service_unavailable'])('tries again after %s', async (error) => {
    const { receiver, byToken } = await setup()
    receiver.fail(error)
    expect(await byToken.deliver(aNotice(), patience)).toEqual({ kind: 'failed', detail: `Slack: ${error}` })
  })

  it.each(['invalid_auth', 'channel_not_found', 'is_archived', 'something_new'])(
    'goes to the next channel after %s',
    async (error) => {
      const { receiver, byToken } = await setup()
      receiver.fail(error)
      expect(await byToken.deliver(aNotice(), patience)).toEqual({
        kind: 'refused',
        detail: `Slack: ${error}`,
      })
    },
  )

  it('does not repeat what an unknown error says', async () => {
    const { receiver, byToken } = await setup()
    receiver.fail(`the token ${token} is <bad>`)
    expect(await byToken.deliver(aNotice(), patience)).toEqual({
      kind: 'refused',
      detail: 'Slack: an unknown error',
    })
  })

  it('says when to come back after 429', async () => {
    const { receiver, byHook } = await setup()
    receiver.trouble({ status: 429, headers: { 'retry-after': '30' } })
    expect(await byHook.deliver(aNotice(), patience)).toMatchObject({ kind: 'failed', retryAfterMs: 30_000 })
  })

  it('takes no proxy’s greeting page for a delivery', async () => {
    const { receiver, byToken } = await setup()
    receiver.trouble({ status: 200, body: '<html>Welcome</html>' })
    expect((await byToken.deliver(aNotice(), patience)).kind).toBe('failed')
  })

  it('keeps an incoming webhook’s URL out of the detail', async () => {
    const { receiver, byHook } = await setup()
    receiver.trouble({ status: 404, body: 'no_service' })
    expect(await byHook.deliver(aNotice(), patience)).toEqual({
      kind: 'refused',
      detail: 'Slack answered 404',
    })
    receiver.trouble('cut')
    expect(await byHook.deliver(aNotice(), patience)).toEqual({
      kind: 'failed',
      detail: 'Slack: http_network',
      mayHaveArrived: true,
    })
  })

  it('checks its token without posting', async () => {
    const { receiver, byToken, byHook } = await setup()
    expect(await byToken.check?.(patience)).toEqual({ kind: 'delivered' })
    expect(receiver.posts).toEqual([])
    expect(byHook.check).toBeUndefined()
  })

  it.each([
    [{}, 'neither'],
    [{ token: { env: 'TOKEN' } }, 'half of the pair'],
    [{ token: { env: 'TOKEN' }, channel: 'C1', webhookUrl: { env: 'HOOK' } }, 'both'],
  ])('refuses a config with %j', (fields, found) => {
    expect(() => aChannel({ type: 'slack', ...fields }, { TOKEN: token, HOOK: 'https://x' })).toThrow(found)
  })
})

async function setup() {
  const receiver = await startFakeSlack({ token, channel: 'C0CRISIS', hook })
  receivers.push(receiver)
  const byToken = aChannel(
    { type: 'slack', token: { env: 'TOKEN' }, channel: 'C0CRISIS', apiUrl: receiver.apiUrl },
    { TOKEN: token },
  )
  const byHook = aChannel({ type: 'slack', webhookUrl: { env: 'HOOK' } }, { HOOK: receiver.webhookUrl })
  return { receiver, byToken, byHook }
}
