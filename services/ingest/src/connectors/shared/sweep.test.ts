import { DependencyError } from '@nabiz/shared/errors'
import { hour, ManualClock, minute } from '@nabiz/shared/time'
import { describe, expect, it } from 'vitest'
import { InvalidPageError, NotFoundError } from './api-client.ts'
import { createSweep, type SweepOptions, type SweepTask } from './sweep.ts'

const signal = new AbortController().signal

describe('a sweep', () => {
  it('reads a page a poll, follows what a page names, and moves its mark only at the end', async () => {
    const { poll, visited, clock } = setup((task) =>
      task.api === 'posts'
        ? [
            { api: 'comments', subject: 'a' },
            { api: 'comments', subject: 'b' },
          ]
        : [],
    )
    const first = await poll(undefined)
    const second = await poll(first.cursor)
    const third = await poll(second.cursor)
    expect([first.more, second.more, third.more]).toEqual([true, true, false])
    expect(visited.map(({ api, subject }) => [api, subject])).toEqual([
      ['posts', undefined],
      ['comments', 'a'],
      ['comments', 'b'],
    ])
    expect(JSON.parse(second.cursor ?? '').through).toBe(clock.now() - 24 * hour)
    expect(JSON.parse(third.cursor ?? '')).toEqual({ through: clock.now() })
  })

  it('goes on after a restart where it was, with the mark of before (X-9)', async () => {
    const { poll, sinces, clock } = setup((task) =>
      task.page === 'p3' ? [] : [{ ...task, page: task.page === 'p2' ? 'p3' : 'p2' }],
    )
    const start = clock.now()
    let { cursor } = await poll(undefined)
    clock.advance(10 * minute)
    ;({ cursor } = await poll(cursor))
    ;({ cursor } = await poll(cursor))
    await poll(cursor)
    expect(sinces).toEqual([...Array(3).fill(start - 25 * hour), start - hour])
  })

  it('reads a listing again from its first page when its page is no longer valid', async () => {
    const pages: (string | undefined)[] = []
    const { poll } = setup((task) => {
      pages.push(task.page)
      if (task.page === 'p2' && pages.length === 2) throw new InvalidPageError('gone')
      return pages.length < 3 ? [{ ...task, page: 'p2' }] : []
    })
    let cursor: string | undefined
    for (let count = 0; count < 3; count += 1) ({ cursor } = await poll(cursor))
    expect(pages).toEqual([undefined, 'p2', undefined])
  })

  it('passes over what is gone, and ends where a page names itself (PI-4)', async () => {
    const gone = setup(
      (task) => {
        if (task.api === 'posts') return []
        throw new NotFoundError('gone')
      },
      [{ api: 'tagged' }, { api: 'posts' }],
    )
    const first = await gone.poll(undefined)
    expect([first.more, (await gone.poll(first.cursor)).more]).toEqual([true, false])
    const loop = setup((task) => [task])
    expect((await loop.poll(undefined)).more).toBe(false)
  })

  it('says so when the only thing it asks for is not there, and passes over what it names', async () => {
    const { poll } = setup((task) => {
      if (task.api === 'comments') throw new NotFoundError('gone')
      return [{ api: 'comments', subject: 'a' }]
    })
    const { cursor } = await poll(undefined)
    expect((await poll(cursor)).more).toBe(false)
    const mistyped = setup(() => {
      throw new NotFoundError('no such page')
    })
    await expect(mistyped.poll(undefined)).rejects.toMatchObject({ code: 'platform_protocol' })
    const closed = setup(
      () => {
        throw new NotFoundError('comments are closed')
      },
      [{ api: 'comments' }],
      { mayRootBeAbsent: true },
    )
    expect((await closed.poll(undefined)).more).toBe(false)
  })

  it('says that what it asks for is wrong when even the first page is refused', async () => {
    const { poll } = setup(() => {
      throw new InvalidPageError('bad fields')
    })
    await expect(poll(undefined)).rejects.toBeInstanceOf(DependencyError)
  })

  it('reads a listing again whose page is refused with a status and no word for it, and not for any other fault', async () => {
    const failing = (err: Error) =>
      setup((task) => {
        if (task.page !== undefined) throw err
        return [{ ...task, page: 'p2' }]
      })
    const status = (retryable: boolean) => new DependencyError('http_status', 'answered', { retryable })
    const refused = failing(status(false))
    const { cursor } = await refused.poll(undefined)
    const again = await refused.poll(cursor)
    expect(JSON.parse(again.cursor ?? '').run.tasks).toEqual([{ api: 'posts', again: true }])
    const away = failing(status(true))
    await expect(away.poll((await away.poll(undefined)).cursor)).rejects.toMatchObject({ retryable: true })
    const first = setup(() => {
      throw status(false)
    })
    await expect(first.poll(undefined)).rejects.toMatchObject({ code: 'http_status' })
  })

  it('does not begin anew for ever when every page but the first is refused, and passes over one thing among many', async () => {
    const asked: SweepTask[] = []
    const refusing = (roots: SweepTask[], next: (task: SweepTask) => SweepTask[]) =>
      setup((task) => {
        asked.push(task)
        if (task.page !== undefined) throw new InvalidPageError('never valid')
        return next(task)
      }, roots)
    const root = refusing([{ api: 'posts' }], (task) => [{ ...task, page: 'p2' }])
    let cursor: string | undefined
    for (let count = 0; count < 3; count += 1) ({ cursor } = await root.poll(cursor))
    await expect(root.poll(cursor)).rejects.toBeInstanceOf(DependencyError)
    // What is kept is that page; after the pause it is not what the account hangs on.
    const anew = await root.poll(cursor)
    expect(JSON.parse(anew.cursor ?? '').run.tasks).toEqual([{ api: 'posts', again: true }])
    const one = refusing([{ api: 'posts' }], () => [
      { api: 'comments', subject: 'a', page: 'p2', again: true },
    ])
    const { cursor: then } = await one.poll(undefined)
    expect((await one.poll(then)).more).toBe(false)
  })

  it('leaves out the newest found when too many wait, and looks again from the same mark', async () => {
    const { poll, visited, clock } = setup(
      (task) =>
        task.api === 'posts'
          ? Array.from({ length: 1_200 }, (_, index) => ({ api: 'comments', subject: String(index) }))
          : [],
      [{ api: 'posts' }, { api: 'tagged' }],
    )
    const start = clock.now()
    clock.advance(minute)
    let polled = await poll(JSON.stringify({ through: start }))
    while (polled.more) polled = await poll(polled.cursor)
    expect([visited.length, visited.at(-1)]).toEqual([1_001, { api: 'tagged' }])
    expect(JSON.parse(polled.cursor ?? '')).toEqual({ through: start })
  })

  it('is catching up while its mark is old, and not because it has several pages', async () => {
    const { poll, clock } = setup((task) => (task.page ? [] : [{ ...task, page: 'p2' }]))
    expect((await poll(undefined)).lagMs).toBeGreaterThan(20 * hour)
    const fresh = JSON.stringify({ through: clock.now() - minute })
    expect(await poll(fresh)).toMatchObject({ more: true, lagMs: 0 })
  })

  it('never moves its mark back, though the clock runs backwards, and starts anew from a cursor nobody can read', async () => {
    const { poll, clock } = setup(() => [])
    const ahead = JSON.stringify({ through: clock.now() + hour })
    expect(JSON.parse((await poll(ahead)).cursor ?? '').through).toBe(clock.now() + hour)
    expect(JSON.parse((await poll('{"old":1}')).cursor ?? '').through).toBe(clock.now())
  })

  it('begins as the first time where its clock was put back by more than it reads twice: new things would pass for old', async () => {
    const { poll, clock, sinces } = setup(() => [])
    const ahead = JSON.stringify({ through: clock.now() + 5 * hour })
    expect(JSON.parse((await poll(ahead)).cursor ?? '').through).toBe(clock.now())
    expect(sinces).toEqual([clock.now() - 24 * hour - hour])
  })
})

function setup(
  next: (task: SweepTask) => SweepTask[],
  roots: SweepTask[] = [{ api: 'posts' }],
  overrides: Partial<SweepOptions> = {},
) {
  const clock = new ManualClock(Date.UTC(2026, 10, 2))
  const visited: SweepTask[] = []
  const sinces: number[] = []
  const options: SweepOptions = {
    clock,
    intervalMs: minute,
    firstLookBackMs: 24 * hour,
    roots: () => roots,
    async visit(task, since) {
      visited.push(task)
      sinces.push(since)
      return { delivery: { items: [] }, tasks: next(task) }
    },
    ...overrides,
  }
  const sweep = createSweep(options)
  return { clock, visited, sinces, poll: (cursor: string | undefined) => sweep.poll(cursor, signal) }
}
