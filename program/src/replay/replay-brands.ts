import { type BrandConfig, brandConfig } from '@nabiz/shared/contracts'

/** `Kuzey Hava` to `kuzey-hava`; Turkish letters lose their marks. */
export function slugOf(name: string): string {
  const plain = name
    .replaceAll('ı', 'i')
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 63)
  return plain || 'brand'
}

/** Finds the configured brand that a row's brand column names: by id, name, or the name's slug. */
export function createBrandFinder(
  brands: readonly Pick<BrandConfig, 'id' | 'name'>[],
): (value: string) => string | undefined {
  const byName = new Map<string, string>()
  for (const brand of brands)
    for (const key of [brand.id, brand.name, slugOf(brand.name)]) byName.set(key, brand.id)
  return (value) => byName.get(value) ?? byName.get(slugOf(value))
}

/** Brands made from the values of a brand column: each row counts for its own brand, texts are not searched. */
export function brandsOfColumn(values: Iterable<string>): BrandConfig[] {
  const names = new Map<string, string>()
  for (const value of values) if (!names.has(slugOf(value))) names.set(slugOf(value), value)
  return [...names].map(([id, name]) => brandConfig.parse({ id, name }))
}
