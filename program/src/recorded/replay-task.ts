import { type FoundIncident, groupIncidents } from './group-incidents.ts'
import type { RecordedSeries } from './recorded-series.ts'
import { type Judged, replaySeries } from './replay-series.ts'

/** One brand's records, and by what they are judged; plain values, so that a worker thread can take it. */
export interface ReplayTask {
  series: RecordedSeries
  judged: readonly Judged[]
  /** Incidents that open in [from, to) are told; what lies before them teaches the baseline. */
  from: number
  to: number
}

/** The incidents that each of the thresholds would have made. */
export function replayTask({ series, judged, from, to }: ReplayTask): FoundIncident[][] {
  return judged.map((each) =>
    groupIncidents(replaySeries(series, each, to), each.thresholds).filter(
      ({ openedAt }) => openedAt >= from,
    ),
  )
}
