import type { Clock } from '@nabiz/shared/time'
import { day } from '@nabiz/shared/time'
import { everyMonth } from '../../quotas/periods.ts'
import type { ConnectorContext } from '../connector.ts'

/** Ids remembered as paid for today; beyond it they are counted again, which errs on the dear side. */
const mostRemembered = 200_000

/** The month's paid reads. */
export interface ReadBudget {
  /** Throws DependencyError platform_quota when fewer than `units` are left. */
  need(units: number): Promise<void>
  /** Sets `most` aside, reads, and gives back what was not paid for; nothing is read when they are not left. */
  page<T extends { paid: readonly string[] }>(most: number, read: () => Promise<T>): Promise<T>
  /** Pays for what came unasked; throws when that was the last of it. */
  pay(paid: readonly string[]): Promise<void>
}

/** X charges the same post or author once in a UTC day; so do we, as far as this process remembers. */
export function createReadBudget(limit: number, context: ConnectorContext): ReadBudget {
  const reads = context.quota({ name: 'reads', limit, resetsAt: everyMonth })
  const isFresh = createPaidToday(context.clock)
  const cost = (paid: readonly string[]) => paid.filter(isFresh).length

  return {
    async need(units) {
      await reads.take(units)
      await reads.giveBack(units)
    },
    async page(most, read) {
      await reads.take(most)
      let spent = 0
      try {
        const answer = await read()
        spent = cost(answer.paid)
        return answer
      } finally {
        await reads.giveBack(most - spent)
      }
    },
    async pay(paid) {
      const units = cost(paid)
      if (units > 0) await reads.take(units)
    },
  }
}

/** True the first time an id is seen in a UTC day. */
function createPaidToday(clock: Clock): (id: string) => boolean {
  let today = 0
  const paid = new Set<string>()
  return (id) => {
    const now = Math.floor(clock.now() / day)
    if (now !== today || paid.size >= mostRemembered) paid.clear()
    today = now
    if (paid.has(id)) return false
    paid.add(id)
    return true
  }
}
