import { setTimeout as sleep } from 'node:timers/promises'
import { DependencyError } from '../errors/index.ts'
import type {
  Batch,
  Log,
  LogRecord,
  NewRecord,
  PartitionHandler,
  Position,
  SubscribeOptions,
} from '../log/index.ts'

/** A record as the log's tests make it: the text is its value. */
export function aRecord(key: string, text: string, partition?: number): NewRecord {
  const record = { topic: 'mentions', key, value: new TextEncoder().encode(text) } as const
  return partition === undefined ? record : { ...record, partition }
}

export function textOf(record: LogRecord): string {
  return new TextDecoder().decode(record.value)
}

/** Texts `prefix0`, `prefix1`, … as many as wanted. */
export function someTexts(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}${i}`)
}

/** Everything a partition holds, in order. */
export async function readAll(log: Log, partition: number): Promise<LogRecord[]> {
  const earliest = (await log.bounds('mentions'))[partition]?.earliest ?? 0
  const records: LogRecord[] = []
  for await (const batch of log.read({ topic: 'mentions', partition, from: earliest })) records.push(...batch)
  return records
}

/** Resolves once `check` holds; rejects, saying what was awaited, after 20 s. */
export async function eventually(what: string, check: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 20_000
  while (!(await check())) {
    if (performance.now() > deadline) throw new Error(`waited 20 s in vain: ${what}`)
    await sleep(5)
  }
}

/** Code of the DependencyError a call ends with; 'none' when it succeeds. */
export async function codeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call
    return 'none'
  } catch (err) {
    if (err instanceof DependencyError) return err.code
    throw err
  }
}

/** A gate that handler calls wait at until it is opened. */
export function aGate(): { open(): void; opened: Promise<void> } {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { open, opened }
}

/** A stage as scoring is one: counts records and keeps its position with them, shared by all its members. */
export class Stage {
  /** The checkpoint: position and count move together. */
  readonly positions = new Map<number, Position>()
  readonly counted = new Map<number, LogRecord[]>()
  /** Breaches of the port's promises, in words. */
  readonly faults: string[] = []
  readonly stopped = new Map<number, string>()
  readonly #owners = new Map<number, string>()
  readonly #topicId: string

  constructor(topicId: string) {
    this.#topicId = topicId
  }

  /** Texts of all that was counted, sorted. */
  texts(): string[] {
    return [...this.counted.values()].flat().map(textOf).sort()
  }

  total(): number {
    return [...this.counted.values()].reduce((sum, records) => sum + records.length, 0)
  }

  /** Options of one member; `before` runs ahead of the counting of each batch. */
  member(name: string, before?: (batch: Batch, signal: AbortSignal) => Promise<void>): SubscribeOptions {
    const handler: PartitionHandler = {
      assigned: async (partition) => {
        const owner = this.#owners.get(partition)
        if (owner && owner !== name) this.faults.push(`${partition} given to ${name} while ${owner} has it`)
        this.#owners.set(partition, name)
        return this.positions.get(partition)
      },
      process: async (batch, signal) => {
        this.#checkOwner(batch.partition, name)
        await before?.(batch, signal)
        if (signal.aborted) return
        this.#checkOwner(batch.partition, name)
        this.#count(batch)
      },
      revoked: async (partition) => {
        this.#checkOwner(partition, name)
        this.#owners.delete(partition)
      },
      stopped: (partition, err) => {
        this.stopped.set(partition, err instanceof DependencyError ? err.code : String(err))
      },
    }
    return { group: 'stage', topic: 'mentions', member: name, handler }
  }

  #checkOwner(partition: number, name: string): void {
    const owner = this.#owners.get(partition)
    if (owner !== name)
      this.faults.push(`${name} was called for ${partition}, which ${owner ?? 'nobody'} has`)
  }

  #count(batch: Batch): void {
    const counted = this.counted.get(batch.partition) ?? []
    this.counted.set(batch.partition, counted)
    let next = this.positions.get(batch.partition)?.offset
    for (const record of batch.records) {
      if (next !== undefined && record.offset !== next) {
        this.faults.push(`${batch.partition}: offset ${record.offset} where ${next} was due`)
      }
      if (record.partition !== batch.partition)
        this.faults.push(`${batch.partition}: a record of ${record.partition}`)
      counted.push(record)
      next = record.offset + 1
    }
    this.positions.set(batch.partition, { topicId: this.#topicId, offset: next ?? 0 })
  }
}

/** A stage on the topic `mentions` of a log. */
export async function aStage(log: Log): Promise<Stage> {
  return new Stage(await log.topicId('mentions'))
}
