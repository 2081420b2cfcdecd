import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openEmbeddedStore } from '@nabiz/shared/store'
import { systemClock } from '@nabiz/shared/time'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { startFakeFeed } from '../../services/ingest/tests/fakes/feed-server.ts'
import { startFakeGraph } from '../../services/ingest/tests/fakes/graph-server.ts'
import { startFakeJetstream } from '../../services/ingest/tests/fakes/jetstream-server.ts'
import { startFakeMastodon } from '../../services/ingest/tests/fakes/mastodon-server.ts'
import { startFakePinterest } from '../../services/ingest/tests/fakes/pinterest-server.ts'
import { startFakeReddit } from '../../services/ingest/tests/fakes/reddit-server.ts'
import { startFakeSnapchat } from '../../services/ingest/tests/fakes/snapchat-server.ts'
import { startFakeTelegram } from '../../services/ingest/tests/fakes/telegram-server.ts'
import { startFakeTikTok } from '../../services/ingest/tests/fakes/tiktok-server.ts'
import { startFakeWechat } from '../../services/ingest/tests/fakes/wechat-server.ts'
import { startFakeX } from '../../services/ingest/tests/fakes/x-server.ts'
import { startFakeYouTube } from '../../services/ingest/tests/fakes/youtube-server.ts'
import { aPrefix } from '../../shared/testing/servers/a-prefix.ts'
import { describeWithRedis } from '../../shared/testing/servers/describe-with-redis.ts'
import { runInProcess } from './cli/run-in-process.ts'

const env = {
  SECRET: 'invented-secret',
  TOKEN: 'invented-token',
  VERIFY: 'wordToEnter',
  BOT: '123456:AA-invented',
}
const channel = 'UCaaaaaaaaaaaaaaaaaaaaaa'
const userAgent = 'server:nabiz.test:1 (by /u/nobody)'
const secret = { env: 'SECRET' }
const token = { env: 'TOKEN' }

/** An account at its fake, and one thing that can be wrong with it. */
interface Connected {
  account: Record<string, unknown>
  /** What is shown where nothing is missing: what was granted, what to enter there. */
  granted: readonly string[]
  /** Takes away what the account needs. */
  spoil(): void
  /** What is missing then, and what to do. */
  missing: RegExp
  close(): Promise<void>
}

let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nabiz-connect-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true })
})

describe('nabiz connect', () => {
  it.each(Object.entries(platforms()))(
    '%s ends with 0 when the account can work, and with 2 and what to do when something is missing',
    async (platform, start) => {
      const { account, granted, spoil, missing, close } = await start()
      const config = await writeConfig({ platform, ...account })
      try {
        const well = await runInProcess(['connect', platform, '-c', config], env)
        expect([well.exitCode, well.stderr]).toEqual([0, ''])
        expect(well.stdout).not.toMatch(/missing|invented-/)
        for (const words of granted) expect(well.stdout).toContain(words)
        spoil()
        const ill = await runInProcess(['connect', platform, '-c', config], env)
        expect(ill.stdout).toMatch(missing)
        expect(ill.exitCode).toBe(2)
        expect(ill.stdout + ill.stderr).not.toContain('invented-')
      } finally {
        await close()
      }
    },
  )

  it.each(Object.entries(refreshed()))(
    '%s gets a token with the refresh token and keeps it where the service takes it from',
    async (platform, start) => {
      const { account, refreshes, revoke, close } = await start()
      const config = await writeConfig({ platform, ...account })
      const connect = () => runInProcess(['connect', platform, '-c', config], env)
      try {
        for (const expected of [1, 1]) {
          const { exitCode, stdout, stderr } = await connect()
          expect([exitCode, stderr, refreshes()]).toEqual([0, '', expected])
          expect(stdout).not.toContain('missing')
        }
        // A token refused before its end, while the service holds the store: that alone renews it.
        revoke()
        const store = await openEmbeddedStore({ folder: join(folder, 'data', 'store'), clock: systemClock })
        const held = await connect().finally(() => store.close())
        expect([held.exitCode, refreshes()]).toEqual([2, 1])
        expect(held.stdout).toContain('the running service renews the token')
        expect([(await connect()).exitCode, refreshes()]).toEqual([0, 2])
      } finally {
        await close()
      }
    },
  )
})

describeWithRedis('nabiz connect beside services on Redis', ({ url }) => {
  it('renews a token once, whoever asks at the same time, without the log', async () => {
    const { account, refreshes, close } = await refreshed().tiktok()
    const store = { driver: 'redis', url, prefix: aPrefix(), accept: ['no_aof', 'eviction'] }
    const log = { driver: 'kafka', brokers: ['127.0.0.1:9'] }
    const config = await writeConfig({ platform: 'tiktok', ...account }, { store, log, instance: 'one' })
    try {
      const connect = () => runInProcess(['connect', 'tiktok', '-c', config], env)
      const both = await Promise.all([connect(), connect()])
      expect(both.map(({ exitCode, stderr }) => [exitCode, stderr])).toEqual([
        [0, ''],
        [0, ''],
      ])
      expect(refreshes()).toBe(1)
    } finally {
      await close()
    }
  })
})

async function writeConfig(
  connector: Record<string, unknown>,
  more: Record<string, unknown> = {},
): Promise<string> {
  const path = join(folder, 'nabiz.yaml')
  const text = stringify({
    dataDir: join(folder, 'data'),
    outgoing: { allowHosts: ['127.0.0.1'] },
    brands: [{ id: 'kuzey-air', name: 'Kuzey Air', names: ['Kuzey Air'] }],
    ingest: { publicUrl: 'https://in.example', connectors: [connector] },
    ...more,
  })
  await writeFile(path, text)
  return path
}

/** An account without an access token, and how often one was asked for. */
interface Refreshed {
  account: Record<string, unknown>
  refreshes(): number
  revoke(): void
  close(): Promise<void>
}

function refreshed() {
  const of = (
    fake: { tokens: Set<string>; refreshes: { count: number }; close(): Promise<void> },
    account: Record<string, unknown>,
  ): Refreshed => ({
    account: { ...account, refreshToken: token },
    refreshes: () => fake.refreshes.count,
    revoke: () => fake.tokens.clear(),
    close: fake.close,
  })
  return {
    async snapchat() {
      const fake = await startFakeSnapchat(env.TOKEN)
      const { baseUrl } = fake
      const profiles = { brand: ['kuzey-air'] }
      return of(fake, {
        clientId: 'app',
        clientSecret: secret,
        profiles,
        baseUrl,
        tokenUrl: `${baseUrl}/token`,
      })
    },
    async pinterest() {
      const fake = await startFakePinterest(env.TOKEN)
      const { baseUrl } = fake
      const pinBrands = ['kuzey-air']
      return of(fake, {
        appId: '1',
        appSecret: secret,
        pinBrands,
        baseUrl,
        tokenUrl: `${baseUrl}/oauth/token`,
      })
    },
    // Its refresh tokens are good for one use.
    async tiktok() {
      const fake = await startFakeTikTok({
        secret: env.SECRET,
        account: 'oid_1',
        token: 'invented-access',
        refreshToken: env.TOKEN,
      })
      const { baseUrl } = fake
      const tokenUrl = `${baseUrl}/tt_user/oauth2/refresh_token/`
      const accounts = { oid_1: ['kuzey-air'] }
      return of(fake, { appSecrets: [secret], appId: '7000', accounts, baseUrl, tokenUrl })
    },
  }
}

function platforms(): Record<string, () => Promise<Connected>> {
  const meta = { appSecrets: [secret], verifyToken: { env: 'VERIFY' }, accessToken: token, appId: '42' }
  const graphOf = () => startFakeGraph({ appId: '42', appSecret: env.SECRET, token: env.TOKEN })
  const entered = (platform: string) => [
    `address: https://in.example/webhooks/${platform}/main`,
    'verify token: wordToEnter',
  ]

  return {
    async messenger() {
      const graph = await graphOf()
      graph.scopes = ['pages_messaging', 'pages_manage_metadata', 'pages_read_engagement']
      graph.subscribedFields = ['messages', 'message_echoes', 'message_edits']
      return {
        account: { ...meta, accounts: { '1001': ['kuzey-air'] }, baseUrl: graph.baseUrl },
        granted: ['permission pages_messaging', ...entered('messenger')],
        spoil: () => {
          graph.scopes = graph.scopes.slice(1)
        },
        missing: /missing permission pages_messaging: .*app review/,
        close: graph.close,
      }
    },
    async instagram() {
      const graph = await graphOf()
      graph.nodes.set('17841', () => ({ id: '17841' }))
      graph.nodes.set('me', () => ({ id: '1' }))
      const { appId: _, ...withoutApp } = meta
      return {
        account: { ...withoutApp, accounts: { '17841': ['kuzey-air'] }, baseUrl: graph.baseUrl },
        granted: ['ok      token', 'give appId', 'the account 17841', ...entered('instagram')],
        spoil: () => void graph.nodes.delete('17841'),
        missing: /missing the account 17841: no such account/,
        close: graph.close,
      }
    },
    async whatsapp() {
      const graph = await graphOf()
      graph.scopes = ['whatsapp_business_messaging', 'whatsapp_business_management']
      return {
        account: { ...meta, accounts: { '2001': ['kuzey-air'] }, baseUrl: graph.baseUrl },
        granted: ['the app subscribed to 2001', ...entered('whatsapp')],
        spoil: () => graph.tokens.clear(),
        missing: /missing token: .*make a new one/,
        close: graph.close,
      }
    },
    async youtube() {
      const fake = await startFakeYouTube(env.TOKEN)
      return {
        account: { apiKey: token, channels: { [channel]: ['kuzey-air'] }, baseUrl: fake.baseUrl },
        granted: ['the API key', `comments on channel ${channel}`],
        spoil: () => fake.closed.add('vid1'),
        missing: /missing comments on channel .*no such channel/,
        close: fake.close,
      }
    },
    async tiktok() {
      const fake = await startFakeTikTok({
        secret: env.SECRET,
        account: 'oid_1',
        token: env.TOKEN,
        refreshToken: 'x',
      })
      return {
        account: {
          appSecrets: [secret],
          appId: '7000',
          accounts: { oid_1: ['kuzey-air'] },
          accessToken: token,
          baseUrl: fake.baseUrl,
          tokenUrl: `${fake.baseUrl}/tt_user/oauth2/refresh_token/`,
        },
        granted: ['the posts of the account', 'address: https://in.example/webhooks/tiktok/main'],
        spoil: () => fake.tokens.clear(),
        missing: /missing the posts of the account: refused: authorise the account anew/,
        close: fake.close,
      }
    },
    async wechat() {
      const fake = await startFakeWechat({
        appId: 'wx0123456789abcdef',
        appSecret: env.SECRET,
        now: Date.now,
      })
      return {
        account: {
          appId: 'wx0123456789abcdef',
          token: { env: 'VERIFY' },
          plaintext: true,
          appSecret: secret,
          baseUrl: fake.baseUrl,
        },
        granted: ['AppID and AppSecret', 'address: https://in.example/webhooks/wechat/main', 'Token: word'],
        spoil: () => {
          fake.secretError = 40_164
        },
        missing: /missing AppID and AppSecret/,
        close: fake.close,
      }
    },
    async telegram() {
      const fake = await startFakeTelegram(env.BOT)
      const address = { method: 'POST', body: '{"url":"https://in.example"}' }
      await fetch(`${fake.baseUrl}/bot${env.BOT}/setWebhook`, address)
      return {
        account: {
          token: { env: 'BOT' },
          mode: 'webhook',
          secretToken: { env: 'VERIFY' },
          baseUrl: fake.baseUrl,
        },
        granted: ['of @fakebot', 'https://in.example/webhooks/telegram/main', 'secret_token: wordToEnter'],
        spoil: fake.revoke,
        missing: /missing token: .*make a new one/,
        close: fake.close,
      }
    },
    async snapchat() {
      const fake = await startFakeSnapchat('x')
      fake.tokens.add(env.TOKEN)
      return {
        account: {
          clientId: 'app',
          clientSecret: secret,
          accessToken: token,
          refreshToken: token,
          profiles: { brand: ['kuzey-air'] },
          baseUrl: fake.baseUrl,
          tokenUrl: `${fake.baseUrl}/token`,
        },
        granted: ['the public profile brand'],
        spoil: () => fake.tokens.clear(),
        missing: /missing the public profile brand: refused: is the app allow-listed/,
        close: fake.close,
      }
    },
    async pinterest() {
      const fake = await startFakePinterest('x')
      fake.tokens.add(env.TOKEN)
      return {
        account: {
          appId: '1',
          appSecret: secret,
          accessToken: token,
          refreshToken: token,
          pinBrands: ['kuzey-air'],
          searches: ['Kuzey Air'],
          baseUrl: fake.baseUrl,
          tokenUrl: `${fake.baseUrl}/oauth/token`,
        },
        granted: ['the account’s pins', 'the search of strangers’ pins'],
        spoil: () => {
          fake.hasSearch = false
        },
        missing: /missing the search of strangers’ pins: refused: not granted: ask Pinterest/,
        close: fake.close,
      }
    },
    async bluesky() {
      const fake = await startFakeJetstream()
      const event = (at: number) => ({ did: 'did:plc:a', time_us: at, kind: 'identity' })
      const timer = setInterval(() => fake.push(event(Date.now() * 1_000)), 20)
      return {
        account: { baseUrl: fake.baseUrl, searchUrl: fake.searchUrl, searches: ['Kuzey Air'] },
        granted: ['ok      the stream', 'ok      searching'],
        spoil: () => fake.refuseSearchNext(403),
        missing: /missing searching: .*take searches out/,
        async close() {
          clearInterval(timer)
          await fake.close()
        },
      }
    },
    async mastodon() {
      const fake = await startFakeMastodon(env.TOKEN)
      return {
        account: { baseUrl: fake.baseUrl, accessToken: token, hashtags: ['kuzeyair'] },
        granted: ['ok      the token', 'reading tag kuzeyair'],
        spoil: () => fake.tokens.clear(),
        missing: /missing token: .*make a new one/,
        close: fake.close,
      }
    },
    async feed() {
      const fake = await startFakeFeed()
      fake.body = '<rss version="2.0"><channel><title>t</title><item><title>a</title></item></channel></rss>'
      return {
        account: { url: fake.url },
        granted: ['the feed, 1 entries'],
        spoil: () => fake.refuseNext({ status: 410 }),
        missing: /missing the feed: it is gone for good/,
        close: fake.close,
      }
    },
    async reddit() {
      const fake = await startFakeReddit({
        clientId: 'c',
        clientSecret: env.SECRET,
        userAgent,
        now: Date.now,
      })
      fake.about.set('x', { kind: 't5', data: { display_name: 'x' } })
      return {
        account: {
          clientId: 'c',
          clientSecret: secret,
          userAgent,
          subreddits: { x: ['kuzey-air'] },
          baseUrl: fake.baseUrl,
          tokenUrl: fake.tokenUrl,
        },
        granted: ['client id and secret', 'ok      r/x'],
        spoil: () => {
          fake.isClientKnown = false
        },
        missing: /missing client id and secret: refused/,
        close: fake.close,
      }
    },
    async x() {
      const fake = await startFakeX({ token: env.TOKEN, consumerSecret: env.SECRET, now: Date.now })
      return {
        account: {
          bearerToken: token,
          queries: [{ query: 'marka' }],
          monthlyReads: 1_000,
          consumerSecrets: [secret],
          baseUrl: fake.baseUrl,
        },
        granted: ['ok      bearer token', 'https://in.example/webhooks/x/main', '/2/activity/subscriptions'],
        spoil: () => fake.tokens.clear(),
        missing: /missing bearer token: refused: make a new one/,
        close: fake.close,
      }
    },
  }
}
