import type { ActiveConfig } from '@nabiz/shared/config-view'
import {
  type BrandVersion,
  brandConfig,
  type ThresholdsConfig,
  thresholdsConfig,
} from '@nabiz/shared/contracts'
import { expect, it } from 'vitest'
import { copiesOfBrand } from './config-copies.ts'

it('copies a brand with its thresholds, and with those that it tries', () => {
  expect(copied({})).toEqual(['brand velmora', 'thresholds default'])
  expect(copied({ shadow: 'sooner' })).toEqual(['brand velmora', 'thresholds default', 'thresholds sooner'])
  expect(copied({ shadow: 'nothing' })).toEqual(['brand velmora', 'thresholds default'])
})

function copied(overrides: { shadow?: string }): string[] {
  const content = {
    ...brandConfig.parse({ id: 'velmora', name: 'Velmora', ...overrides }),
    zoneOffsets: [{ from: 0, minutes: 0 }],
  }
  const thresholds = (id: string) =>
    ['default', 'sooner'].includes(id) ? active('thresholds', thresholdsConfig.parse({ id })) : undefined
  return copiesOfBrand({ thresholds }, active('brand', content)).map(({ kind, id }) => `${kind} ${id}`)
}

function active<T extends BrandVersion | ThresholdsConfig>(
  kind: 'brand' | 'thresholds',
  content: T,
): ActiveConfig<T> {
  return { kind, id: content.id, version: 'v', content, offset: 1, by: 'test', at: 1 }
}
