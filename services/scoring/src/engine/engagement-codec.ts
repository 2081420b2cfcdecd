import { dueSlot } from './baselines.ts'
import { decodeSlot, encodeSlot } from './brand-codec.ts'
import type { BrandState } from './brand-state.ts'
import type { Reader, Writer } from './codec.ts'
import { CounterSeries, seriesName } from './counter-series.ts'

/** Writes a brand's counters: a value of their own, which brands without any do not have. */
export function encodeEngagement(brand: BrandState, writer: Writer): void {
  encodeSlot(brand.signals.engagement, writer)
  writer.list([...brand.engagement.values()], (series) => series.encode(writer))
}

/** Reads what `encodeEngagement` wrote into the brand. `stored`: bytes of a whole baseline by the series' name. */
export function decodeEngagement(
  brand: BrandState,
  reader: Reader,
  stored: (name: string) => Uint8Array | undefined,
): void {
  brand.signals.engagement = decodeSlot(reader)
  for (const series of reader.list(() => CounterSeries.decode(reader, dueSlot(brand.id), stored))) {
    brand.engagement.set(seriesName(series.platform, series.counter), series)
  }
}
