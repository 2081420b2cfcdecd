import { hour, minute, second } from '@nabiz/shared/time'
import { afterEach, describe, expect, it } from 'vitest'
import type { Notice } from '../src/channels/index.ts'
import { anAct, aTransition, recordingChannel, start } from './builders.ts'
import { openWorld, settle, until, untilStored, type World } from './harness.ts'

let world: World
afterEach(() => world.close())

describe('alerting', () => {
  it('tells people once of a crisis that trips four signals, and once of its end', async () => {
    world = await openWorld()
    const pager = recordingChannel('pager')
    await world.launch({ channels: [pager] })
    const signals = ['volume', 'negative', 'negativity', 'reach'] as const
    await world.write(...signals.map((signal) => aTransition({ id: signal, signal })))
    await until(() => pager.notices.length === 1)
    await world.write(
      ...signals.map((signal) =>
        aTransition({
          id: `${signal}-end`,
          episode: signal,
          signal,
          transition: 'recovered',
          at: start + hour,
        }),
      ),
    )
    await until(() => pager.notices.length === 2)
    await settle(world.clock)
    expect(pager.notices.map((notice) => notice.kind)).toEqual(['page', 'resolved'])
    expect(pager.notices[0]?.brand).toMatchObject({ name: 'Lale Air', language: 'tr' })
    expect(pager.notices[0]?.ackUrl).toMatch(
      /^https:\/\/nabiz\.example\/incidents\/[0-9a-f]{32}\/ack\?token=/,
    )
    const records = await world.incidents()
    expect(new Set(records.map((record) => record.incident)).size).toBe(1)
    expect(records.map((record) => record.change)).toEqual([
      'opened',
      'notified',
      'joined',
      'joined',
      'joined',
      'delivered',
      'resolved',
      'delivered',
    ])
  })

  it('tells the next step at once when a channel refuses', async () => {
    world = await openWorld()
    const pager = recordingChannel('pager', () => ({ kind: 'refused', detail: 'answered 403' }))
    const chat = recordingChannel('chat')
    const mail = recordingChannel('mail')
    await world.launch({ channels: [pager, chat, mail] })
    await world.write(aTransition())
    await until(() => chat.notices.length === 1 && mail.notices.length === 1)
    expect(world.clock.now()).toBe(start)
    expect(chat.notices[0]?.kind).toBe('escalation')
  })

  it('tries a channel again with growing waits, and tells the next step when it gives up', async () => {
    world = await openWorld()
    const pager = recordingChannel('pager', () => ({ kind: 'failed', detail: 'answered 503' }))
    const chat = recordingChannel('chat')
    await world.launch({ channels: [pager, chat, recordingChannel('mail')], plan: longSteps })
    await world.write(aTransition())
    await until(() => chat.notices.length === 1, world.clock, 500)
    expect(pager.notices).toHaveLength(6)
    expect(world.clock.now() - start).toBeGreaterThan(4 * minute)
    expect(world.clock.now() - start).toBeLessThan(8 * minute)
  })

  it('does not let one channel that hangs keep another waiting', async () => {
    world = await openWorld()
    const pager = recordingChannel('pager', () => new Promise(() => undefined))
    const chat = recordingChannel('chat')
    await world.launch({
      channels: [pager, chat],
      plan: { steps: [{ channels: ['pager', 'chat'], escalateAfterMinutes: 10 }] },
    })
    await world.write(aTransition())
    await until(() => chat.notices.length === 1 && pager.notices.length === 1)
  })

  it('climbs while nobody answers, and stops when somebody does', async () => {
    world = await openWorld()
    const [pager, chat, mail] = [
      recordingChannel('pager'),
      recordingChannel('chat'),
      recordingChannel('mail'),
    ]
    const { app } = await world.launch({ channels: [pager, chat, mail] })
    await world.write(aTransition())
    await until(() => pager.notices.length === 1)
    world.clock.advance(10 * minute)
    await until(() => chat.notices.length === 1 && mail.notices.length === 1)
    await world.write(anAct())
    await until(() => app.incidents()[0]?.state === 'acknowledged')
    world.clock.advance(3 * hour)
    await settle(world.clock)
    expect([pager, chat, mail].map((channel) => channel.notices.length)).toEqual([1, 1, 1])
  })

  it('pages each incident once and keeps its timers when the process is killed', async () => {
    world = await openWorld()
    const before = recordingChannel('pager')
    const first = await world.launch({ channels: [before] })
    await world.write(aTransition())
    await untilStored(world, 1)
    await world.kill(first.access)

    const after = recordingChannel('pager')
    const chat = recordingChannel('chat')
    const second = await world.launch({ channels: [after, chat, recordingChannel('mail')] })
    await until(() => second.app.incidents().length === 1)
    await settle(world.clock)
    expect(before.notices).toHaveLength(1)
    expect(after.notices).toHaveLength(0)
    world.clock.set(start + 10 * minute)
    await until(() => chat.notices.length === 1)
  })

  it('sends again, marked, what was under way when the process was killed', async () => {
    world = await openWorld()
    const before = recordingChannel('pager', () => {
      first.access.mode = 'dead'
      return { kind: 'delivered' }
    })
    const first = await world.launch({ channels: [before] })
    await world.write(aTransition())
    await until(() => before.notices.length === 1)
    await world.kill(first.access)

    const after = recordingChannel('pager')
    await world.launch({ channels: [after] })
    await until(() => after.notices.length === 1)
    await settle(world.clock)
    expect(before.notices[0]?.maybeRepeat).toBe(false)
    expect(after.notices.map((notice) => notice.maybeRepeat)).toEqual([true])
    const name = (notice: Notice | undefined) => [notice?.incident, notice?.sequence, notice?.kind]
    expect(name(after.notices[0])).toEqual(name(before.notices[0]))
  })

  it('marks what it tells again because the store lost what it had acknowledged', async () => {
    world = await openWorld()
    const pager = recordingChannel('pager')
    const { access } = await world.launch({ channels: [pager] })
    await world.write(aTransition())
    await until(async () => (await world.incidents()).some(({ change }) => change === 'delivered'))
    await world.kill(access, { losingStore: true })
    await world.launch({ channels: [pager] })
    await until(() => pager.notices.length === 2)
    expect(pager.notices.map((notice) => [notice.kind, notice.maybeRepeat])).toEqual([
      ['page', false],
      ['page', true],
    ])
    expect(new Set(pager.notices.map((notice) => notice.incident)).size).toBe(1)
    world.clock.advance(minute)
    await world.write(aTransition({ id: 'other', brand: 'kuzey', at: start + minute }))
    await until(() => pager.notices.length === 3)
    expect(pager.notices[2]?.maybeRepeat).toBe(false)
  })

  it('gives one notice of an episode that opened and closed while it was down, and pages what is still open', async () => {
    world = await openWorld()
    const first = await world.launch({ channels: [] })
    await world.kill(first.access)
    await world.write(
      aTransition({ id: 'a' }),
      aTransition({ id: 'b', signal: 'reach' }),
      aTransition({ id: 'a2', episode: 'a', transition: 'recovered', at: start + minute }),
      aTransition({ id: 'b2', episode: 'b', signal: 'reach', transition: 'recovered', at: start + hour }),
      aTransition({ id: 'c', brand: 'poyraz-bank' }),
    )
    const pager = recordingChannel('pager')
    await world.launch({ channels: [pager] })
    await until(() => pager.notices.length === 2)
    await settle(world.clock)
    const told = pager.notices.map((notice) => `${notice.brand.id} ${notice.kind}`).sort()
    expect(told).toEqual(['lale-air missed', 'poyraz-bank page'])
  })

  it('ignores breaches it has passed, also after a restart', async () => {
    world = await openWorld()
    const pager = recordingChannel('pager')
    const first = await world.launch({ channels: [pager] })
    await world.write(aTransition(), aTransition())
    await untilStored(world, 1)
    await world.kill(first.access)
    const { registry } = await world.launch({ channels: [pager] })
    await world.write(aTransition())
    await until(async () => (await metric(registry, 'nabiz_alerting_records_dropped_total')) === 1)
    await settle(world.clock)
    expect(pager.notices).toHaveLength(1)
  })

  it('puts aside what its schema refuses and goes on, and keeps the balance of what it read', async () => {
    world = await openWorld()
    const pager = recordingChannel('pager')
    const { registry } = await world.launch({ channels: [pager] })
    await world.write(
      new TextEncoder().encode('{"v":1,"type":"transition"}'),
      new Uint8Array([0xff, 0xfe]),
      aTransition(),
      aTransition(),
    )
    await until(() => pager.notices.length === 1)
    const count = (name: string) => metric(registry, `nabiz_alerting_records_${name}_total`)
    expect(await count('received')).toBe(4)
    expect([await count('passed'), await count('dropped'), await count('dead_lettered')]).toEqual([1, 1, 2])
    const dead = (await world.log.bounds('mentions.dead')).reduce(
      (sum, { earliest, end }) => sum + end - earliest,
      0,
    )
    expect(dead).toBe(2)
  })

  it('goes on escalating from memory, marked, while log and store cannot be reached, and writes it all afterwards', async () => {
    world = await openWorld()
    const [pager, chat, mail] = [
      recordingChannel('pager'),
      recordingChannel('chat'),
      recordingChannel('mail'),
    ]
    const { app, access } = await world.launch({ channels: [pager, chat, mail] })
    await world.write(aTransition())
    await untilStored(world, 1)
    access.mode = 'unreachable'
    world.clock.advance(10 * minute)
    await until(() => chat.notices.length === 1 && mail.notices.length === 1)
    expect(chat.notices[0]).toMatchObject({ kind: 'escalation', maybeRepeat: true })
    expect(app.notReady()).toContain('the log or the store cannot be reached')
    access.mode = 'open'
    await until(() => app.notReady().length === 0, world.clock, second)
    const changes = (await world.incidents()).map((record) => `${record.change} ${record.channel ?? ''}`)
    expect(changes.filter((change) => change === 'delivered chat')).toHaveLength(1)
    expect(changes.filter((change) => change === 'delivered mail')).toHaveLength(1)
  })

  it('hands its partitions to another member, which goes on where it stood', async () => {
    world = await openWorld()
    const [pagerA, pagerB] = [recordingChannel('pager'), recordingChannel('pager')]
    const [chatA, chatB] = [recordingChannel('chat'), recordingChannel('chat')]
    const a = await world.launch({ channels: [pagerA, chatA, recordingChannel('mail')], instance: 'a' })
    await world.write(aTransition())
    await untilStored(world, 1)
    const b = await world.launch({ channels: [pagerB, chatB, recordingChannel('mail')], instance: 'b' })
    await a.app.stop()
    await until(() => b.app.incidents().length === 1)
    world.clock.advance(10 * minute)
    await until(() => chatB.notices.length === 1)
    expect([pagerA, pagerB, chatA].map((channel) => channel.notices.length)).toEqual([1, 0, 0])
  })
})

/** One walk of the ladder in which only a failing channel can bring the second step. */
const longSteps = {
  steps: [
    { channels: ['pager'], escalateAfterMinutes: 600 },
    { channels: ['chat'], escalateAfterMinutes: 600 },
  ],
}

async function metric(registry: { getMetricsAsJSON(): Promise<unknown> }, name: string): Promise<number> {
  const all = (await registry.getMetricsAsJSON()) as { name: string; values: { value: number }[] }[]
  return all.find((entry) => entry.name === name)?.values.reduce((sum, entry) => sum + entry.value, 0) ?? 0
}
