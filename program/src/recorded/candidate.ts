import { existsSync } from 'node:fs'
import type { ConfigView } from '@nabiz/shared/config-view'
import { versionOf } from '@nabiz/shared/config-view'
import { type ThresholdsConfig, thresholdsConfig } from '@nabiz/shared/contracts'
import { ConfigError } from '@nabiz/shared/errors'
import { day } from '@nabiz/shared/time'
import { readConfig } from '../config/read-config.ts'
import { zoneOffsets } from '../config/zone-offsets.ts'
import type { Judged } from './replay-series.ts'

/** Thresholds to judge the past by: those in force, a version that was, the shipped ones, or those of a file. */
export interface Candidate {
  label: string
  judgedBy(brand: string): Judged
}

const zonesFrom = Date.UTC(2010, 0, 1)
const shipped = thresholdsConfig.parse({ id: 'default' })

/**
 * What `spec` names: nothing: each brand's thresholds in force; `shipped`; `ID@VERSION` or `ID` of the log's config; else a
 * config file, whose brands name their thresholds and zone. ConfigError when it is none of these.
 */
export function findCandidate(
  spec: string | undefined,
  view: ConfigView,
  env: Readonly<Record<string, string | undefined>>,
  now: number,
): Candidate {
  const zonesOf = (brand: string) => view.brand(brand)?.content.zoneOffsets ?? [{ from: 0, minutes: 0 }]
  const all = (label: string, thresholds: ThresholdsConfig, version: string): Candidate => ({
    label,
    judgedBy: (brand) => ({ thresholds, version, zoneOffsets: zonesOf(brand) }),
  })
  if (spec === undefined || spec === 'active') {
    return {
      label: 'active',
      judgedBy(brand) {
        const active = view.thresholds(view.brand(brand)?.content.thresholds ?? 'default')
        return {
          thresholds: active?.content ?? shipped,
          version: active?.version ?? 'default',
          zoneOffsets: zonesOf(brand),
        }
      },
    }
  }
  if (spec === 'shipped') return all('shipped', shipped, 'default')
  if (existsSync(spec)) return ofFile(spec, view, env, now)
  const at = spec.lastIndexOf('@')
  const [id, version] =
    at > 0 ? [spec.slice(0, at), spec.slice(at + 1)] : [spec, view.thresholds(spec)?.version]
  const content = version === undefined ? undefined : view.version('thresholds', id, version)
  const parsed = thresholdsConfig.safeParse(content)
  if (version !== undefined && parsed.success) return all(`${id}@${version}`, parsed.data, version)
  const known = view.all().filter(({ kind }) => kind === 'thresholds')
  const versions = known.map((entry) => `${entry.id}@${entry.version}`).join(', ') || 'none in this log'
  throw new ConfigError('command line', [
    {
      path: 'thresholds',
      found: content === undefined ? `"${spec}"` : `"${spec}", which today's rules refuse`,
      expected: `active, shipped, a config file, or ID@VERSION; in force: ${versions}`,
    },
  ])
}

function ofFile(
  path: string,
  view: ConfigView,
  env: Readonly<Record<string, string | undefined>>,
  now: number,
): Candidate {
  const config = readConfig(path, env)
  const zonesTo = now + 400 * day
  return {
    label: path,
    judgedBy(brand) {
      const named = config.brands.find(({ id }) => id === brand)
      const id = named?.thresholds ?? view.brand(brand)?.content.thresholds ?? 'default'
      const thresholds =
        config.thresholds.find((entry) => entry.id === id) ??
        config.thresholds.find((entry) => entry.id === 'default') ??
        shipped
      const zones =
        named === undefined
          ? (view.brand(brand)?.content.zoneOffsets ?? [{ from: 0, minutes: 0 }])
          : zoneOffsets(named.timeZone, zonesFrom, zonesTo)
      return { thresholds, version: versionOf(thresholds), zoneOffsets: zones }
    },
  }
}
