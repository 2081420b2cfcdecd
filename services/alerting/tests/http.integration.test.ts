import { hour } from '@nabiz/shared/time'
import { afterEach, describe, expect, it } from 'vitest'
import { signAckToken } from '../src/http/ack-token.ts'
import { anAct, aTransition, recordingChannel, start } from './builders.ts'
import { openWorld, secrets, settle, until, untilStored, type World } from './harness.ts'

let world: World
afterEach(() => world.close())

describe('acknowledging over HTTP', () => {
  it('changes nothing on GET, and acknowledges on POST of the page behind the link', async () => {
    const { app, link, pager } = await paged()
    const page = await fetch(link)
    expect(page.status).toBe(200)
    const html = await page.text()
    expect(html).toContain('<button type="submit">Ben ilgileniyorum</button>')
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(page.headers.get('referrer-policy')).toBe('no-referrer')
    expect(page.headers.get('cache-control')).toBe('no-store')
    await settle(world.clock)
    expect(app.incidents()[0]?.state).toBe('open')

    const token = /name="token" value="([^"]+)"/.exec(html)?.[1] ?? ''
    const answer = await post(link.split('?')[0] ?? '', new URLSearchParams({ token }))
    expect(answer.status).toBe(202)
    expect(await answer.text()).toContain('Kaydedildi')
    await until(() => app.incidents()[0]?.state === 'acknowledged')
    expect(app.incidents()[0]?.acknowledgedBy).toBe('channel pager')
    world.clock.advance(hour)
    await settle(world.clock)
    expect(pager.notices).toHaveLength(1)
  })

  it('answers a second press with the state as it is', async () => {
    const { app, link } = await paged()
    const body = JSON.stringify({ token: new URL(link).searchParams.get('token') })
    const address = link.split('?')[0] ?? ''
    const first = await fetch(address, { method: 'POST', body, headers: json })
    expect([first.status, await first.json()]).toMatchObject([202, { accepted: true, state: 'open' }])
    await until(() => app.incidents()[0]?.state === 'acknowledged')
    const second = await fetch(address, { method: 'POST', body, headers: json })
    expect([second.status, await second.json()]).toMatchObject([
      200,
      { accepted: false, state: 'acknowledged' },
    ])
  })

  it('refuses a wrong, a foreign and an expired token with 403, and an unknown incident with 404', async () => {
    const { app, link } = await paged()
    const id = app.incidents()[0]?.id ?? ''
    const base = link.slice(0, link.indexOf('/incidents'))
    const grant = { brand: 'lale-air', person: 'x', action: 'acknowledge' as const }
    const expired = signAckToken(secrets.ackSecret, { ...grant, incident: id, expiresAt: start })
    const foreign = signAckToken(secrets.ackSecret, { ...grant, incident: 'other', expiresAt: start + hour })
    const genuine = new URL(link).searchParams.get('token') ?? ''
    for (const token of [expired, foreign, 'nonsense', `${genuine}x`, '']) {
      expect((await post(`${base}/incidents/${id}/ack`, new URLSearchParams({ token }))).status).toBe(403)
      expect((await fetch(`${base}/incidents/${id}/ack?token=${token}`)).status).toBe(403)
    }
    const unknown = await post(`${base}/incidents/other/ack`, new URLSearchParams({ token: foreign }))
    expect(unknown.status).toBe(404)
    expect(app.incidents()[0]?.state).toBe('open')
  })

  it('shows incidents to whoever has the read token alone', async () => {
    const { app, link } = await paged()
    const base = link.slice(0, link.indexOf('/incidents'))
    const id = app.incidents()[0]?.id
    expect((await fetch(`${base}/incidents`)).status).toBe(401)
    expect((await fetch(`${base}/incidents`, bearer('wrong'))).status).toBe(403)
    const list = await (await fetch(`${base}/incidents`, bearer('read-token-of-the-test'))).json()
    expect(list).toMatchObject({ incidents: [{ id, brand: 'lale-air', state: 'open', signals: ['volume'] }] })
    const one = await fetch(`${base}/incidents/${id}`, bearer('read-token-of-the-test'))
    expect(await one.json()).toMatchObject({ id, deliveries: [{ channel: 'pager', kind: 'page' }] })
    expect((await fetch(`${base}/incidents/none`, bearer('read-token-of-the-test'))).status).toBe(404)
  })

  it('runs a drill of a known brand for whoever has the admin token alone', async () => {
    const { link, pager } = await paged()
    const base = link.slice(0, link.indexOf('/incidents'))
    const drill = (brand: string, token: string) =>
      fetch(`${base}/brands/${brand}/drill`, { method: 'POST', ...bearer(token) })
    expect((await drill('lale-air', 'read-token-of-the-test')).status).toBe(403)
    expect((await drill('nobody', 'admin-token-of-the-test')).status).toBe(404)
    expect((await drill('lale-air', 'admin-token-of-the-test')).status).toBe(202)
    await until(() => pager.notices.length === 2)
    expect(pager.notices[1]).toMatchObject({ kind: 'page', drill: true })
    const again = await drill('lale-air', 'admin-token-of-the-test')
    expect([again.status, await again.json()]).toMatchObject([200, { accepted: false }])
  })
})

describe('marking an incident', () => {
  it('notes what a person says it was, in the log too; the last word counts', async () => {
    const { app, link } = await paged()
    const id = app.incidents()[0]?.id ?? ''
    const mark = (body: object) => marked(link, id, body)
    expect((await mark({ mark: 'expected', by: 'elif', note: 'a campaign' })).status).toBe(202)
    await until(() => app.incidents()[0]?.mark?.kind === 'expected')
    expect(await (await mark({ mark: 'confirmed', by: 'deniz' })).json()).toMatchObject({ accepted: true })
    await until(() => app.incidents()[0]?.mark?.kind === 'confirmed')
    await settle(world.clock)
    const told = (await world.incidents()).filter(({ change }) => change === 'marked')
    expect(told.map(({ mark: kind, by, detail }) => [kind, by, detail])).toEqual([
      ['expected', 'elif', 'a campaign'],
      ['confirmed', 'deniz', undefined],
    ])
    expect(app.incidents()[0]?.state).toBe('open')
  })

  it('refuses who has no admin token, a mark there is not, and an incident nobody knows', async () => {
    const { app, link } = await paged()
    const id = app.incidents()[0]?.id ?? ''
    const base = link.slice(0, link.indexOf('/incidents'))
    const bare = await fetch(`${base}/incidents/${id}/mark`, { method: 'POST', body: '{}', headers: json })
    expect(bare.status).toBe(401)
    expect((await marked(link, id, { mark: 'confirmed' }, 'read-token-of-the-test')).status).toBe(403)
    for (const body of [
      {},
      { mark: 'maybe' },
      { mark: 'confirmed', duplicateOf: 'x' },
      { mark: 'duplicate', duplicateOf: id },
    ])
      expect([body, (await marked(link, id, body)).status]).toEqual([body, 400])
    expect((await marked(link, 'nothing', { mark: 'confirmed' })).status).toBe(404)
    expect((await marked(link, id, { mark: 'duplicate', duplicateOf: 'nothing' })).status).toBe(404)
    await settle(world.clock)
    expect(app.incidents()[0]?.mark).toBeUndefined()
  })
})

function marked(link: string, id: string, body: object, token = 'admin-token-of-the-test') {
  const { authorization } = bearer(token).headers
  const base = link.slice(0, link.indexOf('/incidents'))
  const headers = { ...json, authorization }
  return fetch(`${base}/incidents/${id}/mark`, { method: 'POST', body: JSON.stringify(body), headers })
}

describe('what the store knows', () => {
  it('drops its memory and reads again when another writer was there', async () => {
    world = await openWorld()
    const [pager, chat] = [recordingChannel('pager'), recordingChannel('chat')]
    const { app, registry } = await world.launch({ channels: [pager, chat, recordingChannel('mail')] })
    await world.write(aTransition())
    await untilStored(world, 1)
    await settle(world.clock)
    const states = world.store.partitions('alerting')
    const partition =
      (await world.log.bounds('breaches')).find(({ end, earliest }) => end > earliest)?.partition ?? -1
    const base = await states.manifest(partition)
    if (!base) throw new Error('nothing was committed')
    const next = { ...base, writer: 'another', writtenAt: base.writtenAt + 1 }
    expect(await states.commit({ partition, base, next, puts: new Map() })).toBe(true)
    await world.write(anAct({ act: 'mark', note: 'a rumour' }))
    const conflicts = () => registry.getSingleMetricAsString('nabiz_alerting_commit_conflicts_total')
    await until(async () => / [1-9]\d*$/.test(await conflicts()))
    await until(async () => (await states.manifest(partition))?.writer === 'a')
    expect(app.incidents()[0]?.mark?.note).toBe('a rumour')
    world.clock.advance(600_000)
    await until(() => chat.notices.length === 1)
    expect(pager.notices).toHaveLength(1)
  })

  it('pages a breach that arrives while the store cannot be reached, marked, and writes it afterwards', async () => {
    world = await openWorld()
    const pager = recordingChannel('pager')
    const { app, access } = await world.launch({ channels: [pager] })
    await settle(world.clock)
    access.mode = 'unreachable'
    await world.write(aTransition())
    await until(() => pager.notices.length === 1)
    expect(pager.notices[0]?.maybeRepeat).toBe(true)
    access.mode = 'open'
    await until(() => app.notReady().length === 0, world.clock, 1_000)
    await settle(world.clock)
    expect(pager.notices).toHaveLength(1)
    expect((await world.incidents()).map((record) => record.change)).toEqual([
      'opened',
      'notified',
      'delivered',
    ])
  })

  it('shows the text of a sample, and not once it was removed or when it is private', async () => {
    world = await openWorld()
    const pager = recordingChannel('pager')
    await world.launch({ channels: [pager] })
    const { removeSample, writeSamples } = await import('@nabiz/shared/samples')
    const sample = (id: string, isPrivate: boolean) => ({
      platform: 'webhook',
      id,
      text: `text ${id}`,
      private: isPrivate,
    })
    await writeSamples(world.store, [sample('m-1', false), sample('m-2', true), sample('m-3', false)])
    await removeSample(world.store, 'webhook', 'm-3')
    const base = aTransition()
    const samples = [
      { platform: 'webhook', id: 'm-1', private: false },
      { platform: 'webhook', id: 'm-2', private: true },
      { platform: 'webhook', id: 'm-3', private: false },
    ]
    await world.write({ ...base, evidence: { ...base.evidence, samples } })
    await until(() => pager.notices.length === 1)
    expect(pager.notices[0]?.samples.map((entry) => entry.text)).toEqual(['text m-1', undefined, undefined])
  })
})

async function paged() {
  world = await openWorld()
  const pager = recordingChannel('pager')
  const { app } = await world.launch({ channels: [pager], serveHttp: true })
  await world.write(aTransition())
  await untilStored(world, 1)
  const path = pager.notices[0]?.ackUrl?.replace('https://nabiz.example', '') ?? ''
  return { app, pager, link: `http://127.0.0.1:${app.port()}${path}` }
}

const json = { 'content-type': 'application/json' }

function post(url: string, body: URLSearchParams): Promise<Response> {
  return fetch(url, { method: 'POST', body })
}

function bearer(token: string) {
  return { headers: { authorization: `Bearer ${token}` } }
}
