import { count } from '@nabiz/shared/contracts'
import type { Log } from '@nabiz/shared/log'

/** Mentions counted by brand, from the closed minutes in `counts`: of each minute its highest revision. */
export async function readCounts(log: Log): Promise<Map<string, number>> {
  const minutes = new Map<string, { brand: string; revision: number; mentions: number }>()
  for (const { partition, earliest, end } of await log.bounds('counts')) {
    if (end === earliest) continue
    for await (const records of log.read({ topic: 'counts', partition, from: earliest })) {
      for (const record of records) {
        const value = count.parse(JSON.parse(Buffer.from(record.value).toString('utf8')))
        const key = `${value.brand}/${value.platform}/${value.minute}`
        if ((minutes.get(key)?.revision ?? -1) < value.revision) minutes.set(key, value)
      }
    }
  }
  const totals = new Map<string, number>()
  for (const { brand, mentions } of minutes.values()) totals.set(brand, (totals.get(brand) ?? 0) + mentions)
  return totals
}
