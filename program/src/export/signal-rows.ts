import { type SignalRecord, signalRecord, type WindowEvaluation } from '@nabiz/shared/contracts'
import type { Log } from '@nabiz/shared/log'
import { day } from '@nabiz/shared/time'
import { readValues } from '../recorded/read-values.ts'
import type { Column } from './column.ts'
import type { Exported } from './mention-rows.ts'

/** Evaluations of the time, in the order of their partitions. */
export async function* signalRows(log: Log, { brand, from, to }: Exported): AsyncGenerator<SignalRecord> {
  const since = Math.max(0, from - day)
  for await (const record of readValues(log, { topic: 'signals', brand, since }, signalRecord)) {
    if (record.at < from || record.at >= to) continue
    if (brand === undefined || record.brand === brand) yield record
  }
}

const windows = [60, 15, 5, 1_440] as const
const numbers = ['value', 'expected', 'sigma', 'z', 'boundary', 'severity'] as const

/** A column for each number of each window. */
export const signalColumns: readonly Column<SignalRecord>[] = [
  { name: 'brand', type: 'STRING', of: ({ brand }) => brand },
  { name: 'signal', type: 'STRING', of: ({ signal }) => signal },
  { name: 'at', type: 'TIMESTAMP', of: ({ at }) => at },
  { name: 'state', type: 'STRING', of: ({ state }) => state },
  { name: 'severity', type: 'DOUBLE', of: ({ severity }) => severity },
  { name: 'observed', type: 'DOUBLE', of: ({ coverage }) => leastObserved(coverage) },
  { name: 'config', type: 'STRING', of: ({ config }) => config },
  { name: 'engine', type: 'STRING', of: ({ engine }) => engine },
  { name: 'shadow', type: 'BOOLEAN', of: ({ shadow }) => shadow === true },
  { name: 'transition', type: 'STRING', of: ({ transition }) => transition },
  {
    name: 'scope',
    type: 'STRING',
    of: ({ transition, scope }) => (transition ? (scope ?? 'all') : undefined),
  },
  ...windows.flatMap((minutes) =>
    numbers.map(
      (number): Column<SignalRecord> => ({
        name: `m${minutes}_${number}`,
        type: 'DOUBLE',
        of: (record) => windowOf(record, minutes)?.[number],
      }),
    ),
  ),
]

function windowOf({ windows: found }: SignalRecord, minutes: number): WindowEvaluation | undefined {
  return found.find((window) => window.minutes === minutes && window.direction === undefined)
}

/** Of the platform that was seen the least; undefined where there is none. */
function leastObserved(coverage: SignalRecord['coverage']): number | undefined {
  return coverage.length === 0 ? undefined : Math.min(...coverage.map(({ observed }) => observed))
}
