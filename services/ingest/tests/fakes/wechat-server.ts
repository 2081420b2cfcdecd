import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Secret } from '@nabiz/shared/config'
import { sealMessage, wechatSignature } from '../../src/connectors/wechat/seal.ts'

export interface FakeWechatOptions {
  appId: string
  appSecret: string
  /** WeChat's clock, ms. */
  now(): number
}

/** WeChat that runs here: the stable token, comments by offset, errors inside a 200, and pushing to a webhook. */
export interface FakeWechat {
  readonly baseUrl: string
  /** Comments by article: `2247483650_0`. */
  readonly comments: Map<string, Record<string, unknown>[]>
  /** Paths called so far. */
  readonly calls: readonly string[]
  readonly tokensGiven: number
  readonly forcedTokens: number
  /** Calls of a day that are allowed; more are answered with 45009. */
  dailyLimit: number
  readonly callsBeyondLimit: number
  /** The token in force no longer works, though it has not ended. */
  revokeToken(): void
  /** The secret is refused with this code. */
  secretError: number
  /** The next calls for comments are answered so. */
  refuseNext(...hows: Refusal[]): void
  /** Sends a message as WeChat does: sealed, signed anew at each of three tries until the answer is right; the answers. */
  deliver(url: string, xml: string, options: SealOptions): Promise<{ status: number; body: string }[]>
  close(): Promise<void>
}

export interface SealOptions {
  token: string
  key: Secret
  appId: string
}

export type Refusal = 'html' | 'redirect' | 'reset' | 500 | { errcode: number }

/** The envelope of safe mode. */
export function envelopeOf(sealed: string): string {
  return `<xml><ToUserName><![CDATA[gh_brand]]></ToUserName><Encrypt><![CDATA[${sealed}]]></Encrypt></xml>`
}

/** Query of a delivery in safe mode. */
export function sealedQuery(token: string, sealed: string, timestamp = '1790000000', nonce = 'nonce42') {
  return {
    signature: wechatSignature([token, timestamp, nonce]),
    timestamp,
    nonce,
    openid: 'o_user_1',
    encrypt_type: 'aes',
    msg_signature: wechatSignature([token, timestamp, nonce, sealed]),
  }
}

/** Starts a fake on a free port of this machine. */
export async function startFakeWechat(options: FakeWechatOptions): Promise<FakeWechat> {
  const refusals: Refusal[] = []
  const calls: string[] = []
  let token = { value: '', endsAt: 0 }
  let [tokensGiven, forcedTokens, callsBeyondLimit, used, tries] = [0, 0, 0, 0, 0]
  const server = createServer((request, response) => void handle(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo

  async function handle(request: IncomingMessage, response: ServerResponse) {
    const url = new URL(request.url ?? '/', fake.baseUrl)
    calls.push(url.pathname)
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const text = Buffer.concat(chunks).toString('utf8')
    if (url.pathname === '/cgi-bin/stable_token') return grant(JSON.parse(text), response)
    const refusal = refusals.shift()
    if (refusal !== undefined) return refuse(refusal, request, response)
    if (url.searchParams.get('access_token') !== token.value) return fail(response, 40_001)
    if (options.now() >= token.endsAt) return fail(response, 42_001)
    used += 1
    if (used > fake.dailyLimit) {
      callsBeyondLimit += 1
      return fail(response, 45_009)
    }
    // An id of 64 bits, exact.
    const [, id = ''] = /"msg_data_id":(\d+)/.exec(text) ?? []
    const asked = JSON.parse(text) as { index: number; begin: number; count: number }
    const list = fake.comments.get(`${id}_${asked.index}`)
    if (!list) return fail(response, 88_001)
    if (asked.count >= 50) return fail(response, 88_003)
    const comment = list.slice(asked.begin, asked.begin + asked.count)
    send(response, { errcode: 0, errmsg: 'ok', total: list.length, comment })
  }

  function grant(body: Record<string, unknown>, response: ServerResponse) {
    if (fake.secretError !== 0) return fail(response, fake.secretError)
    if (body.appid !== options.appId || body.secret !== options.appSecret) return fail(response, 40_125)
    if (body.force_refresh === true) forcedTokens += 1
    if (body.force_refresh === true || options.now() >= token.endsAt - 300_000) {
      tokensGiven += 1
      token = { value: `token-${tokensGiven}`, endsAt: options.now() + 7_200_000 }
    }
    // One that was revoked is still called the one in force.
    const expires_in = Math.floor((token.endsAt - options.now()) / 1_000)
    send(response, { access_token: token.value.replace(/^revoked /, ''), expires_in })
  }

  function refuse(how: Refusal, request: IncomingMessage, response: ServerResponse) {
    if (how === 'reset') request.socket.destroy()
    else if (how === 'html') response.writeHead(200, { 'content-type': 'text/html' }).end('<html>busy</html>')
    else if (how === 'redirect') response.writeHead(302, { location: 'https://elsewhere.example/' }).end()
    else if (how === 500) send(response, {}, 500)
    else fail(response, how.errcode)
  }

  function fail(response: ServerResponse, errcode: number) {
    send(response, { errcode, errmsg: 'refused' })
  }

  function send(response: ServerResponse, body: unknown, status = 200) {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }

  const fake: FakeWechat = {
    baseUrl: `http://127.0.0.1:${port}`,
    comments: new Map(),
    calls,
    get tokensGiven() {
      return tokensGiven
    },
    get forcedTokens() {
      return forcedTokens
    },
    dailyLimit: 1_000,
    get callsBeyondLimit() {
      return callsBeyondLimit
    },
    revokeToken() {
      token = { ...token, value: `revoked ${token.value}` }
    },
    secretError: 0,
    refuseNext: (...hows) => void refusals.push(...hows),
    async deliver(url, xml, { token: word, key, appId }) {
      const answers: { status: number; body: string }[] = []
      const isTaken = () => answers.at(-1)?.status === 200 && /^(success)?$/.test(answers.at(-1)?.body ?? '')
      while (answers.length < 3 && !isTaken()) {
        const sealed = sealMessage(Buffer.from(xml), key, appId)
        tries += 1
        const query = sealedQuery(word, sealed, String(Math.floor(options.now() / 1_000)), `nonce${tries}`)
        const response = await fetch(`${url}?${new URLSearchParams(query)}`, {
          method: 'POST',
          headers: { 'content-type': 'text/xml' },
          body: envelopeOf(sealed),
        })
        answers.push({ status: response.status, body: await response.text() })
      }
      return answers
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return fake
}
