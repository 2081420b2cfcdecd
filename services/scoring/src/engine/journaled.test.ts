import { expect, it } from 'vitest'
import type { Baseline } from './baseline/baseline.ts'
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

it('reads a checkpoint no sooner than it is asked for, and writes it again as it came', () => {
  const live = new Journaled(countKind, 20)
  for (let index = 40; index < 100; index += 1) live.close(index, [index % 7], true, 180)
  live.store()
  for (let index = 100; index < 110; index += 1) live.close(index, [index % 5], true, 180)
  const journal = new Writer()
  live.encodeJournal(journal)
  const told = journal.finish()
  let decoded = 0
  const counted: JournalKind<Baseline> = {
    ...countKind,
    decode(bytes) {
      decoded += 1
      return countKind.decode(bytes)
    },
  }
  const read = Journaled.decode(new Reader(told, 'journal'), counted, 20, live.encodeStored())
  const again = new Writer()
  read.encodeJournal(again)
  expect(again.finish()).toEqual(told)
  expect(read.encodeStored()).toBeUndefined()
  expect(decoded).toBe(0)
  for (const each of [live, read]) each.close(110, [3], true, 120)
  expect(decoded).toBe(1)
  expect(read.baseline.encode()).toEqual(live.baseline.encode())
})
