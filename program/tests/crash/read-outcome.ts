import { setTimeout as sleep } from 'node:timers/promises'
import { createEngine } from '@nabiz/scoring'
import { breachRecord, count, incidentRecord, type Topic } from '@nabiz/shared/contracts'
import { type Log, partitionOf } from '@nabiz/shared/log'
import type { z } from 'zod'
import type { Drivers } from '../../src/drivers.ts'
import { crashBrands } from './installation.ts'

/** What stands in an installation's log and store, told so that two of them can be compared. */
export interface Outcome {
  /** Mentions by `brand minute`: the highest revision of each record of `counts`. */
  counted: Record<string, number>
  /** Mentions by brand in scoring's last checkpoints. */
  inState: Record<string, number>
  /** Records of `counts` with the same name and revision, but another content: must be none. */
  contradictions: string[]
  /** `brand signal` of each distinct opening transition, sorted; a second episode would stand there twice. */
  opened: string[]
  /** Incidents by brand. */
  incidents: Record<string, string[]>
}

/** Reads an installation's log and store. */
export async function readOutcome(drivers: Drivers): Promise<Outcome> {
  const { counted, contradictions } = await readCounts(drivers.log)
  const opened = new Map<string, string>()
  for (const record of await readAll(drivers.log, 'breaches', breachRecord)) {
    if (record.type === 'transition' && record.transition === 'opened' && !record.probe)
      opened.set(record.id, `${record.brand} ${record.signal}`)
  }
  const incidents: Record<string, string[]> = {}
  for (const { brand, incident, probe } of await readAll(drivers.log, 'incidents', incidentRecord)) {
    if (!probe) incidents[brand] = [...new Set([...(incidents[brand] ?? []), incident])]
  }
  const engine = createEngine({ confusion: () => undefined, engineId: 'reader', build: 'reader' })
  const inState: Record<string, number> = {}
  for (const brand of crashBrands) {
    const { values } = await drivers.store.partitions('scoring').load(partitionOf(brand))
    const state = engine.decode(values).brands.get(brand)
    inState[brand] = [...(state?.platforms.values() ?? [])].reduce(
      (sum, one) => sum + one.recentMentions(),
      0,
    )
  }
  return { counted, contradictions, inState, opened: [...opened.values()].sort(), incidents }
}

/** Sum of what is counted. */
export function totalOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, value) => sum + value, 0)
}

/** Until the minutes of all mentions are closed and told; what is missing after two minutes is for the reader to say. */
export async function untilCounted(reads: readonly (() => Promise<Outcome>)[], sent: number): Promise<void> {
  const until = Date.now() + 120_000
  for (const read of reads) {
    while (Date.now() < until && totalOf((await read()).counted) < sent) await sleep(1_000)
  }
  // A count too many would come with the next minute at the latest.
  await sleep(2_000)
}

async function readCounts(log: Log): Promise<Pick<Outcome, 'counted' | 'contradictions'>> {
  const latest = new Map<string, { revision: number; mentions: number }>()
  const seen = new Map<string, string>()
  const contradictions: string[] = []
  for (const record of await readAll(log, 'counts', count)) {
    const name = `${record.brand} ${record.platform} ${record.minute}`
    const text = JSON.stringify(record)
    const before = seen.get(`${name} ${record.revision}`)
    if (before !== undefined && before !== text) contradictions.push(`${before} / ${text}`)
    seen.set(`${name} ${record.revision}`, text)
    const known = latest.get(name)
    if (!known || record.revision > known.revision) latest.set(name, record)
  }
  const counted: Record<string, number> = {}
  for (const [name, { mentions }] of latest) {
    const [brand, , minute] = name.split(' ')
    if (mentions > 0) counted[`${brand} ${minute}`] = mentions
  }
  return { counted, contradictions }
}

async function readAll<S extends z.ZodType>(log: Log, topic: Topic, schema: S): Promise<z.output<S>[]> {
  const all: z.output<S>[] = []
  for (const { partition, earliest, end } of await log.bounds(topic)) {
    if (earliest === end) continue
    for await (const records of log.read({ topic, partition, from: earliest, to: end })) {
      for (const record of records)
        all.push(schema.parse(JSON.parse(Buffer.from(record.value).toString('utf8'))))
    }
  }
  return all
}
