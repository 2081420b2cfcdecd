import type { ModelShelf } from '@nabiz/scoring'
import { type MentionsRecord, thresholdsConfig } from '@nabiz/shared/contracts'
import { describe, expect, it } from 'vitest'
import { createMentionReplay } from './mention-replay.ts'

const start = Date.UTC(2026, 2, 2, 9)

describe('createMentionReplay', () => {
  it('judges each mention by the engine that the log had in force at its place', () => {
    const models = aShelf(['first@1', 'second@1'])
    const replay = open(models, 'first@1')
    replay.take(aMention('a'), at(1))
    expect(replay.engineOf('kuzey')).toBe('first@1')
    replay.take(aModel('second@1'), at(2))
    replay.take(aMention('b'), at(3))
    expect(replay.engineOf('kuzey')).toBe('second@1')
    expect(models.asked).toEqual(['a by first@1', 'b by second@1'])
  })

  it('takes the verdict that is given, and asks nobody', () => {
    const models = aShelf(['slow@1'])
    const verdict = { label: 'negative', score: -1, confidence: 1, language: 'tr', engine: 'slow@1' } as const
    open(models, 'slow@1').take(aMention('a'), at(1), verdict)
    expect(models.asked).toEqual([])
  })

  it('refuses an engine that is not at hand, and says which are and how one is named', () => {
    const models = aShelf(['first@1'])
    expect(() => open(models, 'gone@1')).toThrow(/gone@1[\s\S]*--log-of[\s\S]*first@1/)
    const replay = open(models, 'first@1')
    expect(() => replay.take(aModel('gone@1'), at(1))).toThrow(/gone@1/)
  })
})

function open(models: ModelShelf, engine: string) {
  const replay = createMentionReplay({
    judgedBy: () => ({
      thresholds: thresholdsConfig.parse({ id: 'default' }),
      version: 'v',
      zoneOffsets: [{ from: 0, minutes: 0 }],
    }),
    models,
    engine,
  })
  replay.take({ v: 1, type: 'heartbeat', at: start, source: 'test', connectors: [] }, at(0))
  replay.watch('kuzey')
  return replay
}

function at(offset: number) {
  return { offset, timestamp: start + offset }
}

function aShelf(ids: readonly string[]): ModelShelf & { asked: string[] } {
  const asked: string[] = []
  return {
    asked,
    defaultId: ids[0] ?? '',
    ids: () => [...ids],
    has: (id) => ids.includes(id),
    isSlow: () => false,
    score(text, { engine }) {
      asked.push(`${text} by ${engine}`)
      return { label: 'neutral', score: 0, confidence: 0, language: 'tr', engine }
    },
    judgeTexts: async () => [],
    confusion: () => undefined,
    close: async () => undefined,
  }
}

function aMention(text: string): MentionsRecord {
  return {
    v: 1,
    type: 'mention',
    id: text,
    platform: 'forum',
    kind: 'post',
    brand: 'kuzey',
    text,
    createdAt: start,
    receivedAt: start,
    operation: 'upsert',
    visibility: 'public',
    own: false,
  }
}

function aModel(engine: string): MentionsRecord {
  return {
    v: 1,
    type: 'config',
    kind: 'model',
    id: 'sentiment',
    brand: 'kuzey',
    version: 'm1',
    configOffset: 9,
    active: true,
    content: { engine },
  }
}
