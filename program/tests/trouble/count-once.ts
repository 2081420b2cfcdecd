import { createEngine } from '@nabiz/scoring'
import { mentionsRecord, partitionCount } from '@nabiz/shared/contracts'
import type { Log } from '@nabiz/shared/log'
import { type CountersSeen, createCountersSeen } from './counters-seen.ts'

/** How often each text of a brand is counted, and how often it stands in the log; and its counters. */
export interface Counted {
  counted: Map<string, number>
  written: Map<string, number>
  counters: CountersSeen
}

/** Reads all of `mentions` through scoring's own engine: what comes again counts once. */
export async function countOnce(log: Log, brand: string): Promise<Counted> {
  const engine = createEngine({ confusion: () => undefined, engineId: 'reader', build: 'reader' })
  const counted = new Map<string, number>()
  const written = new Map<string, number>()
  const counters = createCountersSeen()
  const add = (to: Map<string, number>, text: string) => to.set(text, (to.get(text) ?? 0) + 1)
  const bounds = await log.bounds('mentions')
  for (let partition = 0; partition < partitionCount; partition += 1) {
    const bound = bounds.find((one) => one.partition === partition)
    if (!bound || bound.earliest === bound.end) continue
    const state = engine.create()
    const held: string[] = []
    for await (const batch of log.read({ topic: 'mentions', partition, from: bound.earliest })) {
      for (const { value, offset, timestamp } of batch) {
        const record = mentionsRecord.parse(JSON.parse(Buffer.from(value).toString('utf8')))
        const position = { offset, timestamp }
        if (record.type === 'config')
          engine.apply(state, { kind: 'config', copy: record, ...position }, () => undefined)
        if (record.type === 'heartbeat') {
          const result = engine.apply(
            state,
            { kind: 'heartbeat', heartbeat: record, ...position },
            () => undefined,
          )
          const released = result.kind === 'applied' ? (result.released ?? []) : []
          released.forEach((one, at) => {
            if (one.kind === 'counted') add(counted, held[at] ?? '')
          })
          if (released.length > 0) held.length = 0
        }
        if (record.type === 'metric' && record.brand === brand) counters.add(record)
        if (record.type !== 'mention' || record.brand !== brand) continue
        add(written, record.text)
        const sentiment = { label: 'neutral', score: 0, language: 'tr' } as const
        const scored = { mention: record, offset, sentiment, terms: [] }
        const result = engine.apply(state, { kind: 'mention', scored, ...position }, () => undefined)
        if (result.kind === 'held') held.push(record.text)
        if (result.kind === 'counted') add(counted, record.text)
      }
    }
  }
  return { counted, written, counters }
}
