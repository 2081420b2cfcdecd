import type { Reader, Writer } from './codec.ts'

/** Mentions that repeat one text. */
interface Group {
  sketch: readonly number[]
  /** By turn, the running one last. */
  counts: number[]
}

/** Minutes of partition time a turn counts, and turns that are looked at: about an hour. */
const turnMinutes = 20
const turns = 4
/** Groups that survive a pruning. */
const kept = 12
/** Equal numbers from which two sketches are of one text, of eight. */
const alike = 5

/** How often the text that is repeated most was said, and how many mentions there were. */
export interface Repeats {
  mentions: number
  of: number
}

/**
 * Groups near-equal texts of the last hour by their sketches in bounded space: of twice as many groups as may stay the smaller
 * half goes, so that a text that is said often loses nothing and no count is ever too high.
 */
export class TextGroups {
  #turn = 0
  #groups: Group[] = []
  #totals: number[] = new Array<number>(turns).fill(0)

  /** Counts a mention; one without a sketch repeats nothing. */
  add(sketch: readonly number[] | undefined, minute: number): void {
    this.#advance(minute)
    this.#totals[turns - 1] = (this.#totals[turns - 1] ?? 0) + 1
    if (sketch === undefined) return
    let group = this.#groups.find((each) => isAlike(each.sketch, sketch))
    if (group === undefined) {
      group = { sketch, counts: new Array<number>(turns).fill(0) }
      this.#groups.push(group)
    }
    group.counts[turns - 1] = (group.counts[turns - 1] ?? 0) + 1
    if (this.#groups.length > kept * 2) this.#prune()
  }

  /** The most repeated text, as it stands at `minute`. */
  most(minute: number): Repeats {
    this.#advance(minute)
    return {
      mentions: Math.max(0, ...this.#groups.map(({ counts }) => sum(counts))),
      of: sum(this.#totals),
    }
  }

  encode(writer: Writer): void {
    writer.unsigned(this.#turn)
    for (const total of this.#totals) writer.unsigned(total)
    writer.list(this.#groups, ({ sketch, counts }) => {
      writer.list([...sketch], (value) => writer.unsigned(value))
      for (const count of counts) writer.unsigned(count)
    })
  }

  static decode(reader: Reader): TextGroups {
    const groups = new TextGroups()
    const counts = () => Array.from({ length: turns }, () => reader.unsigned())
    groups.#turn = reader.unsigned()
    groups.#totals = counts()
    groups.#groups = reader.list(() => ({
      sketch: reader.list(() => reader.unsigned()),
      counts: counts(),
    }))
    return groups
  }

  #advance(minute: number): void {
    const turn = Math.floor(minute / turnMinutes)
    const by = Math.min(turns, turn - this.#turn)
    if (by <= 0) return
    this.#turn = turn
    const none = new Array<number>(by).fill(0)
    this.#totals = [...this.#totals.slice(by), ...none]
    for (const group of this.#groups) group.counts = [...group.counts.slice(by), ...none]
    this.#groups = this.#groups.filter(({ counts }) => sum(counts) > 0)
  }

  /** The sort is stable: of equal ones the older stays. */
  #prune(): void {
    this.#groups = this.#groups.toSorted((a, b) => sum(b.counts) - sum(a.counts)).slice(0, kept)
  }
}

function isAlike(one: readonly number[], other: readonly number[]): boolean {
  let equal = 0
  for (let at = 0; at < one.length; at++) if (one[at] === other[at]) equal += 1
  return equal >= alike
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
