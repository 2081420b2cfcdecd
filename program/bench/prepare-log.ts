import {
  createOfflineIngest,
  createSimulation,
  demoBrands,
  type SimulatedBrand,
  toBrandConfig,
} from '@nabiz/ingest'
import { createConfigView, publishConfig } from '@nabiz/shared/config-view'
import { createSilentLogger } from '@nabiz/shared/logging'
import { createRegistry } from '@nabiz/shared/metrics'
import { ManualClock, minute, second, systemClock } from '@nabiz/shared/time'
import { configItems } from '../src/config/config-items.ts'
import { nabizConfig } from '../src/config/nabiz-config.ts'
import type { Drivers } from '../src/drivers.ts'

/** Brands, and mentions an hour of each; more of either makes the simulator slow, not scoring. */
const brandCount = 150
const ratePerHour = 2_000

/** The demonstration's brands over and over, each under a name of its own. */
function makeBrands(): SimulatedBrand[] {
  return Array.from({ length: brandCount }, (_, index) => {
    const kind = demoBrands[index % demoBrands.length] as SimulatedBrand
    const name = `${kind.names[0]?.replaceAll(' ', '')}${suffixOf(index)}`
    return {
      ...kind,
      id: `${kind.id}-${index}`,
      name,
      names: [name],
      aliases: [],
      handles: [`@${name.toLowerCase()}`],
      hashtags: [`#${name}`],
      exclusions: [],
      ratePerHour,
    }
  })
}

function suffixOf(index: number): string {
  return (
    ['bade', 'fiko', 'gulu', 'hane', 'mori', 'pesa', 'rudo', 'tiva', 'vela', 'zuno'][index % 10] +
    'abcdefghijklmno'.charAt(index / 10)
  )
}

/**
 * Writes the simulator's mentions of 150 brands (Turkish and English, with edits, deletes and own posts; three in
 * five carry a language) with heartbeats every five seconds, as ingest writes them, and returns how many.
 */
export async function prepareLog({ log }: Drivers, mentions: number): Promise<number> {
  const brands = makeBrands()
  const simulation = createSimulation({ seed: 'bench', brands })
  const minutes = Math.ceil(mentions / ((ratePerHour * brands.length) / 60))
  let at = Math.floor(Date.now() / minute) * minute - 2 * minutes * minute
  const clock = new ManualClock(at)
  const view = createConfigView(log, { clock: systemClock })
  await view.refresh()
  const config = nabizConfig.parse({
    brands: brands.map((brand) => toBrandConfig(brand)),
    // Without days of history the fixed floor alone judges, and 150 crises at once are no usual load.
    thresholds: [{ id: 'default', floors: { firstDayPerHour: 1_000_000 } }],
  })
  await publishConfig(log, view, configItems(config, view, clock.now()), 'bench', clock.now())
  const logger = createSilentLogger()
  const ingest = createOfflineIngest({
    log,
    view,
    clock,
    logger,
    registry: createRegistry(),
    platform: 'simulator',
  })
  await ingest.start()
  ingest.beat()
  let written = 0
  for (; written < mentions; at += minute) {
    const items = simulation.minute(at)
    for (let from = at; from < at + minute; from += 5 * second) {
      clock.set(from + 5 * second)
      const slice = items.filter((item) => item.at >= from && item.at < from + 5 * second)
      written += (await ingest.take({ items: slice.map(({ item }) => item) })).mentions
      ingest.beat()
    }
    await ingest.flush()
  }
  await ingest.stop()
  return written
}
