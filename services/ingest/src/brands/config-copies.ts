import type { ActiveConfig, ConfigView } from '@nabiz/shared/config-view'
import type { BrandVersion, ConfigCopy } from '@nabiz/shared/contracts'
import type { NewRecord } from '@nabiz/shared/log'

/** The copies a brand's partition needs: the brand, then the thresholds it names, those of its shadow too. */
export function copiesOfBrand(
  view: Pick<ConfigView, 'thresholds'>,
  brand: ActiveConfig<BrandVersion>,
): ConfigCopy[] {
  const copies = [copyOf(brand, brand.id)]
  for (const id of [brand.content.thresholds, brand.content.shadow]) {
    const thresholds = id === undefined ? undefined : view.thresholds(id)
    if (thresholds) copies.push(copyOf(thresholds, brand.id))
  }
  return copies
}

/** The copy that ends the watching of a brand; `configOffset`: where its pointer was moved to null. */
export function copyOfRemoval(brand: string, configOffset: number): ConfigCopy {
  return {
    v: 1,
    type: 'config',
    kind: 'brand',
    id: brand,
    version: 'removed',
    brand,
    configOffset,
    active: false,
    content: {},
  }
}

/** A copy as a record in its brand's partition. */
export function copyRecord(copy: ConfigCopy): NewRecord {
  return { topic: 'mentions', key: copy.brand, value: Buffer.from(JSON.stringify(copy), 'utf8') }
}

function copyOf(
  active: Pick<ActiveConfig<object>, 'kind' | 'id' | 'version' | 'content' | 'offset'>,
  brand: string,
): ConfigCopy {
  if (active.kind === 'plan') throw new Error('plans concern alerting alone and are not copied')
  return {
    v: 1,
    type: 'config',
    kind: active.kind,
    id: active.id,
    version: active.version,
    brand,
    configOffset: active.offset,
    active: true,
    content: { ...active.content },
  }
}
