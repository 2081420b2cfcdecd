import {
  type BrandVersion,
  brandVersion,
  type ConfigCopy,
  type ThresholdsConfig,
  thresholdsConfig,
} from '@nabiz/shared/contracts'
import { type BrandSettings, type CalledNames, defaultThresholds } from './brand-settings.ts'

interface Applied<T> {
  /** Offset of the pointer change in `config`. */
  offset: number
  version: string
  /** Undefined: removed, or not kept (models). */
  content?: T
}

type BrandContent = Pick<
  BrandVersion,
  'thresholds' | 'zoneOffsets' | 'knownEvents' | 'simulated' | 'probe'
> & {
  /** Absent in checkpoints of older builds, until the copy is repeated. */
  called?: CalledNames
}

/** The config copies in force for one brand; it outlives the brand, so that an old copy cannot bring it back. */
export interface BrandConfigs {
  brand?: Applied<BrandContent>
  thresholds: Record<string, Applied<ThresholdsConfig>>
  models: Record<string, Applied<never>>
}

export function createConfigs(): BrandConfigs {
  return { thresholds: {}, models: {} }
}

/** Takes a copy in if it is newer than the last of its kind and id. */
export function applyCopy(
  configs: BrandConfigs,
  copy: ConfigCopy,
): 'applied' | 'stale_config' | 'invalid_config' {
  const { configOffset: offset, version } = copy
  const known =
    copy.kind === 'brand'
      ? configs.brand
      : (copy.kind === 'model' ? configs.models : configs.thresholds)[copy.id]
  if (known !== undefined && offset <= known.offset && !lacksNames(configs, copy)) return 'stale_config'
  if (copy.kind === 'model') {
    configs.models[copy.id] = { offset, version }
    return 'applied'
  }
  if (copy.kind === 'brand') {
    const content = brandVersion.safeParse(copy.content)
    if (copy.active && !content.success) return 'invalid_config'
    configs.brand = {
      offset,
      version,
      ...(copy.active && content.success ? { content: needed(content.data) } : {}),
    }
    return 'applied'
  }
  const content = thresholdsConfig.safeParse(copy.content)
  if (copy.active && !content.success) return 'invalid_config'
  const entry: Applied<ThresholdsConfig> = { offset, version }
  if (copy.active && content.success) entry.content = content.data
  configs.thresholds[copy.id] = entry
  return 'applied'
}

/** A repeat of the copy in force that brings what an older build did not keep of it. */
function lacksNames({ brand }: BrandConfigs, { kind, configOffset }: ConfigCopy): boolean {
  return (
    kind === 'brand' &&
    brand?.offset === configOffset &&
    brand.content !== undefined &&
    brand.content.called === undefined
  )
}

/** What the copies say together; undefined: the brand is not watched. Thresholds nobody sent are the shipped ones. */
export function settingsOf(configs: BrandConfigs): BrandSettings | undefined {
  const content = configs.brand?.content
  if (content === undefined) return undefined
  const thresholds = configs.thresholds[content.thresholds]
  return {
    thresholds: thresholds?.content ?? defaultThresholds,
    version: thresholds?.content === undefined ? 'default' : thresholds.version,
    zoneOffsets: content.zoneOffsets,
    knownEvents: content.knownEvents ?? [],
    probe: content.probe === true,
    simulated: content.simulated === true,
  }
}

function needed(version: BrandVersion): BrandContent {
  const { thresholds, zoneOffsets, knownEvents, simulated, probe } = version
  const { names, aliases, handles, hashtags, competitors } = version
  return {
    thresholds,
    zoneOffsets,
    called: { names, aliases, handles, hashtags, ...(competitors === undefined ? {} : { competitors }) },
    ...(knownEvents === undefined ? {} : { knownEvents }),
    ...(simulated === undefined ? {} : { simulated }),
    ...(probe === undefined ? {} : { probe }),
  }
}
