import type { Clock } from '@nabiz/shared/time'

export interface BatchOptions {
  clock: Clock
  /** Pieces a batch has at most. */
  most: number
  /** Longest time a piece waits for others, ms. */
  waitMs: number
}

type Step<T> = { result: IteratorResult<T> } | { err: unknown }

/** What comes one by one, gathered. What came before a fault is given out before the fault is thrown. */
export async function* inBatches<T>(source: AsyncIterable<T>, options: BatchOptions): AsyncGenerator<T[]> {
  const iterator = source[Symbol.asyncIterator]()
  // A fault may come while nobody waits for it: it is kept as a value until its turn.
  const step = (): Promise<Step<T>> =>
    iterator.next().then(
      (result) => ({ result }),
      (err: unknown) => ({ err }),
    )
  let coming = step()
  while (true) {
    const batch: T[] = []
    const late = new AbortController()
    let timer: Promise<'late'> | undefined
    while (batch.length < options.most) {
      const next = await (timer ? Promise.race([coming, timer]) : coming)
      if (next === 'late') break
      if ('err' in next || next.result.done) {
        late.abort()
        if (batch.length > 0) yield batch
        if ('err' in next) throw next.err
        return
      }
      batch.push(next.result.value)
      coming = step()
      timer ??= options.clock.sleep(options.waitMs, late.signal).then(() => 'late' as const)
    }
    late.abort()
    yield batch
  }
}
