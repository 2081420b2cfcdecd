import { type ConnectorCondition, connectorConditions, type Heartbeat } from '@nabiz/shared/contracts'
import type { Reader, Writer } from './codec.ts'
import { dayMs, minuteMs } from './grid.ts'

/** Platforms a brand could not be seen on, each with the reason. */
export type UnseenPlatforms = ReadonlyMap<string, string>

interface Connector {
  platform: string
  account: string
  condition: ConnectorCondition['condition']
  reason: string
  /** Brands it can see; undefined: all. */
  brands: ReadonlySet<string> | undefined
  /** Greatest heartbeat that told of it. */
  heardAt: number
  /** Last minute in which a heartbeat called it anything but ok. */
  badMinute: number
}

/** A connector nobody told of for this long counts as blind. */
const unheardMs = 60_000
/** A connector nobody told of for this long was taken away. */
const forgottenMs = 7 * dayMs

/** What every connector said last, and which minutes it did not see. */
export class Connectors {
  readonly #known = new Map<string, Connector>()

  /** Takes a heartbeat's conditions in; says whether a connector or a brand of one is new. */
  apply(heartbeat: Heartbeat, minute: number): boolean {
    let isNew = false
    for (const told of heartbeat.connectors) {
      const key = `${told.platform}/${told.account}`
      const known = this.#known.get(key)
      if (known !== undefined && known.heardAt > heartbeat.at) continue
      isNew ||= known === undefined || !sameBrands(known.brands, told.brands)
      this.#known.set(key, {
        platform: told.platform,
        account: told.account,
        condition: told.condition,
        // Another replica, whose webhook is well, must not take the reason from the one that was refused.
        reason: told.condition === 'ok' ? (known?.reason ?? 'ok') : (told.reason ?? told.condition),
        brands: told.brands === undefined ? undefined : new Set(told.brands),
        heardAt: heartbeat.at,
        badMinute: told.condition === 'ok' ? (known?.badMinute ?? 0) : minute,
      })
    }
    return isNew
  }

  /** Platforms with a connector that sees the brand, in the order in which they were heard of. */
  platformsOf(brand: string): string[] {
    const platforms = new Set<string>()
    for (const connector of this.#known.values())
      if (serves(connector, brand)) platforms.add(connector.platform)
    return [...platforms]
  }

  /** For a closed minute: per brand, the platforms it could not be seen on; undefined where all could. */
  unseenIn(minute: number): (brand: string) => UnseenPlatforms | undefined {
    const end = (minute + 1) * minuteMs
    const bad: { connector: Connector; reason: string }[] = []
    for (const [key, connector] of this.#known) {
      if (connector.heardAt < end - forgottenMs) this.#known.delete(key)
      else if (end - connector.heardAt > unheardMs) bad.push({ connector, reason: 'unheard' })
      else if (connector.condition !== 'ok' || connector.badMinute >= minute) {
        bad.push({ connector, reason: connector.reason })
      }
    }
    if (bad.length === 0) return () => undefined
    return (brand) => {
      const unseen = new Map<string, string>()
      for (const { connector, reason } of bad)
        if (serves(connector, brand)) unseen.set(connector.platform, reason)
      return unseen.size === 0 ? undefined : unseen
    }
  }

  encode(writer: Writer): void {
    writer.list([...this.#known.values()], (connector) => {
      writer.string(connector.platform)
      writer.string(connector.account)
      writer.unsigned(connectorConditions.indexOf(connector.condition))
      writer.string(connector.reason)
      writer.flag(connector.brands !== undefined)
      if (connector.brands !== undefined) writer.list([...connector.brands], (brand) => writer.string(brand))
      writer.unsigned(connector.heardAt)
      writer.unsigned(connector.badMinute)
    })
  }

  static decode(reader: Reader): Connectors {
    const connectors = new Connectors()
    for (let left = reader.unsigned(); left > 0; left -= 1) {
      const platform = reader.string()
      const account = reader.string()
      connectors.#known.set(`${platform}/${account}`, {
        platform,
        account,
        condition: connectorConditions[reader.unsigned()] ?? 'blind',
        reason: reader.string(),
        brands: reader.flag() ? new Set(reader.list(() => reader.string())) : undefined,
        heardAt: reader.unsigned(),
        badMinute: reader.unsigned(),
      })
    }
    return connectors
  }
}

function serves(connector: Connector, brand: string): boolean {
  return connector.brands === undefined || connector.brands.has(brand)
}

function sameBrands(known: ReadonlySet<string> | undefined, told: readonly string[] | undefined): boolean {
  if (known === undefined || told === undefined) return known === told
  return known.size === told.length && told.every((brand) => known.has(brand))
}
