import { deadMention, mention } from '@nabiz/shared/contracts'
import { partitionOf } from '@nabiz/shared/log'
import { day, minute, second } from '@nabiz/shared/time'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { describeOnEachDriver } from '../../shared/testing/each-driver.ts'
import { signatureOf } from './crash/feeder.ts'
import { signingSecret } from './crash/installation.ts'
import { counterOf, openWorld, type Replica, startOf, valuesOf, type World } from './world.ts'

let world: World
let ingest: Replica
let start = 0
let statuses: Record<string, number> = {}
let answers: Record<string, unknown> = {}
/** Items of a delivery that are right. */
let good = 0

describeOnEachDriver('bad input through the whole line', (drivers) => {
  beforeAll(async () => {
    start = startOf(drivers, 5 * minute)
    statuses = {}
    answers = {}
    good = 0
    world = await openWorld({ drivers, start, brands: ['lorvex'] })
    ingest = await world.startIngest('one')
    await world.tick(30 * second)
    const now = world.clock.now()

    await deliver('malformed', '{"id": "1", "text": ')
    await deliver('not utf-8', Buffer.from([0x22, 0xff, 0xfe, 0x22]))
    await deliver('unsigned', JSON.stringify(aPost()), {})
    await deliver(
      'signed for another body',
      JSON.stringify(aPost()),
      signatureOf('something else', signingSecret, now),
    )
    await deliver('oversized', JSON.stringify(aPost({ text: 'x'.repeat(1_048_577) })))
    await deliver('unknown fields', JSON.stringify(aPost({ mood: 'grim', stars: 1 })))
    await deliver('strange text', JSON.stringify(aPost({ text: 'lorvex \0 kötü \ud800 son' })))
    await deliver('dated 1970', JSON.stringify(aPost({ createdAt: 0 })))
    await deliver('three days ahead', JSON.stringify(aPost({ createdAt: now + 3 * day })))
    await deliver('one bad of three', JSON.stringify([aPost(), { id: 'x', text: 7 }, aPost()]))
    const twice = aPost()
    await deliver('twice', JSON.stringify([twice, twice]))
    await deliver('of nobody', JSON.stringify(aPost({ text: 'güzel bir gün' })))
    await deliver('of a brand unknown', JSON.stringify(aPost({ text: 'merhaba', brands: ['nobody'] })))
    await deliver('own', JSON.stringify(aPost({ own: true })))
    // What never came through ingest: a broken record in the topic itself.
    for (const value of ['{', '{"v":1,"type":"mention"}', '{"v":2,"type":"mention"}'])
      await world.log.append([{ topic: 'mentions', key: 'lorvex', value: Buffer.from(value) }])
    await deliver('last', JSON.stringify(aPost()))
    for (let tick = 0; tick < 4; tick += 1) await world.tick(30 * second)
  }, 60_000)

  afterAll(() => world.close())

  it('has a clear answer each', () => {
    expect(statuses).toEqual({
      malformed: 400,
      'not utf-8': 400,
      unsigned: 401,
      'signed for another body': 401,
      oversized: 413,
      'unknown fields': 202,
      'strange text': 202,
      'dated 1970': 202,
      'three days ahead': 202,
      'one bad of three': 202,
      twice: 202,
      'of nobody': 202,
      'of a brand unknown': 202,
      own: 202,
      last: 202,
    })
    expect(answers.unsigned).toEqual({ error: 'signature_missing' })
    expect(answers['signed for another body']).toEqual({ error: 'signature_wrong' })
    expect(answers['unknown fields']).toMatchObject({ unknownFields: ['mood', 'stars'] })
    expect(answers['one bad of three']).toMatchObject({ passed: 2, deadLettered: 1, faults: [{ index: 1 }] })
  })

  it('is kept where it was genuine, with the reason', async () => {
    const dead = await valuesOf(world.log, 'mentions.dead', deadMention)
    const inTopic = `mentions/${partitionOf('lorvex')}`
    expect(dead.map(({ source, reason }) => `${source} ${reason}`).sort()).toEqual(
      [
        ...['not_json', 'not_json', 'schema'].map((reason) => `webhook/main ${reason}`),
        ...['not_json', 'schema', 'unsupported_version'].map((reason) => `${inTopic} ${reason}`),
      ].sort(),
    )
  })

  it('takes nothing else with it: every good mention is counted once, strange times in the minute they came', async () => {
    const counted = (await world.counts()).filter((record) => record.brand === 'lorvex')
    const latest = new Map(counted.map((record) => [record.minute, record.mentions]))
    expect([...latest.values()].reduce((sum, mentions) => sum + mentions, 0)).toBe(good)
    expect([...latest.keys()].every((at) => at >= start && at <= world.clock.now())).toBe(true)
  })

  it('leaves no NUL and no half character in the log, and says which times were replaced', async () => {
    const brandRecords = await mentionsOfBrand()
    expect(brandRecords.map(({ text }) => text)).toContain('lorvex  kötü \ufffd son')
    expect(brandRecords.flatMap(({ createdAtFlag }) => createdAtFlag ?? []).sort()).toEqual([
      'future',
      'past',
    ])
  })

  it('leaves ingest in balance: received = passed + dropped + dead-lettered', async () => {
    const of = (name: string) =>
      counterOf(ingest.registry, `nabiz_ingest_items_${name}_total`, { platform: 'webhook' })
    const [received, passed, dropped, dead] = [
      await of('received'),
      await of('passed'),
      await of('dropped'),
      await of('dead_lettered'),
    ]
    // The brand's own post is good and passes ingest; scoring drops it.
    expect([passed, dropped, dead]).toEqual([good + 1, 3, 3])
    expect(received).toBe(passed + dropped + dead)
    const refused = (reason: string) =>
      counterOf(ingest.registry, 'nabiz_ingest_deliveries_refused_total', { reason })
    expect([
      await refused('signature_missing'),
      await refused('signature_wrong'),
      await refused('too_large'),
    ]).toEqual([1, 1, 1])
  })

  it('leaves scoring in balance, too', async () => {
    const of = (name: string) => counterOf(world.registry, `nabiz_scoring_records_${name}_total`)
    const [received, passed, dropped, dead] = [
      await of('received'),
      await of('passed'),
      await of('dropped'),
      await of('dead_lettered'),
    ]
    const ends = (await world.log.bounds('mentions')).reduce((sum, { end }) => sum + end, 0)
    expect(received).toBe(ends)
    expect(received).toBe(passed + dropped + dead)
    expect(dead).toBe(3)
    expect(await counterOf(world.registry, 'nabiz_scoring_records_dropped_total', { reason: 'own' })).toBe(1)
    expect(await counterOf(world.registry, 'nabiz_scoring_mentions_counted_total', { brand: 'lorvex' })).toBe(
      good,
    )
  })
})

let posts = 0

function aPost(fields: Record<string, unknown> = {}): Record<string, unknown> {
  posts += 1
  return {
    id: `post-${posts}`,
    text: `lorvex gönderisi ${posts}`,
    createdAt: world.clock.now() - minute / 2,
    ...fields,
  }
}

const receipt = z.object({ passed: z.number() })

async function deliver(name: string, body: string | Buffer, headers?: Record<string, string>): Promise<void> {
  const { status, answer } = await ingest.pushBytes(body, headers)
  statuses[name] = status
  answers[name] = answer
  const { success, data } = receipt.safeParse(answer)
  if (success && name !== 'own') good += data.passed
}

async function mentionsOfBrand() {
  const values = await valuesOfRaw()
  return values.flatMap((text) => {
    const checked = mention.safeParse(parse(text))
    return checked.success ? [checked.data] : []
  })
}

async function valuesOfRaw(): Promise<string[]> {
  const partition = partitionOf('lorvex')
  const texts: string[] = []
  for await (const records of world.log.read({ topic: 'mentions', partition, from: 0 }))
    for (const { value } of records) texts.push(Buffer.from(value).toString('utf8'))
  return texts
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
