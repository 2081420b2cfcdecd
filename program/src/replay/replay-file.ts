import { type ColumnMap, openReplay, type ReplayRow } from '@nabiz/ingest'
import type { BrandConfig } from '@nabiz/shared/contracts'
import { ConfigError } from '@nabiz/shared/errors'
import { brandsOfColumn, createBrandFinder } from './replay-brands.ts'

/** A file as it will be replayed: its items by the minute they were written in, oldest first. */
export interface LoadedFile {
  rows: number
  map: ColumnMap
  brands: BrandConfig[]
  items: Extract<ReplayRow, { kind: 'item' }>[]
  unreadable: Extract<ReplayRow, { kind: 'unreadable' }>[]
  brandOf(row: Extract<ReplayRow, { kind: 'item' }>): string | undefined
}

/** Most rows held in memory for sorting; a larger file must be split by time. */
const mostRows = 5_000_000

/** Reads a whole file, sorts it by time, and settles which brands it is about: the config's, or its brand column's. */
export async function loadFile(
  path: string,
  given: ColumnMap,
  configured: readonly BrandConfig[],
  onRow: (rows: number) => void,
): Promise<LoadedFile> {
  const file = await openReplay(path, given)
  const items: LoadedFile['items'] = []
  const unreadable: LoadedFile['unreadable'] = []
  let rows = 0
  for await (const row of file.rows) {
    rows += 1
    if (rows % 1_000 === 0) onRow(rows)
    if (rows > mostRows) {
      throw new ConfigError(path, [
        { path: 'file', found: `more than ${mostRows} rows`, expected: 'a file split by time' },
      ])
    }
    if (row.kind === 'item') items.push(row)
    else unreadable.push(row)
  }
  onRow(rows)
  items.sort((a, b) => a.at - b.at)
  const named = new Set(items.map((row) => row.brand).filter((brand) => brand !== undefined))
  const brands = configured.length > 0 ? [...configured] : brandsOfColumn(named)
  if (brands.length === 0) {
    throw new ConfigError(path, [
      {
        path: 'brands',
        found: 'none',
        expected: 'a config with brands (--config), or a column that names them (--map brand=COLUMN)',
      },
    ])
  }
  const find = createBrandFinder(brands)
  return {
    rows,
    map: file.map,
    brands,
    items,
    unreadable,
    brandOf: (row) => (row.brand === undefined ? undefined : find(row.brand)),
  }
}
