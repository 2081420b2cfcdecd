import { describe, expect, it } from 'vitest'
import { brandsOfColumn, createBrandFinder, slugOf } from './replay-brands.ts'

describe('slugOf', () => {
  it.each([
    ['Kuzey Hava Yolları', 'kuzey-hava-yollari'],
    ['IŞIK & Çınar', 'isik-cinar'],
    ['  A.B.C ', 'a-b-c'],
    ['日本', 'brand'],
  ])('makes %s a brand id: %s', (name, slug) => expect(slugOf(name)).toBe(slug))
})

describe('createBrandFinder', () => {
  it('finds a brand by id, name or slug and nothing else', () => {
    const find = createBrandFinder([{ id: 'kuzey', name: 'Kuzey Air' }])
    expect(['kuzey', 'Kuzey Air', 'kuzey air', 'Güney Air'].map(find)).toEqual([
      'kuzey',
      'kuzey',
      'kuzey',
      undefined,
    ])
  })
})

describe('brandsOfColumn', () => {
  it('makes one brand of spellings that share a slug', () => {
    expect(brandsOfColumn(['Kuzey Air', 'kuzey air', 'Sepetle']).map((brand) => brand.id)).toEqual([
      'kuzey-air',
      'sepetle',
    ])
  })
})
