import { thresholdsConfig } from '@nabiz/shared/contracts'
import { expect, it } from 'vitest'
import { combine, readAxis, withValues } from './grid.ts'

const base = thresholdsConfig.parse({ id: 'default' })

it('reads lists and ranges as people write them', () => {
  expect(readAxis('sensitivity=0.7, 1,1')).toEqual({ path: 'sensitivity', values: [0.7, 1] })
  expect(readAxis('floors.smallPerHour=5..20/5')).toEqual({
    path: 'floors.smallPerHour',
    values: [5, 10, 15, 20],
  })
  expect(readAxis('sensitivity=0.7..1/0.1').values).toEqual([0.7, 0.8, 0.9, 1])
})

it.each([
  'sensitivity',
  'sensitivity=',
  '=1',
  'sensitivity=a',
  'sensitivity=2..1/0.1',
  'sensitivity=1..2/0',
  'sensitivity=0..9e9/1e-9',
])('refuses %s and says what would be right', (text) => {
  expect(() => readAxis(text)).toThrow(/FIELD=1,2,3 or FIELD=FROM\.\.TO\/STEP/)
})

it('makes every combination once, and not more than anybody waits for', () => {
  const axes = [readAxis('sensitivity=1,2'), readAxis('windows.m60=5,6,7')]
  expect(combine(axes)).toHaveLength(6)
  expect(combine([])).toEqual([[]])
  expect(() => combine([readAxis('sensitivity=1..4/0.001'), readAxis('windows.m60=5,6,7,8')])).toThrow(
    /12004 combinations/,
  )
  expect(() => combine([...axes, readAxis('sensitivity=3')])).toThrow(/sensitivity twice/)
})

it('puts values in their place, and refuses fields and values that are none', () => {
  const axes = [readAxis('sensitivity=2'), readAxis('floors.smallPerHour=7')]
  const set = withValues(base, axes, [2, 7])
  expect([set.sensitivity, set.floors.smallPerHour, set.floors.largePerHour]).toEqual([2, 7, 30])
  expect(base.sensitivity).toBe(1)
  for (const path of ['nothing', 'floors', 'floors.nothing', 'nothing.at.all', 'pages.volume', 'id'])
    expect(() => withValues(base, [{ path, values: [1] }], [1])).toThrow(/a number of the thresholds/)
  expect(() => withValues(base, [readAxis('recoverBelow=1.2')], [1.2])).toThrow(
    /recoverBelow 1\.2[\s\S]*firing and recovered could both hold/,
  )
})
