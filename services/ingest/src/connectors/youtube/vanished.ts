import { type Clock, day, hour, minute } from '@nabiz/shared/time'
import { z } from 'zod'
import type { Delivery, Poll, PollerWay } from '../connector.ts'
import { NotFoundError } from '../shared/api-client.ts'
import { deletion } from '../shared/deletion.ts'
import { idField } from '../shared/fields.ts'
import { asked, dueOf, type Found, follow, followedShape } from '../shared/followed.ts'
import { readCursor } from '../shared/read-cursor.ts'
import { createReading, faultsOf } from '../shared/reading.ts'
import type { DataApi } from './data-api.ts'

/** Ages at which a comment is asked about again, ms. */
const ages = [hour, 6 * hour, day, 3 * day, 7 * day]
/** Ids that one call of `comments` takes. */
const idsACall = 50
const answerShape = z.looseObject({ items: z.array(z.looseObject({ id: idField })) })

export interface Vanished extends PollerWay {
  /** These were read under the brand's own videos: from now on they are asked about. */
  note(delivery: Delivery): void
}

/**
 * Finds comments that are gone. YouTube tells of no delete and its lists leave out what they please, so each comment is
 * asked for by its id, fifty a call: what an answer does not hold was deleted, or is shown to nobody any more.
 */
export function createVanished(api: DataApi, clock: Clock, most: number): Vanished {
  const following = { ages, most }
  /** Noted since the last poll; lost with the process, and found again when all threads are read anew. */
  let noted: Found[] = []

  async function look(names: readonly string[], signal: AbortSignal) {
    const reading = createReading()
    const gone = new Set<string>()
    try {
      const query = { part: 'id', id: names.join(',') }
      const { value } = await api.units.call('/comments', { query }, signal)
      const answer = answerShape.safeParse(value)
      if (answer.success) {
        const present = new Set(answer.data.items.map(({ id }) => id))
        for (const name of names) if (!present.has(name)) gone.add(name)
      } else reading.unreadable('schema', faultsOf(answer.error, 'answer'), value)
    } catch (err) {
      // Of fifty it does not say which: nothing is concluded.
      if (!(err instanceof NotFoundError)) throw err
      if (names.length === 1) gone.add(names[0] ?? '')
    }
    // YouTube does not say when.
    for (const id of gone) reading.item(deletion({ id, kind: 'comment', own: false }))
    return { delivery: reading.delivery(), gone }
  }

  return {
    way: 'poller',
    intervalMs: 10 * minute,
    note({ items }) {
      for (const { id, createdAt } of items) {
        if (createdAt !== undefined) noted.push({ name: id, place: '', at: createdAt })
      }
    },
    async poll(stored, signal): Promise<Poll> {
      const found = [...noted]
      const followed = follow(readCursor(followedShape, stored) ?? [], found, clock.now(), following)
      const { names } = dueOf(followed, clock.now(), idsACall, following)
      const looked = names.length > 0 ? await look(names, signal) : undefined
      const after = looked ? asked(followed, names, looked.gone, clock.now(), following) : followed
      noted = noted.slice(found.length)
      return {
        delivery: looked?.delivery ?? { items: [] },
        cursor: JSON.stringify(after),
        more: dueOf(after, clock.now(), 1, following).names.length > 0,
        lagMs: 0,
      }
    },
  }
}
