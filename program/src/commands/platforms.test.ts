import { createHmac } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import type { Heartbeat } from '@nabiz/shared/contracts'
import { createSilentLogger } from '@nabiz/shared/logging'
import { systemClock } from '@nabiz/shared/time'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runCommandLine } from '../command-line.ts'
import { openDrivers } from '../drivers.ts'

const comment = {
  item: 'comment',
  verb: 'add',
  post_id: '1001_5',
  comment_id: '5_71',
  parent_id: '1001_5',
  from: { id: '9' },
  created_time: 1_790_000_001,
  message: 'Lokmajet de Kuzey Air de berbat',
}
const changes = [
  { field: 'feed', value: comment },
  { field: 'feed', value: { item: 'like', verb: 'add' } },
  7,
]
const delivery = JSON.stringify({ object: 'page', entry: [{ id: '1001', time: 1_790_000_003, changes }] })
const env = { META_SECRET: 'test-app-secret', META_VERIFY: 'right', META_TOKEN: 'EAAG-invented' }

let folder = ''
let config = ''
let server: Server
/** What the platform answers, by path without its version. */
let answers: Record<string, [status: number, body: unknown]>

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nabiz-platforms-'))
  config = join(folder, 'nabiz.yaml')
  answers = {}
  server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://x').pathname.replace(/^\/v\d+\.\d/, '')
    const [status, body] = answers[path] ?? [404, {}]
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  await writeFile(config, configText((server.address() as AddressInfo).port))
})
afterEach(async () => {
  await new Promise((resolve) => server.close(resolve))
  await rm(folder, { recursive: true })
})

describe('nabiz decode', () => {
  it('prints the answer and an outcome for each piece, in order, without a config', async () => {
    const { code, lines } = await nabiz(['decode', 'facebook', '--unsigned'], delivery)
    expect(code).toBe(0)
    expect(lines).toMatchObject([
      { answer: { status: 200 } },
      {
        outcome: 'mention',
        mention: { id: '5_71', author: { id: '9' }, createdAt: 1_790_000_001_000, brands: [] },
      },
      { outcome: 'drop', reason: 'not_content' },
      { outcome: 'deadLetter', reason: 'schema' },
    ])
  })

  it('checks the signature with the config, and names the brands of the place and of the text', async () => {
    const signature = createHmac('sha256', env.META_SECRET).update(delivery).digest('hex')
    const signed = [
      'decode',
      'facebook',
      '-c',
      config,
      '--header',
      `X-Hub-Signature-256: sha256=${signature}`,
    ]
    const { lines } = await nabiz(signed, delivery)
    expect(lines[1]).toMatchObject({ mention: { brands: ['kuzey-air', 'lokmajet'] } })
    const forged = await nabiz(signed, `${delivery} `)
    expect([forged.code, forged.lines]).toMatchObject([
      0,
      [{ answer: { status: 401 } }, { outcome: 'drop', reason: 'signature_wrong' }],
    ])
  })

  it('answers a handshake', async () => {
    const path = '/webhooks/facebook/main?hub.mode=subscribe&hub.verify_token=right&hub.challenge=42'
    const { lines } = await nabiz(['decode', 'facebook', '-c', config, '--method', 'GET', '--path', path], '')
    expect(lines).toEqual([{ answer: { status: 200, body: '42' } }])
  })

  it('refuses a compressed body as the service does, also unsigned', async () => {
    const zipped = ['decode', 'facebook', '--unsigned', '--header', 'content-encoding: gzip']
    const { lines } = await nabiz(zipped, delivery)
    expect(lines).toMatchObject([{ answer: { status: 415 } }, { outcome: 'drop', reason: 'encoding' }])
  })

  it('does without a config that nobody named and whose secrets are not there, and says so', async () => {
    const before = process.cwd()
    process.chdir(folder)
    try {
      const unsigned = await nabiz(['decode', 'facebook', '--unsigned'], delivery, {})
      expect([unsigned.code, unsigned.told]).toEqual([0, expect.stringContaining('without nabiz.yaml')])
      expect(unsigned.lines[1]).toMatchObject({ mention: { id: '5_71', brands: [] } })
      for (const named of [['--unsigned', '-c', config], ['--unsigned', '--account', 'main'], []]) {
        const { code, told } = await nabiz(['decode', 'facebook', ...named], delivery, {})
        expect([code, told]).toEqual([2, expect.stringContaining('META_SECRET')])
      }
    } finally {
      process.chdir(before)
    }
  })

  it('reads an answer of a polled API', async () => {
    const page = {
      data: [{ id: '5_1', message: 'x', created_time: '2026-09-21T14:13:21+0000', from: { id: '9' } }],
    }
    const { lines } = await nabiz(['decode', 'facebook', '--api', 'comments'], JSON.stringify(page))
    expect(lines).toMatchObject([
      { outcome: 'mention', mention: { id: '5_1', createdAt: 1_790_000_001_000 } },
    ])
  })

  it.each([
    [['decode', 'myspace', '--unsigned'], 'one of bluesky, facebook'],
    [['decode', 'facebook'], '--unsigned'],
    [['decode', 'facebook', '--api', 'nonsense'], 'one of published_posts, tagged, comments'],
    [['decode', 'whatsapp', '--api', 'messages'], 'a delivery, without --api'],
    [['decode', 'facebook', '--unsigned', '--header', 'nothing'], 'a header such as'],
    [['decode', 'facebook', '--unsigned', '--path', '/webhooks/x/main'], '/webhooks/facebook/ACCOUNT'],
    [['decode', 'facebook', '--method', 'PUT'], 'GET, POST'],
  ])('refuses %j with exit code 2 and what would be right', async (argv, right) => {
    const { code, told } = await nabiz(argv, delivery)
    expect([code, told]).toEqual([2, expect.stringContaining(right)])
  })
})

describe('nabiz connectors', () => {
  it('shows every platform, and with a config what is known of each account', async () => {
    await writeTraces()
    const { code, lines } = await nabiz(['connectors', '--json', '-c', config])
    expect(code).toBe(0)
    const { platforms, accounts } = lines[0] as { platforms: { platform: string }[]; accounts: unknown[] }
    expect(platforms.find(({ platform }) => platform === 'facebook')).toMatchObject({
      ways: ['webhook', 'polling'],
      sees: { comments: true, privateMessages: false },
      apis: { comments: 'GET /{post}/comments' },
    })
    expect(accounts).toMatchObject([
      {
        platform: 'facebook',
        account: 'main',
        condition: 'blind',
        reason: 'platform_auth',
        cursorAgeMs: expect.any(Number),
        quotaLeft: { usage_percent: 88 },
        tokenExpiresAt: { token: 1_800_000_000_000 },
      },
    ])
    const { told } = await nabiz(['connectors', '-c', config])
    expect(told).toMatch(/instagram +deletes: of private messages/)
    expect(told).toMatch(/youtube +deletes of comments: under the brand’s own videos.*none under strangers/)
    expect(told).toContain('blind: platform_auth')
    expect(told).toContain('2027-01-15')
  })
})

describe('nabiz connect', () => {
  const granted = [
    'pages_show_list',
    'pages_manage_metadata',
    'pages_read_engagement',
    'pages_read_user_content',
  ]

  it('ends with 0 when nothing is missing, and shows what to enter there', async () => {
    answers['/debug_token'] = [200, { data: { is_valid: true, expires_at: 0, scopes: granted } }]
    answers['/1001/subscribed_apps'] = [
      200,
      { data: [{ subscribed_fields: ['feed', 'mention', 'ratings'] }] },
    ]
    const { code, told } = await nabiz(['connect', 'facebook', '-c', config])
    expect([code, told]).toEqual([0, expect.stringContaining('https://in.example/webhooks/facebook/main')])
    expect(told).toContain('verify token: right')
    expect(told).not.toMatch(/EAAG|test-app-secret/)
  })

  it('ends with 2 and names what is missing and what to do', async () => {
    answers['/debug_token'] = [200, { data: { is_valid: true, scopes: granted.slice(1) } }]
    answers['/1001/subscribed_apps'] = [200, { data: [{ subscribed_fields: ['feed'] }] }]
    const { code, told } = await nabiz(['connect', 'facebook', '-c', config])
    expect(code).toBe(2)
    expect(told).toMatch(/missing permission pages_show_list/)
    expect(told).toMatch(/not subscribed: mention, ratings/)
  })

  it('ends with 2 when the token is refused, and with 3 when the platform cannot be asked', async () => {
    const refusal = { error: { message: 'x', code: 190 } }
    answers['/debug_token'] = [400, refusal]
    expect((await nabiz(['connect', 'facebook', '-c', config])).code).toBe(2)
    answers['/debug_token'] = [500, {}]
    expect((await nabiz(['connect', 'facebook', '-c', config])).code).toBe(3)
  })

  it('names the accounts there are', async () => {
    const { code, told } = await nabiz(['connect', 'facebook', '-c', config, '--account', 'other'])
    expect([code, told]).toEqual([2, expect.stringContaining('one of main')])
  })
})

function configText(port: number): string {
  return `
dataDir: ${join(folder, 'data')}
outgoing: { allowHosts: [127.0.0.1] }
brands:
  - { id: kuzey-air, name: Kuzey Air, names: [Kuzey Air] }
  - { id: lokmajet, name: Lokmajet, names: [Lokmajet] }
ingest:
  publicUrl: https://in.example
  connectors:
    - platform: facebook
      appSecrets: [{ env: META_SECRET }]
      verifyToken: { env: META_VERIFY }
      accessToken: { env: META_TOKEN }
      appId: "42"
      accounts: { "1001": [kuzey-air] }
      baseUrl: http://127.0.0.1:${port}
`
}

/** What a running service leaves in the log and the store. */
async function writeTraces(): Promise<void> {
  const { log, store, close } = await openDrivers({
    dataDir: join(folder, 'data'),
    fsync: false,
    clock: systemClock,
    logger: createSilentLogger(),
  })
  const condition = {
    platform: 'facebook',
    account: 'main',
    condition: 'blind',
    reason: 'platform_auth',
  } as const
  const heartbeat: Heartbeat = {
    v: 1,
    type: 'heartbeat',
    at: Date.now(),
    source: 'one',
    connectors: [condition],
  }
  const value = Buffer.from(JSON.stringify(heartbeat))
  await log.append([{ topic: 'mentions', key: '#heartbeat/3', partition: 3, value }])
  const kept = {
    'cursor-moved/facebook/main/poller': String(Date.now() - 5_000),
    'quota/facebook/main/usage_percent': JSON.stringify({ used: 12, limit: 100, resetAt: Date.now() }),
    'credential/facebook/main/token': JSON.stringify({
      origin: 'x',
      expiresAt: 1_800_000_000_000,
      sealed: 'x',
    }),
  }
  await store.setMany(Object.entries(kept).map(([key, text]) => ({ key, value: Buffer.from(text) })))
  await close()
}

async function nabiz(argv: string[], input = '', environment: Record<string, string> = env) {
  const output = new PassThrough()
  const stdin = new PassThrough()
  stdin.end(input)
  const chunks: string[] = []
  output.on('data', (chunk: Buffer) => chunks.push(chunk.toString()))
  const code = await runCommandLine(argv, {
    env: environment,
    stdout: output as unknown as NodeJS.WriteStream,
    stderr: output as unknown as NodeJS.WriteStream,
    stdin: stdin as unknown as NodeJS.ReadStream,
    stopping: new AbortController().signal,
    stop: () => undefined,
    exit: () => undefined,
    onHangUp: () => undefined,
    setFatalLogger: () => undefined,
  })
  await new Promise((resolve) => setImmediate(resolve))
  const told = chunks.join('')
  const lines = told
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as unknown)
  return { code, told, lines }
}
