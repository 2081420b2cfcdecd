import { createConfigView, publishConfig } from '@nabiz/shared/config-view'
import { heartbeat, partitionCount } from '@nabiz/shared/contracts'
import { partitionOf } from '@nabiz/shared/log'
import { minute, second } from '@nabiz/shared/time'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FakeTelegram, startFakeTelegram } from './fakes/telegram-server.ts'
import { aBrand, botToken, type Ground, openGround, read, webhookAccount } from './running-ingest.ts'

let ground: Ground
let telegram: FakeTelegram

beforeEach(async () => {
  ground = await openGround()
  telegram = await startFakeTelegram(botToken)
  await ground.publish(aBrand())
})
afterEach(async () => {
  await telegram.close()
  await ground.close()
})

describe('heartbeats', () => {
  it("reach all 64 partitions every five seconds with every connector's condition", async () => {
    const ingest = await ground.start({ connectors: [webhookAccount, telegramPoll()] })
    await ground.until(async () =>
      (await conditionsNow()).some((entry) => entry.startsWith('telegram/main ok')),
    )
    for (let i = 0; i < 4; i += 1) {
      const before = (await heartbeats()).length
      ground.clock.advance(5 * second)
      await ground.until(async () => (await heartbeats()).length >= before + partitionCount, 0)
    }
    const times = new Map<number, number[]>()
    for (const { partition, beat } of await heartbeats()) {
      times.set(partition, [...(times.get(partition) ?? []), beat.at])
    }
    expect([...times.keys()].sort((a, b) => a - b)).toEqual(
      Array.from({ length: partitionCount }, (_, index) => index),
    )
    for (const at of times.values()) {
      const now = ground.clock.now() / second
      expect(at.slice(-4).map((time) => time / second)).toEqual([now - 15, now - 10, now - 5, now])
    }
    expect(await conditionsNow()).toEqual(['webhook/main ok', 'telegram/main ok'])
    expect(ingest.notReady()).toEqual([])
  })

  it('say that an account is blind and why, without a hot loop, and see again (TG-8)', async () => {
    for (let i = 0; i < 40; i += 1) telegram.refuseNext(409)
    await ground.start({ connectors: [telegramPoll()] })
    await ground.until(async () => (await conditionsNow())[0] === 'telegram/main blind platform_conflict')
    const from = { at: ground.clock.now(), polls: telegram.polls.length }
    await ground.until(() => ground.clock.now() >= from.at + 5 * minute, 6 * minute)
    // Backing off from one second to two minutes: a handful of tries in five minutes.
    expect(telegram.polls.length - from.polls).toBeLessThan(12)
  })

  it('wait as long as the platform asks (TG-8)', async () => {
    telegram.refuseNext(429, 7)
    await ground.start({ connectors: [telegramPoll()] })
    await ground.until(() => telegram.polls.length === 1)
    const asked = ground.clock.now()
    await ground.until(async () => (await conditionsNow())[0] === 'telegram/main blind platform_rate_limited')
    await ground.until(() => telegram.polls.length === 2)
    expect(ground.clock.now() - asked).toBeGreaterThanOrEqual(7 * second)
    await ground.until(async () => (await conditionsNow())[0] === 'telegram/main ok')
  })
})

describe('config', () => {
  it("stands in a brand's partition before the first mention of it, the probe brand's too", async () => {
    const ingest = await ground.start()
    await ingest.post(JSON.stringify({ id: '1', text: 'Kuzey Air' }))
    const partition = (await ground.records()).filter((record) => record.key === 'kuzey-air').map(read)
    expect(partition).toMatchObject([
      { type: 'config', kind: 'brand', id: 'kuzey-air', active: true },
      { type: 'config', kind: 'thresholds', id: 'default', brand: 'kuzey-air' },
      { type: 'mention' },
    ])
    await ground.until(
      async () => (await ground.records()).filter(({ key }) => key === 'nabiz-probe').length >= 3,
    )
    const probe = (await ground.records()).filter((record) => record.key === 'nabiz-probe').map(read)
    expect(probe.at(-1)).toMatchObject({ type: 'mention', brand: 'nabiz-probe' })
  })

  it('ends the watching of a brand that was removed while it was down', async () => {
    const first = await ground.start()
    await first.stop()
    await publishConfig(
      ground.log,
      ground.view,
      [{ kind: 'brand', id: 'kuzey-air' }],
      'test',
      ground.clock.now(),
    )
    await ground.start({ instance: 'two' })
    const copies = (await ground.records()).filter((record) => record.key === 'kuzey-air').map(read)
    expect(copies.at(-1)).toMatchObject({ type: 'config', kind: 'brand', id: 'kuzey-air', active: false })
  })

  it('follows a new brand, a changed one and a removed one, each before its mentions', async () => {
    const ingest = await ground.start()
    const lokmajet = aBrand({ id: 'lokmajet', name: 'Lokmajet', names: ['Lokmajet'] })
    const say = (id: string, text: string) => ingest.post(JSON.stringify({ id, text }))
    expect((await say('1', 'Lokmajet')).body.dropped).toEqual({ no_brand: 1 })

    await ground.publish(lokmajet)
    await ground.until(async () => (await copiesOf('lokmajet')).length === 2)
    await ground.until(async () => (await say(`new-${ground.clock.now()}`, 'Lokmajet')).body.passed === 1)

    await ground.publish({ ...lokmajet, aliases: ['Lokma Jet'] })
    await ground.until(async () => (await say(`alias-${ground.clock.now()}`, 'Lokma Jet')).body.passed === 1)

    await publishConfig(
      ground.log,
      ground.view,
      [{ kind: 'brand', id: 'lokmajet' }],
      'test',
      ground.clock.now(),
    )
    await ground.until(async () => (await say(`gone-${ground.clock.now()}`, 'Lokmajet')).body.passed === 0)

    const order = (await ground.records())
      .filter(({ key, partition }) => key === 'lokmajet' && partition === partitionOf('lokmajet'))
      .map(read) as {
      type: string
      kind?: string
      active?: boolean
      content?: { aliases?: string[] }
      text?: string
    }[]
    const told = order
      .map(({ type, kind, active, content, text }) =>
        type === 'mention' ? text : `${kind} ${active} ${content?.aliases ?? ''}`,
      )
      .filter((line) => !line?.startsWith('thresholds'))
    // A delivery under way while a brand is removed may still name it.
    const untilRemoval = told.slice(0, told.indexOf('brand false ') + 1)
    expect(untilRemoval.filter((line, index) => line !== told[index - 1])).toEqual([
      'brand true ',
      'Lokmajet',
      'brand true Lokma Jet',
      'Lokma Jet',
      'brand false ',
    ])
  })

  it('leaves a change to another view untouched: every replica relays for itself', async () => {
    const view = createConfigView(ground.log, { clock: ground.clock })
    await view.start()
    await ground.start()
    await publishConfig(
      ground.log,
      view,
      [{ kind: 'brand', id: 'lokmajet', content: aBrand({ id: 'lokmajet', names: ['Lokmajet'] }) }],
      'test',
      ground.clock.now(),
    )
    await ground.until(async () => (await copiesOf('lokmajet')).length === 2)
    await view.stop()
  })
})

describe('telegram', () => {
  it('is polled by one of two instances, and by the other when the first stops', async () => {
    const first = await ground.start({ instance: 'one', connectors: [telegramPoll()] })
    await ground.until(() => telegram.polls.length > 0)
    await ground.start({ instance: 'two', connectors: [telegramPoll()] })
    telegram.push(aPost(1), aPost(2))
    await ground.until(async () => (await ground.mentions()).length === 2)
    await ground.until(() => telegram.pending() === 0)
    const from = ground.clock.now()
    await ground.until(() => ground.clock.now() >= from + 60 * second)
    expect(telegram.conflicts).toBe(0)
    await first.stop()
    const polls = telegram.polls.length
    telegram.push(aPost(3))
    await ground.until(async () => (await ground.mentions()).length === 3, 40 * second)
    expect(telegram.polls.length).toBeGreaterThan(polls)
    expect(telegram.conflicts).toBe(0)
    expect((await ground.mentions()).map(({ id }) => id).sort()).toEqual(['-1001/1', '-1001/2', '-1001/3'])
  })

  it('goes on where it stood after a restart, and pseudonymises a private chat', async () => {
    const first = await ground.start({ connectors: [telegramPoll()] })
    telegram.push(aPost(1), {
      message: {
        message_id: 5,
        date: seconds(),
        chat: { id: 4711, type: 'private' },
        from: { id: 4711 },
        text: 'Kuzey Air',
      },
    })
    await ground.until(async () => (await ground.mentions()).length === 2)
    await first.stop()
    telegram.push(aPost(2))
    await ground.start({ connectors: [telegramPoll()] })
    await ground.until(async () => (await ground.mentions()).length === 3)
    const mentions = await ground.mentions()
    const [message] = mentions.filter(({ visibility }) => visibility === 'private')
    expect(message?.id).toMatch(/^k1:/)
    expect(JSON.stringify(mentions)).not.toContain('4711')
    expect(ground.lines.join('\n')).not.toContain('invented_token')
  })

  it('takes what is pushed with the secret, refuses what is not, and keeps order for a redelivery', async () => {
    const connectors = [
      {
        platform: 'telegram',
        token: { env: 'BOT_TOKEN' },
        mode: 'webhook',
        secretToken: { env: 'BOT_SECRET' },
      },
    ]
    const ingest = await ground.start({ connectors })
    const url = `${ingest.url}/webhooks/telegram/main`
    telegram.push(aPost(1), { message_reaction: {} }, { channel_post: { message_id: 'x' } }, aPost(2))
    expect(await telegram.deliver(url, undefined)).toEqual([401])
    expect(await telegram.deliver(url, 'wrong')).toEqual([401])
    expect(await telegram.deliver(url, 'hook-secret')).toEqual([200, 200, 200, 200])
    expect((await ground.mentions()).map(({ id }) => id)).toEqual(['-1001/1', '-1001/2'])
    expect((await ground.dead()).map(({ source, reason }) => [source, reason])).toEqual([
      ['telegram/main', 'schema'],
    ])
  })
})

describe('the simulator', () => {
  it('goes on by itself, has a crisis on demand, and labels everything', async () => {
    const { demoBrands, toBrandConfig } = await import('../src/index.ts')
    await ground.publish(
      ...demoBrands.map((brand) => ({
        ...toBrandConfig(brand),
        zoneOffsets: [{ from: 0, minutes: 180 }],
        simulated: true,
      })),
    )
    const ingest = await ground.start({ connectors: [{ platform: 'simulator' }] })
    const url = `${ingest.url}/webhooks/simulator/main?brand=lokmajet`
    await ground.until(async () => (await conditionsNow())[0] === 'simulator/main ok')
    expect((await fetch(url)).status).toBe(405)
    expect((await fetch(url, { method: 'POST', headers: { origin: 'https://evil.example' } })).status).toBe(
      403,
    )
    const answer = await post(url)
    expect(answer).toBe(202)
    const ofCrisis = async () =>
      (await ground.mentions()).filter(({ id }) => id.startsWith('sim-lokmajet-c')).length
    // How many a minute depends on the hour: the brand sleeps at night.
    for (let look = 0; look < 5 && (await ofCrisis()) <= 30; look += 1) {
      const next = ground.clock.now() + 5 * minute
      await ground.until(() => ground.clock.now() >= next, 6 * minute)
    }
    expect(await ofCrisis()).toBeGreaterThan(30)
    const mentions = await ground.mentions()
    expect(mentions.every(({ simulated, platform }) => simulated && platform === 'simulator')).toBe(true)
    expect(await post(url)).toBe(409)
  })
})

async function post(url: string): Promise<number> {
  return (await fetch(url, { method: 'POST' })).status
}

function telegramPoll() {
  return { platform: 'telegram', token: { env: 'BOT_TOKEN' }, baseUrl: telegram.baseUrl, pollSeconds: 1 }
}

function seconds(): number {
  return Math.floor(ground.clock.now() / 1_000)
}

function aPost(messageId: number) {
  const chat = { id: -1001, type: 'channel', username: 'haberkanal' }
  return { channel_post: { message_id: messageId, date: seconds(), chat, text: 'Kuzey Air yine rötarlı' } }
}

async function heartbeats() {
  const beats = (await ground.records()).filter(({ key }) => key.startsWith('#heartbeat/'))
  return beats.map((record) => ({ partition: record.partition, beat: heartbeat.parse(read(record)) }))
}

/** `platform/account condition reason` of the latest heartbeat. */
async function conditionsNow(): Promise<string[]> {
  const beats = (await heartbeats()).filter(({ partition }) => partition === 0)
  const latest = beats.at(-1)?.beat.connectors ?? []
  return latest.map(
    ({ platform, account, condition, reason }) =>
      `${platform}/${account} ${condition}${reason ? ` ${reason}` : ''}`,
  )
}

async function copiesOf(brand: string) {
  return (await ground.records())
    .filter(({ key }) => key === brand)
    .map(read)
    .filter((record) => (record as { type: string }).type === 'config')
}
