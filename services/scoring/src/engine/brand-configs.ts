import {
  type BrandVersion,
  brandVersion,
  type ConfigCopy,
  modelConfig,
  sentimentModelId,
  type ThresholdsConfig,
  thresholdsConfig,
} from '@nabiz/shared/contracts'
import { type BrandSettings, type CalledNames, defaultThresholds, type UsualBurst } from './brand-settings.ts'

interface Applied<T> {
  /** Offset of the pointer change in `config`. */
  offset: number
  version: string
  /** Undefined: removed. */
  content?: T
}

/** A burst that a person marked as expected. */
interface MarkedBurst {
  /** Mentions in its loudest five minutes. */
  loudest: number
  /** Buckets of five minutes that held half as many. */
  buckets: number
}

type BrandContent = Pick<
  BrandVersion,
  'thresholds' | 'shadow' | 'zoneOffsets' | 'knownEvents' | 'simulated' | 'probe'
> & {
  /** Absent in checkpoints of older builds, until the copy is repeated. */
  called?: CalledNames
}

/** The config copies in force for one brand; it outlives the brand, so that an old copy cannot bring it back. */
export interface BrandConfigs {
  brand?: Applied<BrandContent>
  thresholds: Record<string, Applied<ThresholdsConfig>>
  models: Record<string, Applied<{ engine: string }>>
  /** The latest bursts that people marked as expected. */
  usualBursts?: MarkedBurst[]
}

export function createConfigs(): BrandConfigs {
  return { thresholds: {}, models: {} }
}

/** Thresholds by their JSON: thousands of brands that are judged by the same hold them once. */
const thresholdsByText = new Map<string, ThresholdsConfig>()
/** Of many versions all but the latest go out of use. */
const mostKnown = 1_000

/** Thresholds with what they do not say at its default; undefined where they are none. */
function sharedThresholds(content: unknown): ThresholdsConfig | undefined {
  const text = JSON.stringify(content)
  const held = thresholdsByText.get(text)
  if (held !== undefined) return held
  const parsed = thresholdsConfig.safeParse(content)
  if (!parsed.success) return undefined
  if (thresholdsByText.size >= mostKnown) thresholdsByText.clear()
  thresholdsByText.set(text, parsed.data)
  return parsed.data
}

/** The copies that stood in a checkpoint, perhaps of an older build, which knew fewer fields; none that is no config any more. */
export function storedConfigs(configs: BrandConfigs): BrandConfigs {
  for (const applied of Object.values(configs.thresholds)) {
    if (applied.content === undefined) continue
    const content = sharedThresholds(applied.content)
    if (content === undefined) delete applied.content
    else applied.content = content
  }
  return configs
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
    const content = modelConfig.safeParse(copy.content)
    if (copy.active && !content.success) return 'invalid_config'
    configs.models[copy.id] = {
      offset,
      version,
      ...(copy.active && content.success ? { content: { engine: content.data.engine } } : {}),
    }
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
  const content = sharedThresholds(copy.content)
  if (copy.active && content === undefined) return 'invalid_config'
  const entry: Applied<ThresholdsConfig> = { offset, version }
  if (copy.active && content !== undefined) entry.content = content
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
  // Thresholds that did not come yet are not tried as if they were the shipped ones.
  const shadow = content.shadow === undefined ? undefined : configs.thresholds[content.shadow]
  return {
    thresholds: thresholds?.content ?? defaultThresholds,
    version: thresholds?.content === undefined ? 'default' : thresholds.version,
    ...(shadow?.content === undefined
      ? {}
      : { shadow: { thresholds: shadow.content, version: shadow.version } }),
    zoneOffsets: content.zoneOffsets,
    usualBurst: usualBurst(configs.usualBursts ?? []),
    knownEvents: content.knownEvents ?? [],
    probe: content.probe === true,
    simulated: content.simulated === true,
    engine: configs.models[sentimentModelId]?.content?.engine,
  }
}

/** Marked bursts remembered of a brand: what it did long ago says less. */
const mostBursts = 8

/** Remembers a burst that a person marked as expected. */
export function addUsualBurst(configs: BrandConfigs, burst: MarkedBurst): void {
  configs.usualBursts = [...(configs.usualBursts ?? []), burst].slice(-mostBursts)
}

/** Half as loud as the middle one: bursts of one kind differ, and a storm of another is seldom as sudden. */
function usualBurst(bursts: readonly MarkedBurst[]): UsualBurst | undefined {
  const sorted = bursts.map(({ loudest }) => loudest).sort((a, b) => a - b)
  const middle = sorted[Math.floor(sorted.length / 2)]
  if (middle === undefined) return undefined
  return { loud: middle / 2, buckets: Math.max(...bursts.map(({ buckets }) => buckets)) }
}

function needed(version: BrandVersion): BrandContent {
  const { thresholds, shadow, zoneOffsets, knownEvents, simulated, probe } = version
  const { names, aliases, handles, hashtags, competitors } = version
  return {
    thresholds,
    ...(shadow === undefined ? {} : { shadow }),
    zoneOffsets,
    called: { names, aliases, handles, hashtags, ...(competitors === undefined ? {} : { competitors }) },
    ...(knownEvents === undefined ? {} : { knownEvents }),
    ...(simulated === undefined ? {} : { simulated }),
    ...(probe === undefined ? {} : { probe }),
  }
}
