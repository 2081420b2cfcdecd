import { expect, it } from 'vitest'
import { PlatformMinutes } from './platform-minutes.ts'
import { sumMinutes, sumsOfMinute } from './window-sums.ts'

it('sums one minute of one platform or several like any stretch of minutes', () => {
  const platforms = new Map<string, PlatformMinutes>()
  const add = (name: string, joinMinute: number, counts: Record<number, number>) => {
    const platform = new PlatformMinutes('kuzey', name, joinMinute)
    for (const [minute, count] of Object.entries(counts)) platform.cell(Number(minute)).sums[0] = count
    platforms.set(name, platform)
  }
  const expectSame = () => {
    for (const minute of [8, 9, 10])
      expect(sumsOfMinute(platforms, minute, 20)).toEqual(
        sumMinutes(platforms.values(), minute, minute + 1, 20),
      )
  }
  expectSame()
  add('telegram', 0, { 8: 3, 9: 5 })
  expectSame()
  add('x', 0, { 9: 7, 10: 1 })
  add('warming', 100, { 8: 50, 9: 50 })
  expectSame()
  expect(sumsOfMinute(platforms, 9, 20)[0]).toBe(12)
  expect(platforms.get('telegram')?.cell(9).sums[0]).toBe(5)
})
