import type { LogRecord } from '@nabiz/shared/log'
import { describe, expect, it } from 'vitest'
import type { SentimentEngine } from '../sentiment/sentiment-engine.ts'
import { type OpenedRecord, openRecords } from '../steps/read-record.ts'
import { readAhead } from './read-ahead.ts'
import { readPlain } from './read-text.ts'
import type { TextsToRead } from './read-texts.ts'

const engine: Pick<SentimentEngine, 'score'> = {
  score: () => ({ label: 'neutral', score: 0, confidence: 0, language: 'en', engine: 'one' }),
}

function opened(records: readonly { offset: number; brand?: string; text?: string }[]): OpenedRecord[] {
  return openRecords(
    records.map(({ offset, brand = 'velmora', text = `text ${offset}` }): LogRecord => {
      const mention = {
        v: 1,
        type: 'mention',
        id: `webhook:${offset}`,
        platform: 'webhook',
        brand,
        kind: 'post',
        operation: 'upsert',
        visibility: 'public',
        text,
        language: 'en',
        createdAt: 0,
        receivedAt: 0,
        own: false,
      }
      return {
        topic: 'mentions',
        partition: 0,
        offset,
        timestamp: 0,
        key: brand,
        value: Buffer.from(JSON.stringify(mention)),
      }
    }),
  )
}

describe('readAhead', () => {
  it('has each engine read the texts of its brands, from the first mention that was not counted', async () => {
    const asked: TextsToRead[] = []
    const found = await readAhead(
      opened([
        { offset: 3 },
        { offset: 4 },
        { offset: 5, brand: 'dorvane' },
        { offset: 6, brand: 'slow' },
        { offset: 7 },
      ]),
      {
        threads: {
          async read(texts) {
            asked.push(texts)
            return texts.texts.map((text) => readPlain(text, 'en', engine))
          },
        },
        from: 4,
        engineOf: (brand) => `engine-of-${brand}`,
        isSlow: (id) => id === 'engine-of-slow',
      },
    )
    expect(asked).toEqual([
      { engine: 'engine-of-velmora', texts: ['text 4', 'text 7'], hints: ['en', 'en'] },
      { engine: 'engine-of-dorvane', texts: ['text 5'], hints: ['en'] },
    ])
    expect([...found.keys()].sort()).toEqual([4, 5, 7])
    expect(found.get(5)?.engine).toBe('engine-of-dorvane')
    expect(found.get(7)?.reading).toEqual(readPlain('text 7', 'en', engine))
  })

  it('finds nothing where the threads have none, and in what is no mention', async () => {
    const options = { from: undefined, engineOf: () => 'one', isSlow: () => false }
    const none = { read: async () => undefined }
    expect((await readAhead(opened([{ offset: 0 }]), { ...options, threads: none })).size).toBe(0)
    const place = { topic: 'mentions', partition: 0, offset: 1, timestamp: 0, key: 'velmora' } as const
    const broken = { ...place, value: Buffer.from('{') }
    const fails = { read: () => Promise.reject(new Error('asked for nothing')) }
    expect((await readAhead(openRecords([broken]), { ...options, threads: fails })).size).toBe(0)
  })
})
