import { hour, minute, second } from '@nabiz/shared/time'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FakeEvent, type FakeJetstream, startFakeJetstream } from './fakes/jetstream-server.ts'
import { aBrand, type Ground, openGround } from './running-ingest.ts'

let ground: Ground
let fake: FakeJetstream

beforeEach(async () => {
  ground = await openGround()
  fake = await startFakeJetstream()
  await ground.publish(aBrand())
})
afterEach(async () => {
  await ground.close()
  await fake.close()
})

describe.each(['v1', 'v2'] as const)('the stream by protocol %s', (protocol) => {
  it('brings what names a brand, its delete, and nothing of the others', async () => {
    const ingest = await begin(protocol)
    fake.push(aPost('1', 'Kuzey Air rötar'), aPost('2', 'başka'), aDelete('2'), aDelete('1'))
    await ground.until(async () => (await ground.mentions()).length === 2)
    expect((await ground.mentions()).map(({ id, operation }) => [id.split('/').at(-1), operation])).toEqual([
      ['1', 'upsert'],
      ['1', 'delete'],
    ])
    // The counters move after the write.
    const dropped = 'platform="bluesky",reason="no_brand"} 2'
    await ground.until(async () =>
      (await ingest.metric('nabiz_ingest_items_dropped_total')).join().includes(dropped),
    )
  })

  it('goes on from where it was after a broken line, and each post is one mention (BS-7)', async () => {
    await begin(protocol)
    fake.push(aPost('1'))
    await ground.until(async () => (await ids()).length === 1)
    fake.cut()
    fake.push(aPost('2'), aPost('3'))
    await ground.until(async () => (await ids()).length === 3)
    expect(fake.opened.at(-1)?.get('cursor')).not.toBeNull()
    expect(await ids()).toEqual(['1', '2', '3'])
    expect(ground.lines.join('\n')).toContain('1006')
  })

  it('makes up for a night without us', async () => {
    const first = await begin(protocol)
    fake.push(aPost('0'))
    await ground.until(async () => (await ids()).length === 1)
    await first.stop()
    fake.push(...Array.from({ length: 700 }, (_, index) => aPost(String(index + 1))))
    ground.clock.advance(9 * hour)
    await ground.start({ connectors: [account(protocol)], instance: 'two' })
    await ground.until(async () => (await ids()).length === 701)
    expect(new Set(await ids()).size).toBe(701)
  })
})

describe('the stream', () => {
  it('is opened anew when the server says that it is too slow (BS-8)', async () => {
    await begin('v2')
    fake.push(aPost('1'))
    await ground.until(async () => (await ids()).length === 1)
    fake.cut('ConsumerTooSlow')
    await ground.until(() => fake.opened.length === 2)
    fake.push(aPost('2'))
    await ground.until(async () => (await ids()).length === 2)
    expect(fake.opened[1]?.get('cursor')).toBe('1')
    expect(fake.subprotocols).toEqual(['xrpc.v1.json', 'xrpc.v1.json'])
  })

  it('goes on live where its cursor is too old, and counts what nobody can bring back (BS-8)', async () => {
    const first = await begin('v2')
    fake.push(aPost('1'))
    await ground.until(async () => (await ids()).length === 1)
    await first.stop()
    fake.push(aPost('2'), aPost('3'))
    fake.firstKept = 4
    ground.clock.advance(40 * hour)
    const second_ = await ground.start({ connectors: [account('v2')], instance: 'two' })
    await ground.until(async () => (await missed(second_)) > 0)
    await ground.until(() => fake.opened.at(-1)?.get('cursor') === null)
    await settled()
    fake.push(aPost('4'))
    await ground.until(async () => (await ids()).length === 2)
    expect(await ids()).toEqual(['1', '4'])
    expect(await missed(second_)).toBeGreaterThan(30 * 3_600)
  })

  it('counts as lost what the older protocol leaves out without a word', async () => {
    const first = await begin('v1')
    fake.push(aPost('1'))
    await ground.until(async () => (await ids()).length === 1)
    await first.stop()
    ground.clock.advance(48 * hour)
    fake.refuseNext(500, 500)
    const second_ = await ground.start({ connectors: [account('v1')], instance: 'two' })
    await ground.until(async () => (await missed(second_)) > 0)
    expect(fake.opened.length).toBe(4)
    // Once, however often it was tried.
    expect(await missed(second_)).toBeGreaterThan(11 * 3_600)
    expect(await missed(second_)).toBeLessThan(13 * 3_600)
  })

  it('is opened anew when nothing comes any more and nobody closes it (BS-7)', async () => {
    await begin('v1')
    fake.push(aPost('1'))
    await ground.until(async () => (await ids()).length === 1)
    fake.freeze()
    fake.push(aPost('2'))
    await ground.until(async () => (await ids()).length === 2, 5 * minute)
    expect(ground.lines.join('\n')).toContain('has said nothing')
  })

  it.each([429, 500, 404])('is tried again after %s', async (status) => {
    fake.refuseNext(status)
    await ground.start({ connectors: [account('v1')] })
    await ground.until(() => fake.opened.length === 2)
    await settled()
    fake.push(aPost('1'))
    await ground.until(async () => (await ids()).length === 1)
  })
})

describe('searches', () => {
  it('bring what the stream missed, page by page, and what both bring is one mention', async () => {
    fake.found = Array.from({ length: 230 }, (_, index) =>
      aFound(String(index), ground.clock.now() - index * second),
    )
    fake.refuseSearchNext(500)
    await begin('v1', { searches: ['Kuzey Air'], searchUrl: fake.searchUrl })
    fake.push(aPost('3'))
    await ground.until(async () => (await ids()).length === 230)
    expect(new Set(await ids()).size).toBe(230)
    expect(fake.searches.map((query) => query.get('cursor')).slice(0, 4)).toEqual([null, null, '100', '200'])
    expect(fake.searches[0]?.get('q')).toBe('Kuzey Air')
  })

  it('that are refused leave the stream as it is', async () => {
    fake.refuseSearchNext(403, 403, 403, 403)
    await begin('v1', { searches: ['x'], searchUrl: fake.searchUrl })
    fake.push(aPost('1'))
    await ground.until(async () => (await ids()).length === 1)
  })
})

function account(protocol: 'v1' | 'v2', overrides: Record<string, unknown> = {}) {
  return { platform: 'bluesky', baseUrl: fake.baseUrl, protocol, ...overrides }
}

async function begin(protocol: 'v1' | 'v2', overrides: Record<string, unknown> = {}) {
  const ingest = await ground.start({ connectors: [account(protocol, overrides)] })
  await ground.until(() => fake.opened.length === 1)
  await settled()
  return ingest
}

/** Until the handshake that was begun is over on both sides. */
async function settled(): Promise<void> {
  await ground.until(() => fake.listeners > 0)
}

let rkeys = 0

function aPost(rkey: string, text = 'Kuzey Air'): FakeEvent {
  const record = { $type: 'app.bsky.feed.post', text, createdAt: new Date(ground.clock.now()).toISOString() }
  return anEvent({
    rev: 'r',
    operation: 'create',
    collection: 'app.bsky.feed.post',
    rkey,
    cid: 'bafy',
    record,
  })
}

function aDelete(rkey: string): FakeEvent {
  return anEvent({ rev: 'r', operation: 'delete', collection: 'app.bsky.feed.post', rkey })
}

function anEvent(commit: Record<string, unknown>): FakeEvent {
  rkeys += 1
  return { did: 'did:plc:abc', time_us: ground.clock.now() * 1_000 + (rkeys % 1_000), kind: 'commit', commit }
}

function aFound(rkey: string, at: number): Record<string, unknown> {
  return {
    uri: `at://did:plc:abc/app.bsky.feed.post/${rkey}`,
    cid: 'bafy',
    author: { did: 'did:plc:abc', handle: 'a.example' },
    record: { text: 'Kuzey Air', createdAt: new Date(at).toISOString() },
    indexedAt: new Date(at).toISOString(),
  }
}

/** Their last part, in the order in which they were written. */
async function ids(): Promise<string[]> {
  const all = (await ground.mentions()).filter(({ operation }) => operation === 'upsert')
  return all.map(({ id }) => id.split('/').at(-1) ?? '')
}

async function missed(ingest: { metric(name: string): Promise<string[]> }): Promise<number> {
  const [line] = await ingest.metric('nabiz_ingest_missed_seconds_total{')
  return Number(line?.split(' ').at(-1) ?? 0)
}
