import { incidentRecord } from '@nabiz/shared/contracts'
import type { Log } from '@nabiz/shared/log'
import { minute } from '@nabiz/shared/time'
import type { PartitionState } from '../incidents/incident.ts'

/** A store that comes back from a fault lacks seconds; changes of incidents older than this are not looked at. */
const lookBackMs = 10 * minute

/**
 * Whether the log tells of a change to an incident that the state does not know. The state is written after the log, so
 * either its writer died in between, or the store lost what it had acknowledged, and with it what people were told.
 */
export async function isBehindLog(
  log: Pick<Log, 'bounds' | 'offsetAt' | 'read'>,
  partition: number,
  state: PartitionState,
  now: number,
): Promise<boolean> {
  const bounds = (await log.bounds('incidents')).find((entry) => entry.partition === partition)
  if (!bounds || bounds.earliest === bounds.end) return false
  const from = Math.max(bounds.earliest, await log.offsetAt('incidents', partition, now - lookBackMs))
  if (from >= bounds.end) return false
  for await (const records of log.read({ topic: 'incidents', partition, from, to: bounds.end })) {
    for (const record of records) {
      const change = incidentRecord.safeParse(parsed(record.value))
      if (!change.success) continue
      const known = state.incidents.get(change.data.incident)
      if (known === undefined || known.sequence <= change.data.sequence) return true
    }
  }
  return false
}

function parsed(value: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(value))
  } catch {
    return undefined
  }
}
