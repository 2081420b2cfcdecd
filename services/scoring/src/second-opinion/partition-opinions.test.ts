import type { Mention, SecondOpinion } from '@nabiz/shared/contracts'
import type { Log } from '@nabiz/shared/log'
import { beforeEach, describe, expect, it } from 'vitest'
import { aLog } from '../../tests/a-log.ts'
import type { Emission } from '../engine/index.ts'
import { aMention, monday, Story } from '../engine/testing/story.ts'
import type { SlowEngine } from '../sentiment/slow-engine.ts'
import { createAskOpinion } from './ask-opinion.ts'
import { PartitionOpinions } from './partition-opinions.ts'

const partition = 3
const never = new AbortController().signal
let log: Log

beforeEach(async () => {
  log = await aLog()
})

describe('PartitionOpinions', () => {
  it('reads the mentions behind a breach, but none that was taken back, and tells ours of the same', async () => {
    const { opinions, asked } = await aStorm(20)
    opinions.deleted({ platform: 'forum', id: 'm4' } as Mention)
    const breach = aBreach('opened')
    opinions.emitted(breach, monday)
    await opinions.attach([breach], 20, never)
    expect(asked.flat()).toHaveLength(19)
    expect(asked.flat()).not.toContain('text 4')
    // Theirs: every text with a 1 in it; ours: the first half.
    const { mentions, theirs, ours } = opinionOf(breach) as { mentions: number } & Extract<
      SecondOpinion,
      { theirs: unknown }
    >
    expect(mentions).toBe(19)
    expect(theirs.share).toBeCloseTo(11 / 19, 3)
    expect(ours.share).toBeCloseTo(9 / 19, 3)
  })

  it('asks once for signals of a brand that page at one moment, and writes what was said before the breaches', async () => {
    const { opinions, asked } = await aStorm(10)
    const both = [aBreach('opened'), aBreach('escalated')]
    for (const breach of both) opinions.emitted(breach, monday)
    await opinions.attach(both, 10, never)
    expect(asked).toHaveLength(1)
    expect(opinionOf(both[0])).toEqual(opinionOf(both[1]))
    expect((await log.bounds('judgements'))[partition]?.end).toBe(1)
  })

  it('says nothing of the end of an episode and of the internal probe', async () => {
    const { opinions, asked } = await aStorm(10)
    const others = [aBreach('recovered'), aBreach('opened', true)]
    for (const breach of others) opinions.emitted(breach, monday)
    await opinions.attach(others, 10, never)
    expect(asked).toEqual([])
    expect(others.map(opinionOf)).toEqual([undefined, undefined])
  })

  it('carries what stands in the log where none is asked for any more', async () => {
    const { opinions } = await aStorm(10)
    const [breach, again] = [aBreach('opened'), aBreach('opened')]
    opinions.emitted(breach, monday)
    await opinions.attach([breach], 10, never)
    const values = new Map<string, Uint8Array>()
    const later = new PartitionOpinions(values, { ...common(), asked: undefined })
    later.emitted(again, monday)
    await later.attach([again], 10, never)
    expect(JSON.stringify(again)).toBe(JSON.stringify(breach))
    later.encode(values, 10)
    expect(Buffer.from(values.get('o') ?? []).toString()).toBe('1')
  })

  it('is no worse for a log whose retention has passed the mentions', async () => {
    const { opinions } = await aStorm(0)
    opinions.counted(aMention(7).mention, 7, { label: 'negative', language: 'tr' }, monday)
    const breach = aBreach('opened')
    opinions.emitted(breach, monday)
    await opinions.attach([breach], 10, never)
    expect(opinionOf(breach)).toEqual({ engine: 'other@1', absent: 'no_mentions' })
  })
})

function common() {
  return {
    log,
    partition,
    now: () => monday,
    reach: <T>(_what: string, call: () => Promise<T>) => call(),
    confusion: () => undefined,
  }
}

/** So many mentions in the log and counted, and another engine, with the texts it was asked about. */
async function aStorm(mentions: number) {
  const asked: string[][] = []
  const engine: SlowEngine = {
    id: 'other@1',
    judge: async () => [],
    confusion: () => undefined,
    close: async () => undefined,
  }
  const opinions = new PartitionOpinions(new Map(), {
    ...common(),
    asked: createAskOpinion({
      engine,
      sampleSize: 64,
      boundMs: 30_000,
      telemetry: { opinion: () => undefined },
      async judgeTexts(texts) {
        asked.push(texts.map(({ text }) => text))
        return texts.map(({ text }) => ({
          label: text.includes('1') ? 'negative' : 'neutral',
          score: 0,
          confidence: 1,
          language: 'tr',
          engine: engine.id,
        }))
      },
    }),
  })
  for (let at = 0; at < mentions; at += 1) {
    const { mention } = aMention(at)
    const value = Buffer.from(JSON.stringify(mention))
    await log.append([{ topic: 'mentions', key: mention.brand, partition, value }])
    const label = at < mentions / 2 ? 'negative' : 'neutral'
    opinions.counted(mention, at, { label, language: 'tr' }, monday)
  }
  return { opinions, asked }
}

function aBreach(transition: 'opened' | 'escalated' | 'recovered', isProbe = false): Emission {
  const story = new Story()
  story.brand()
  story.heartbeat()
  for (let at = 0; at < 200 && story.breaches.length === 0; at += 1) story.mention({ label: 'negative' })
  const [found] = story.emissions.filter((each) => each.topic === 'breaches')
  if (found?.topic !== 'breaches') throw new Error('the storm must page')
  const value = { ...found.value, id: `${found.value.id}/${transition}`, transition }
  return { ...found, value: isProbe ? { ...value, probe: true } : value }
}

function opinionOf(emission: Emission | undefined): SecondOpinion | undefined {
  return emission?.topic === 'breaches' ? emission.value.evidence.secondOpinion : undefined
}
