import { expect, it } from 'vitest'
import { countKind, shareKind } from './baselines.ts'
import { Reader, Writer } from './codec.ts'
import { type Journalable, Journaled, type JournalKind, storedEvery } from './journaled.ts'

it.each([
  ['count', countKind],
  ['share', shareKind],
] as [string, JournalKind<Journalable>][])(
  'leads a %s baseline to the same bytes from any moment',
  (_name, kind) => {
    const live = new Journaled(kind, 20)
    let stored: Uint8Array | undefined
    for (let index = 40; index < 1_000; index += 1) {
      const mentions = index % 17
      live.close(
        index,
        [mentions, mentions / 3, mentions / 3, mentions],
        index % 50 !== 0,
        index < 500 ? 180 : 120,
      )
      if (index % 90 === 7) live.correct(index - 20, [2, 0.5, 0.1, 2])
      const fresh = live.encodeStored()
      stored = fresh ?? stored
      if (fresh !== undefined) expect(index % storedEvery).toBe(20)
      live.markDurable()
      if (index % 31 !== 0) continue
      const writer = new Writer()
      live.encodeJournal(writer)
      const read = Journaled.decode(new Reader(writer.finish(), 'journal'), kind, 20, stored)
      expect(Buffer.from(read.baseline.encode()).equals(Buffer.from(live.baseline.encode()))).toBe(true)
    }
  },
)
